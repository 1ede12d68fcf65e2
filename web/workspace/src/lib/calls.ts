import type { EventItem } from '~/api/types';
import { createStore } from './store';

/** A call that rings for this person, until it is dismissed or over. */
export type Ringing = { id: number; conversationId: string | null; customerId: string | null; at: number };
export const ringing = createStore<Ringing[]>([]);

const fresh = 60_000;
/** Whether it rings for this person, and still: what is caught up on after a time away is over. */
export function ringsFor({ kind, at, data }: Pick<EventItem, 'kind' | 'at' | 'data'>, me: string, now = Date.now()) {
  const agents = typeof data?.agents === 'string' ? data.agents.split(',') : [];
  return kind === 'call.ringing' && agents.includes(me) && now - Date.parse(at) < fresh;
}

export const ring = ({ number, conversationId, customerId, at }: EventItem) =>
  ringing.set((all) =>
    all.some((one) => one.conversationId === conversationId && one.customerId === customerId)
      ? all
      : [...all, { id: number, conversationId, customerId, at: Date.parse(at) }],
  );
export const hangUp = (id: number) => ringing.set((all) => all.filter((one) => one.id !== id));
