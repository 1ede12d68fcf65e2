import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActivities } from '~/api/conversations/activities';
import { useConversation } from '~/api/conversations/detail';
import { useMessages } from '~/api/conversations/messages';
import { flat } from '~/api/paging';
import type { ChannelId, ConversationDetail } from '~/api/types';
import { Bone, Failure, useLate } from '~/components/parts';
import type { Outbox } from '~/lib/outbox';
import { nameOf } from '~/lib/people';
import { signals } from '~/lib/presence';
import { useCommands } from '../commands';
import { Composer, type ComposerHandle } from '../composer/Composer';
import { useDraft } from '../composer/draft';
import { targetsOf, usualTarget } from '../composer/targets';
import { ConversationActions } from './ConversationActions';
import { Linked } from './Linked';
import { Log } from './Log';
import { useMessageActions } from './messageActions';
import { ThreadHeader } from './ThreadHeader';
import { folded, inOrder, place, startingOrder, timeline } from './timeline';

type Props = {
  id: string;
  outbox: Outbox;
  small: boolean;
  onClose: () => void;
  panel: { shown: boolean; toggle: () => void };
  renderPanel: (customerId: string) => ReactNode;
};
export function Conversation(props: Props) {
  const { t } = useTranslation();
  const detail = useConversation(props.id);
  const late = useLate(detail.isPending);
  if (detail.data) return <Opened {...props} detail={detail.data} />;
  if (detail.isError)
    return (
      <section className="thread" aria-label={t('thread.label')}>
        <Failure title={t('thread.failed')} error={detail.error} retry={() => void detail.refetch()} />
      </section>
    );
  return (
    <section className="thread" aria-label={t('thread.label')} aria-busy="true">
      {late && <Bones />}
    </section>
  );
}

const Bones = () => (
  <div className="bones col g16">
    <Bone w={180} h={16} />
    <Bone w="60%" h={56} />
    <Bone w="44%" h={38} />
    <div className="row">
      <span className="grow" />
      <Bone w="52%" h={56} />
    </div>
    <Bone w="38%" h={38} />
  </div>
);

function Opened({ id, detail, outbox, small, onClose, panel, renderPanel }: Props & { detail: ConversationDetail }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const read = useMessages(id);
  const activities = useActivities(id);
  const commands = useCommands(detail);
  const composer = useRef<ComposerHandle>(null);
  const [draft, changeDraft] = useDraft(id);
  const [only, setOnly] = useState<ChannelId | undefined>();
  // Fixed when opened: the line stays where it was while the conversation is read.
  const [seenUpTo] = useState(detail.unread > 0 ? detail.readUpTo : undefined);

  const entries = outbox.entries.use();
  const pending = useMemo(() => entries.filter((entry) => entry.conversationId === id), [entries, id]);
  const messages = useMemo(() => inOrder(flat(read.data)), [read.data]);
  const targets = useMemo(() => targetsOf(detail), [detail]);
  const target = targets.find((one) => one.key === draft.target) ?? usualTarget(targets);
  const complete = !read.hasNextPage;

  const rows = useMemo(() => {
    const pieces = timeline({ messages, activities: activities.data ?? [], pending, seenUpTo, complete });
    const channelOf = (thread?: string, inbox?: string) =>
      detail.threads.find((one) => one.id === thread)?.channel ?? detail.reachable.find((one) => one.inboxId === inbox)?.channel;
    return place(pieces, startingOrder(detail.threads, messages[0], complete), (entry) =>
      channelOf(entry.body.channelThreadId, entry.body.inboxId),
    );
  }, [messages, activities.data, pending, seenUpTo, complete, detail.threads, detail.reachable]);
  const shown = useMemo(() => (only ? folded(rows, only) : rows), [rows, only]);
  const counts = useMemo(() => {
    const all = new Map<ChannelId, number>();
    for (const message of messages) if (message.channel && !message.private) all.set(message.channel, (all.get(message.channel) ?? 0) + 1);
    return all;
  }, [messages]);
  // In the order of first use, so that the numbers 1 to 9 stay where they are.
  const channels = useMemo(
    () => [...new Set([...detail.threads].sort((a, b) => Date.parse(a.firstAt) - Date.parse(b.firstAt)).map((thread) => thread.channel))],
    [detail.threads],
  );
  const closed = useMemo(
    () => new Set(channels.filter((channel) => detail.threads.every((thread) => thread.channel !== channel || !thread.send.ok))),
    [channels, detail.threads],
  );
  const pick = (channel?: ChannelId) => setOnly((now) => (now === channel ? undefined : channel));

  useEffect(() => {
    signals.watch(id);
    return () => signals.watch(null);
  }, [id]);
  useReadWhileSeen(detail.unread, commands.markRead);

  const messageActions = useMessageActions({ client, detail, targets, composer, outbox });
  const name = nameOf(detail.customer);
  return (
    <>
      <section className="thread" aria-label={t('thread.with', { name })}>
        <ThreadHeader
          detail={detail}
          commands={commands}
          counts={counts}
          channels={channels}
          only={only}
          onPick={pick}
          small={small}
          onClose={onClose}
          panel={panel}
        />
        <ConversationActions
          detail={detail}
          commands={commands}
          channels={channels}
          onPick={(channel) => setOnly(channel)}
          composer={composer}
        />
        <Linked detail={detail} activities={activities.data ?? []} />
        <Log
          rows={shown}
          detail={detail}
          only={only}
          onPick={pick}
          closed={closed}
          small={small}
          target={draft.note || draft.privateTo ? undefined : target?.channel}
          loading={read.isPending}
          error={read.isError && !read.data ? read.error : null}
          retry={() => void read.refetch()}
          more={read.hasNextPage ? { busy: read.isFetchingNextPage, load: () => void read.fetchNextPage() } : null}
          actions={messageActions}
        />
        <Composer
          ref={composer}
          detail={detail}
          targets={targets}
          target={target}
          draft={draft}
          onDraft={changeDraft}
          outbox={outbox}
          newest={messages.at(-1)}
          small={small}
        />
      </section>
      {renderPanel(detail.customer.id)}
    </>
  );
}

/** Read once somebody really has it before their eyes for a moment. */
function useReadWhileSeen(unread: number, markRead: () => Promise<void>) {
  const latest = useRef(markRead);
  latest.current = markRead;
  const [visible, setVisible] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const changed = () => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  useEffect(() => {
    if (unread === 0 || !visible) return;
    const timer = setTimeout(() => void latest.current(), 900);
    return () => clearTimeout(timer);
  }, [unread, visible]);
}
