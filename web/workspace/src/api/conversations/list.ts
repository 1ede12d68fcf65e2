import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { call, query } from '../http';
import { type Page, paged } from '../paging';
import type { ConversationItem } from '../types';

export type View = 'all' | 'mine' | 'unassigned';
export type StatusFilter = 'open' | 'snoozed' | 'resolved' | 'any';
export type Sort = 'newest' | 'oldest' | 'waiting';
export type ListFilter = { view: View; status: StatusFilter; sort: Sort; inbox?: string | undefined; q?: string | undefined };

export const listsKey = ['conversations', 'list'] as const;
export const listKey = (filter: ListFilter) => [...listsKey, filter] as const;

export const listConversations = (filter: ListFilter, cursor: string | null, signal?: AbortSignal) =>
  call<Page<ConversationItem>>(`/conversations${query({ ...filter, limit: 50, cursor })}`, { signal });

export const useConversationList = (filter: ListFilter, enabled = true) =>
  useInfiniteQuery({
    queryKey: listKey(filter),
    queryFn: ({ pageParam, signal }) => listConversations(filter, pageParam, signal),
    ...paged,
    placeholderData: keepPreviousData,
    enabled,
  });
