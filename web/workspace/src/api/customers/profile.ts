import { useQuery } from '@tanstack/react-query';
import { call } from '../http';
import type { components } from '../schema';
import { customerKey } from './customers';

export type Attribute = components['schemas']['AttributeView'];
export type AttributeType = components['schemas']['AttributeType'];
export type Consents = components['schemas']['ConsentsView'];

export const attributesKey = ['attributes'] as const;
export const useAttributes = () =>
  useQuery({ queryKey: attributesKey, queryFn: async () => (await call<{ items: Attribute[] }>('/attributes')).items, staleTime: 60_000 });
export const addAttribute = (body: { key: string; label: string; type: AttributeType; choices: string[] }) =>
  call<Attribute>('/attributes', { method: 'POST', body });
export const removeAttribute = (id: string) => call<void>(`/attributes/${id}`, { method: 'DELETE' });

export const useConsents = (id: string) =>
  useQuery({ queryKey: [...customerKey(id), 'consents'], queryFn: () => call<Consents>(`/customers/${id}/consents`) });
export const recordConsent = (id: string, body: { purpose: string; channel: string | null; given: boolean; source: string }) =>
  call<Consents>(`/customers/${id}/consents`, { method: 'POST', body });

export const holdCustomer = (id: string, hold: boolean) => call<void>(`/customers/${id}/hold`, { method: 'POST', body: { hold } });
export const eraseCustomer = (id: string) =>
  call<{ profiles: number; conversations: number; messages: number; files: number }>(`/customers/${id}/erase`, { method: 'POST' });
export const exportAddress = (id: string) => `/api/v1/customers/${id}/export`;
