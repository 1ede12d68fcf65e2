import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call, query, send } from './http';
import { type Page, paged } from './paging';
import type { Delivery, Refused } from './types';

export const deliveriesKey = ['deliveries'] as const;
export type DeliveryFilter = { q?: string | undefined; inbox?: string | undefined; state?: Delivery['state'] | undefined };

export const useDeliveries = (filter: DeliveryFilter) =>
  useInfiniteQuery({
    queryKey: [...deliveriesKey, 'list', filter],
    queryFn: ({ pageParam, signal }) => call<Page<Delivery>>(`/deliveries${query({ ...filter, cursor: pageParam })}`, { signal }),
    ...paged,
    placeholderData: keepPreviousData,
  });
export const useDelivery = (id: string) =>
  useQuery({ queryKey: [...deliveriesKey, id], queryFn: () => call<Delivery>(`/deliveries/${id}`) });
export const useRefused = () =>
  useQuery({
    queryKey: [...deliveriesKey, 'refused'],
    queryFn: async () => (await call<{ items: Refused[] }>('/deliveries/refused')).items,
  });
export const readBody = async (id: string) => (await send(`/deliveries/${id}/body`)).text();
export const replayDelivery = (id: string) => call<Delivery>(`/deliveries/${id}/replay`, { method: 'POST' });
