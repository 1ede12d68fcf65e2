import { useQuery } from '@tanstack/react-query';
import { call } from '../http';

export type Counts = { all: number; mine: number; unassigned: number; snoozed: number; byInbox: Record<string, number> };
export const countsKey = ['conversations', 'counts'] as const;
export const useCounts = () =>
  useQuery({ queryKey: countsKey, queryFn: ({ signal }) => call<Counts>('/conversations/counts', { signal }) });
