import { useQuery } from '@tanstack/react-query';
import { call } from '../http';
import type { Counts } from '../types';

export const countsKey = ['conversations', 'counts'] as const;
export const useCounts = () =>
  useQuery({ queryKey: countsKey, queryFn: ({ signal }) => call<Counts>('/conversations/counts', { signal }) });
