import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCounts } from '~/api/conversations/counts';
import { type ListFilter, useConversationList } from '~/api/conversations/list';
import { useInboxes } from '~/api/inboxes';
import { flat } from '~/api/paging';
import { useMay, useSession } from '~/api/session';
import { ChannelMark, LooseStrands } from '~/components/Channel';
import { Bone, Empty, Failure, useLate } from '~/components/parts';
import { useActions } from '~/lib/actions';
import { useLayout } from '~/lib/layout';
import { useNow } from '~/lib/time';
import { ConversationRow } from './ConversationRow';
import { ListHeader } from './ListHeader';

const heights = { roomy: 82, compact: 52, dense: 32 } as const;
const phoneHeights = { roomy: 88, compact: 64, dense: 48 } as const;

type Props = {
  filter: ListFilter;
  onFilter: (change: Partial<ListFilter>) => void;
  selected: string | undefined;
  onOpen: (id: string) => void;
};
export function ConversationList({ filter, onFilter, selected, onOpen }: Props) {
  const { t } = useTranslation();
  const { me } = useSession();
  const now = useNow();
  const layout = useLayout();
  const list = useConversationList(filter);
  const items = useMemo(() => flat(list.data), [list.data]);
  const scroller = useRef<HTMLDivElement>(null);
  const height = (layout === 'phone' ? phoneHeights : heights)[me.density];
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (i) => items[i]?.id ?? i,
    overscan: 8,
  });
  const measure = virtual.measure;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height makes every measure stale
  useEffect(() => measure(), [height, measure]);

  const rows = virtual.getVirtualItems();
  const end = rows.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (end >= items.length - 10 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [end, items.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const at = items.findIndex((item) => item.id === selected);
  // Where the open conversation stood before it left the list, so that j and k go on from there.
  const stood = useRef(0);
  if (at >= 0) stood.current = at;
  const move = (step: number) => {
    const next = at >= 0 ? at + step : step > 0 ? stood.current : stood.current - 1;
    const item = items[Math.max(0, Math.min(items.length - 1, next))];
    if (!item) return;
    virtual.scrollToIndex(items.indexOf(item), { align: 'auto' });
    onOpen(item.id);
  };
  useActions([
    { id: 'list.next', label: t('keys.next'), group: 'list', keys: 'j', hidden: true, run: () => move(1) },
    { id: 'list.previous', label: t('keys.previous'), group: 'list', keys: 'k', hidden: true, run: () => move(-1) },
  ]);
  const arrows = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    move(step);
  };

  return (
    <section className={`list ${me.density}`} aria-label={t('list.label')}>
      <ListHeader filter={filter} onChange={onFilter} />
      {list.isError && items.length === 0 ? (
        <Failure title={t('list.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Loading />
      ) : items.length === 0 ? (
        <Nothing filter={filter} onFilter={onFilter} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard
        <section className="grow scroll" ref={scroller} tabIndex={0} aria-label={t('list.rows')} onKeyDown={arrows}>
          <ul className="rows" style={{ height: virtual.getTotalSize() }}>
            {rows.map((row) => {
              const item = items[row.index];
              return (
                item && (
                  <li key={row.key} style={{ height: row.size, transform: `translateY(${row.start}px)` }}>
                    <ConversationRow item={item} density={me.density} on={item.id === selected} now={now} me={me.id} />
                  </li>
                )
              );
            })}
          </ul>
          {isFetchingNextPage && <p className="t12 i3 more">{t('list.more')}</p>}
        </section>
      )}
    </section>
  );
}

function Loading() {
  const { t } = useTranslation();
  const late = useLate(true);
  return (
    <div className="grow" role="status" aria-busy="true" aria-label={t('list.loading')}>
      {late &&
        [0.62, 0.5, 0.7, 0.55, 0.66].map((w) => (
          <div key={w} className="conv">
            <Bone w={36} h={36} round />
            <span className="col g8 lines">
              <span className="row between">
                <Bone w={`${w * 60}%`} />
                <Bone w={36} />
              </span>
              <Bone w={`${w * 130}%`} h={11} />
              <span className="row between">
                <Bone w={72} h={18} />
                <Bone w={60} h={18} />
              </span>
            </span>
          </div>
        ))}
    </div>
  );
}

/** What is true now, and one thing to do. */
function Nothing({ filter, onFilter }: Pick<Props, 'filter' | 'onFilter'>) {
  const { t } = useTranslation();
  const { data: counts } = useCounts();
  const { data: inboxes } = useInboxes();
  const mayConnect = useMay('inboxes.manage');
  if (inboxes?.length === 0) {
    const marks = (
      <span className="row row-6">
        {['whatsapp', 'email', 'livechat'].map((channel) => (
          <ChannelMark key={channel} channel={channel} size={32} quiet />
        ))}
      </span>
    );
    const connect = mayConnect && (
      <Button component={Link} to="/settings/inboxes/new">
        {t('list.connect')}
      </Button>
    );
    return (
      <Empty picture={marks} title={t('list.firstTitle')} action={connect}>
        {t(mayConnect ? 'list.firstText' : 'list.firstAsk')}
      </Empty>
    );
  }
  if (filter.status !== 'open' || filter.inbox)
    return (
      <Empty
        title={t('list.noneHere')}
        action={
          <Button variant="default" onClick={() => onFilter({ status: 'open', inbox: undefined, view: 'all' })}>
            {t('list.showOpen')}
          </Button>
        }
      >
        {t('list.noneHereText')}
      </Empty>
    );
  const snoozed = counts?.snoozed ?? 0;
  return (
    <Empty
      picture={<LooseStrands />}
      title={t('list.caughtUp')}
      action={
        filter.view !== 'all' ? (
          <Button variant="default" onClick={() => onFilter({ view: 'all' })}>
            {t('list.showAll')}
          </Button>
        ) : (
          snoozed > 0 && (
            <Button variant="default" onClick={() => onFilter({ status: 'snoozed' })}>
              {t('list.showSnoozed', { count: snoozed })}
            </Button>
          )
        )
      }
    >
      {t(filter.view === 'mine' ? 'list.noneMine' : filter.view === 'unassigned' ? 'list.noneUnassigned' : 'list.noneOpen')}
    </Empty>
  );
}
