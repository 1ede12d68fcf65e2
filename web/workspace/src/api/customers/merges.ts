import { useQuery } from '@tanstack/react-query';
import { call, query } from '../http';
import type { components } from '../schema';
import type { Customer } from '../types';
import { customerKey } from './customers';

export type MergePreview = components['schemas']['MergePreviewView'];
export type Merge = components['schemas']['MergeView'];
export type FieldValues = components['schemas']['FieldView'];

export const useMergePreview = (id: string, other: string) =>
  useQuery({
    queryKey: [...customerKey(id), 'merge', other],
    queryFn: () => call<MergePreview>(`/customers/${id}/merge-preview${query({ with: other })}`),
    staleTime: 0,
  });
export const useMerges = (id: string) =>
  useQuery({
    queryKey: [...customerKey(id), 'merges'],
    queryFn: async () => (await call<{ items: Merge[] }>(`/customers/${id}/merges`)).items,
  });
export const useValues = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: [...customerKey(id), 'values'],
    queryFn: async () => (await call<{ items: FieldValues[] }>(`/customers/${id}/values`)).items,
    enabled,
  });
export const mergeCustomers = (id: string, other: string) =>
  call<Customer>(`/customers/${id}/merge`, { method: 'POST', body: { with: other, reason: null } });
export const undoMerge = (id: string, merge: string) => call<Customer>(`/customers/${id}/merges/${merge}/undo`, { method: 'POST' });
