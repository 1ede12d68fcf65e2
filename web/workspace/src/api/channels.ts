import { useQuery } from '@tanstack/react-query';
import { call } from './http';
import type { ChannelDescriptor, Rich, RichPlan } from './types';

export const useChannels = () =>
  useQuery({
    queryKey: ['channels'],
    queryFn: async () => (await call<{ items: ChannelDescriptor[] }>('/channels')).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
export const useChannel = (id: string | undefined) => useChannels().data?.find((channel) => channel.id === id);

/** What of a rich message the channel shows by itself, and the text that the rest becomes. */
export const previewQuery = (channel: string, text: string, rich: Rich) => ({
  queryKey: ['channels', channel, 'preview', text, rich] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    call<RichPlan>(`/channels/${channel}/preview`, { method: 'POST', body: { text, rich }, signal }),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 60_000,
});
