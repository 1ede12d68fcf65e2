import { useQuery } from '@tanstack/react-query';
import { call, query } from './http';
import type { components } from './schema';

export type SavedReply = components['schemas']['SavedReplyView'];
export const savedRepliesKey = ['savedReplies'] as const;
export const useSavedReplies = (wanted = true) =>
  useQuery({
    queryKey: savedRepliesKey,
    queryFn: async () => (await call<{ items: SavedReply[] }>('/saved-replies')).items,
    enabled: wanted,
    staleTime: 60_000,
  });
export const saveReply = (id: string | null, body: { name: string; folder: string; text: string }) =>
  call<SavedReply>(id ? `/saved-replies/${id}` : '/saved-replies', { method: id ? 'PATCH' : 'POST', body });
export const removeReply = (id: string) => call<void>(`/saved-replies/${id}`, { method: 'DELETE' });
export const fillReply = (id: string, conversation: string) =>
  call<components['schemas']['FilledReplyView']>(`/saved-replies/${id}/filled${query({ conversation })}`);
