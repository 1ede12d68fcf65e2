import type { Activity, ChannelThread, Message } from '~/api/types';

const base = Date.parse('2026-03-02T09:00:00Z');
/** A time of one invented morning. */
export const minute = (n: number) => new Date(base + n * 60_000).toISOString();

export function message(id: string, at: number, more: Partial<Message> = {}): Message {
  const out = more.direction === 'out';
  return {
    id,
    seq: at,
    conversationId: 'c1',
    threadId: 't1',
    inboxId: 'i1',
    channel: 'whatsapp',
    kind: 'message',
    direction: 'in',
    private: false,
    author: out ? { kind: 'agent', id: 'a1', name: 'Jule' } : { kind: 'customer', id: 'p1', name: 'Hanna' },
    text: `text of ${id}`,
    hiddenText: null,
    html: false,
    subject: null,
    to: [],
    cc: [],
    attachments: [],
    replyTo: null,
    payload: null,
    rich: null,
    rating: null,
    permalink: null,
    referral: null,
    hiddenAt: null,
    call: null,
    note: null,
    acts: [],
    repliesPrivately: false,
    answersComment: false,
    reactions: [],
    editedAt: null,
    versions: [],
    deletedAt: null,
    status: out ? 'sent' : null,
    statusReason: null,
    statusAt: null,
    failure: null,
    undoUntil: null,
    clientId: null,
    sentAt: minute(at),
    receivedAt: minute(at),
    late: false,
    deliveryId: null,
    senderUnverified: false,
    ...more,
  };
}
export const activity = (id: string, at: number, kind = 'conversation.assigned'): Activity => ({
  id,
  kind,
  at: minute(at),
  actor: { kind: 'agent', id: 'a1', name: 'Jule' },
  data: {},
});
export const thread = (id: string, channel: string, more: Partial<ChannelThread> = {}): ChannelThread => ({
  id,
  inboxId: `${id}-inbox`,
  inboxName: channel,
  channel,
  address: null,
  subject: null,
  audience: 'private',
  verified: true,
  firstAt: minute(0),
  lastAt: minute(1),
  lastInboundAt: minute(1),
  send: { ok: true, code: null, reason: null, windowUntil: null, templates: false, readers: [] },
  ...more,
});
