import { call, query } from './http';
import type { EventItem } from './types';

export type EventPage = { items: EventItem[]; last: number };
export const eventsAfter = (after: number | null, signal?: AbortSignal) =>
  call<EventPage>(`/events${query({ after, limit: after === null ? null : 500 })}`, { signal });
