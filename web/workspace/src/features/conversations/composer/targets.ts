import type { ChannelThread, ConversationDetail } from '~/api/types';
import { isCall } from '~/lib/channels';

/** One way to answer: an existing thread, or a handle of the customer on which no thread exists yet. */
export type Target = {
  key: string;
  channel: string;
  inboxId: string;
  inboxName: string;
  address: string | null;
  threadId: string | null;
  identityId: string | null;
  ok: boolean;
  code: string | null;
  reason: string | null;
  windowUntil: string | null;
  templates: boolean;
  subject: string | null;
  audience: ChannelThread['audience'];
  readers: ChannelThread['send']['readers'];
  lastInboundAt: string | null;
};

const at = (iso: string | null) => (iso ? Date.parse(iso) : 0);

/** Every thread of the conversation, then whatever else the customer can be reached on; what is open comes first. */
export function targetsOf(detail: Pick<ConversationDetail, 'threads' | 'reachable'>): Target[] {
  const threads = detail.threads.map(
    (thread): Target => ({
      key: thread.id,
      channel: thread.channel,
      inboxId: thread.inboxId,
      inboxName: thread.inboxName,
      address: thread.address,
      threadId: thread.id,
      identityId: null,
      ok: thread.send.ok,
      code: thread.send.code,
      reason: thread.send.reason,
      windowUntil: thread.send.windowUntil,
      templates: thread.send.templates,
      subject: thread.subject,
      audience: thread.audience,
      readers: thread.send.readers,
      lastInboundAt: thread.lastInboundAt,
    }),
  );
  const known = new Set(threads.map((target) => target.threadId));
  const fresh = detail.reachable
    .filter((one) => !one.threadId || !known.has(one.threadId))
    .map(
      (one): Target => ({
        ...one,
        key: one.threadId ?? `${one.inboxId}/${one.identityId}`,
        subject: null,
        audience: 'private',
        readers: [],
        lastInboundAt: null,
      }),
    );
  return [...threads, ...fresh].sort((a, b) => Number(b.ok) - Number(a.ok) || at(b.lastInboundAt) - at(a.lastInboundAt));
}

/**
 * The thread the customer wrote on last, else another that is open. When every thread is closed it stays the last one,
 * which says why: no answer leaves unasked on a channel that this conversation has not used.
 */
export function usualTarget(targets: Target[]): Target | undefined {
  const threads = targets.filter((target) => target.threadId).sort((a, b) => at(b.lastInboundAt) - at(a.lastInboundAt));
  return threads.find((target) => target.ok && !isCall(target.channel)) ?? threads[0] ?? targets.find((target) => target.ok) ?? targets[0];
}

export const addressOf = (target: Target) =>
  target.threadId
    ? { channelThreadId: target.threadId }
    : { inboxId: target.inboxId, ...(target.identityId ? { identityId: target.identityId } : {}) };
