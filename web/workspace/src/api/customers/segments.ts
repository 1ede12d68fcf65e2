import { useQuery } from '@tanstack/react-query';
import { call } from '../http';
import type { components } from '../schema';

export type Segment = components['schemas']['SegmentView'];
export type SegmentRule = components['schemas']['SegmentRule'];
export type SegmentCondition = components['schemas']['SegmentCondition'];
type Count = components['schemas']['SegmentCountView'];

export const segmentsKey = ['segments'] as const;
export const useSegments = () =>
  useQuery({ queryKey: segmentsKey, queryFn: async () => (await call<{ items: Segment[] }>('/segments')).items });
/** How many a rule fits now. */
export const useRuleCount = (rule: SegmentRule, wanted: boolean) =>
  useQuery({
    queryKey: [...segmentsKey, 'count', rule],
    queryFn: () => call<Count>('/segments/count', { method: 'POST', body: rule }),
    enabled: wanted,
    staleTime: 15_000,
    retry: false,
  });
export const saveSegment = (id: string | null, body: { name: string; rule: SegmentRule; tier: string }) =>
  call<Segment>(id ? `/segments/${id}` : '/segments', { method: id ? 'PATCH' : 'POST', body });
export const removeSegment = (id: string) => call<void>(`/segments/${id}`, { method: 'DELETE' });
