import { useQuery } from '@tanstack/react-query';
import { call } from '../http';
import type { ConversationDetail } from '../types';

export const detailsKey = ['conversations', 'one'] as const;
export const detailKey = (id: string) => [...detailsKey, id] as const;
export const getConversation = (id: string, signal?: AbortSignal) => call<ConversationDetail>(`/conversations/${id}`, { signal });
export const useConversation = (id: string) =>
  useQuery({ queryKey: detailKey(id), queryFn: ({ signal }) => getConversation(id, signal), staleTime: 15_000 });
