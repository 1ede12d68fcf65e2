import { useQuery } from '@tanstack/react-query';
import { call } from './http';
import type { ChannelDescriptor } from './types';

export const useChannels = () =>
  useQuery({
    queryKey: ['channels'],
    queryFn: async () => (await call<{ items: ChannelDescriptor[] }>('/channels')).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
export const useChannel = (id: string | undefined) => useChannels().data?.find((channel) => channel.id === id);
