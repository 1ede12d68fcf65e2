import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListFilter } from '~/api/conversations/list';
import { useSession } from '~/api/session';
import { LooseStrands } from '~/components/Channel';
import { Boundary, Empty } from '~/components/parts';
import { ConversationList } from '~/features/conversations/list/ConversationList';
import { Conversation } from '~/features/conversations/thread/Conversation';
import { CustomerPanel } from '~/features/customers/CustomerPanel';
import { useActions } from '~/lib/actions';
import { useLayout } from '~/lib/layout';
import { wentPrivate } from '~/lib/privateReply';
import { createStore } from '~/lib/store';
import { outboxOf } from './outbox';
import { panelShown } from './uiState';

/** Below 1280 px the panel slides over the thread, and is shut until asked for. */
const panelOver = createStore(false);

/** The list, the conversation and the customer: side by side, or one at a time on a phone. */
export function InboxPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const layout = useLayout();
  const { me, workspace } = useSession();
  const { view = 'all', status = 'open', sort = 'newest', inbox } = useSearch({ from: '/inside/inbox' });
  const { conversationId } = useParams({ strict: false }) as { conversationId?: string };
  const filter: ListFilter = { view, status, sort, inbox };
  const search = (next: ListFilter) => ({
    ...(next.view === 'all' ? {} : { view: next.view }),
    ...(next.status === 'open' ? {} : { status: next.status }),
    ...(next.sort === 'newest' ? {} : { sort: next.sort }),
    ...(next.inbox ? { inbox: next.inbox } : {}),
  });
  const open = (id: string) => void navigate({ to: '/inbox/$conversationId', params: { conversationId: id }, search: search(filter) });
  const close = () => void navigate({ to: '/inbox', search: search(filter) });
  // After a private answer to a comment the screen goes where it went; the way back stands above the messages.
  const gone = wentPrivate.use();
  useEffect(() => {
    if (!gone) return;
    wentPrivate.set(null);
    if (gone.from === conversationId)
      void navigate({ to: '/inbox/$conversationId', params: { conversationId: gone.to }, search: (old: object) => old });
  }, [gone, conversationId, navigate]);
  const panel = layout === 'wide' ? panelShown : panelOver;
  const shown = panel.use();
  useActions([
    { id: 'panel', label: t('keys.panel'), group: 'conversation', keys: 'i', hidden: true, run: () => panel.set((old) => !old) },
  ]);

  const list = (
    <Boundary title={t('list.failed')}>
      <ConversationList
        filter={filter}
        onFilter={(change) => {
          const to = search({ ...filter, ...change });
          if (conversationId && layout !== 'phone') void navigate({ to: '/inbox/$conversationId', params: { conversationId }, search: to });
          else void navigate({ to: '/inbox', search: to });
        }}
        selected={conversationId}
        onOpen={open}
      />
    </Boundary>
  );
  if (layout === 'phone' && !conversationId) return <main className="inbox">{list}</main>;
  return (
    <main className="inbox">
      {layout !== 'phone' && list}
      {conversationId ? (
        <div className={`sheet work ${shown ? 'with-panel' : ''}`}>
          <Boundary title={t('thread.failed')} resetKey={conversationId}>
            <Conversation
              key={conversationId}
              id={conversationId}
              outbox={outboxOf(workspace.id, me.id)}
              small={layout === 'phone'}
              onClose={close}
              panel={{ shown, toggle: () => panel.set((old) => !old) }}
              renderPanel={(customerId) =>
                shown && (
                  <Boundary title={t('customer.failed')} resetKey={customerId}>
                    <CustomerPanel
                      key={customerId}
                      id={customerId}
                      conversationId={conversationId}
                      over={layout !== 'wide'}
                      onClose={() => panel.set(false)}
                    />
                  </Boundary>
                )
              }
            />
          </Boundary>
        </div>
      ) : (
        <div className="sheet nothing-open">
          <Empty picture={<LooseStrands />} title={t('thread.pick')}>
            {t('thread.pickText')}
          </Empty>
        </div>
      )}
    </main>
  );
}
