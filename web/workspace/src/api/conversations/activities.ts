import { useQuery } from '@tanstack/react-query';
import { call } from '../http';
import type { Page } from '../paging';
import type { Activity } from '../types';

export const activitiesKey = (id: string) => ['conversations', 'activities', id] as const;
export const useActivities = (id: string) =>
  useQuery({
    queryKey: activitiesKey(id),
    queryFn: async ({ signal }) => (await call<Page<Activity>>(`/conversations/${id}/activities?limit=200`, { signal })).items,
    staleTime: 15_000,
  });
