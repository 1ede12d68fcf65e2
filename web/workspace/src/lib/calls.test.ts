import { beforeEach, describe, expect, it } from 'vitest';
import type { EventItem } from '~/api/types';
import { hangUp, ring, ringing, ringsFor } from './calls';

const at = '2026-03-02T09:00:00Z';
const event = (more: Partial<EventItem> = {}): EventItem => ({
  number: 1,
  kind: 'call.ringing',
  at,
  conversationId: 'c1',
  messageId: null,
  customerId: 'p1',
  inboxId: null,
  data: { agents: 'a1,a2' },
  ...more,
});
beforeEach(() => ringing.set([]));

describe('whom it rings for', () => {
  const now = Date.parse(at) + 2000;
  it.each([
    ['one of them', {}, 'a2', now, true],
    ['nobody else', {}, 'a', now, false],
    ['not for those who come back later', {}, 'a1', now + 60_000, false],
    ['no other event', { kind: 'message.received' }, 'a1', now, false],
    ['nobody, when the event names nobody', { data: null }, 'a1', now, false],
  ])('%s', (_, more, me, time, expected) => expect(ringsFor(event(more), me, time)).toBe(expected));
});

it('shows a call once, however often it rings, and takes it away', () => {
  ring(event());
  ring(event({ number: 2 }));
  ring(event({ number: 3, conversationId: 'c2' }));
  expect(ringing.get().map((one) => one.id)).toEqual([1, 3]);
  hangUp(1);
  expect(ringing.get().map((one) => one.id)).toEqual([3]);
});
