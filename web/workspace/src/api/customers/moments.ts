import { useQuery } from '@tanstack/react-query';
import { call } from '../http';
import type { components } from '../schema';
import { customerKey } from './customers';

export type Moment = components['schemas']['MomentView'];
/** What happened to a customer besides messages, newest first. */
export const useMoments = (id: string) =>
  useQuery({
    queryKey: [...customerKey(id), 'moments'],
    queryFn: async () => (await call<{ items: Moment[] }>(`/customers/${id}/moments`)).items,
    staleTime: 30_000,
  });
