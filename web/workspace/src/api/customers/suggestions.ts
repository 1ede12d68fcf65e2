import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call, query } from '../http';
import { type Page, paged } from '../paging';
import type { components } from '../schema';

export type Suggestion = components['schemas']['SuggestionView'];
export type LikenessReason = components['schemas']['LikenessReason'];
export type SuggestionState = 'open' | 'accepted' | 'rejected';
export type Decision = 'accept' | 'reject' | 'reopen';

export const suggestionsKey = ['customers', 'suggestions'] as const;

export const useSuggestions = (state: SuggestionState, customer?: string) =>
  useInfiniteQuery({
    queryKey: [...suggestionsKey, state, customer ?? 'all'],
    queryFn: ({ pageParam, signal }) =>
      call<Page<Suggestion>>(`/suggestions${query({ state, customer, limit: 25, cursor: pageParam })}`, { signal }),
    ...paged,
  });
export const useOpenSuggestions = () =>
  useQuery({
    queryKey: [...suggestionsKey, 'count'],
    queryFn: async () => (await call<{ open: number }>('/suggestions/count')).open,
    staleTime: 30_000,
  });
export const decideSuggestion = (id: string, decision: Decision) => call<void>(`/suggestions/${id}/${decision}`, { method: 'POST' });
export const decideSuggestions = (ids: string[], decision: Decision) =>
  call<{ decided: number; failed: { id: string; code: string; message: string }[] }>('/suggestions/decide', {
    method: 'POST',
    body: { ids, decision },
  });
