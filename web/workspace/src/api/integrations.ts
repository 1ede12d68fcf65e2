import { useQuery } from '@tanstack/react-query';
import { customerKey } from './customers/customers';
import { call } from './http';
import type { components } from './schema';
import type { ChannelDescriptor } from './types';

type Schemas = components['schemas'];
export type FieldRule = Schemas['FieldRule'];
export type Connector = Omit<Schemas['ConnectorView'], 'settingsSchema'> & { settingsSchema: ChannelDescriptor['settingsSchema'] };
export type Integration = Omit<Schemas['IntegrationView'], 'settings' | 'rules'> & {
  settings: Record<string, unknown>;
  rules: FieldRule[];
};
export type Fields = Schemas['RemoteFieldsView'];
export type SyncProblem = Schemas['SyncIssueView'];
export type CustomerRecord = Schemas['CustomerRecordView'];
export type RecordPanel = Schemas['RecordPanelView'];

export const integrationsKey = ['integrations'] as const;
const key = (id: string) => [...integrationsKey, id] as const;

/** While something is under way it is looked at often. */
const busy = (one: Integration | undefined) =>
  one && (one.first.state === 'trying' || one.first.state === 'running' || (one.state === 'active' && one.waiting > 0)) ? 1500 : 20_000;

export const useConnectors = () =>
  useQuery({
    queryKey: [...integrationsKey, 'kinds'],
    queryFn: async () => (await call<{ items: Connector[] }>('/integrations/kinds')).items,
    staleTime: 600_000,
  });
export const useIntegrations = () =>
  useQuery({
    queryKey: integrationsKey,
    queryFn: async () => (await call<{ items: Integration[] }>('/integrations')).items,
    refetchInterval: 20_000,
  });
export const useIntegration = (id: string) =>
  useQuery({
    queryKey: key(id),
    queryFn: () => call<Integration>(`/integrations/${id}`),
    refetchInterval: (query) => busy(query.state.data),
  });
export const useRemoteFields = (id: string) =>
  useQuery({ queryKey: [...key(id), 'fields'], queryFn: () => call<Fields>(`/integrations/${id}/fields`), staleTime: 60_000 });
export const useSyncProblems = (id: string, count: number) =>
  useQuery({
    queryKey: [...key(id), 'problems', count],
    queryFn: async () => (await call<{ items: SyncProblem[] }>(`/integrations/${id}/problems`)).items,
  });

export const addIntegration = (kind: string, name: string, settings: Record<string, unknown>) =>
  call<Integration>('/integrations', { method: 'POST', body: { kind, name, settings } });
export type IntegrationChange = Partial<Pick<Integration, 'name' | 'rules' | 'createHere' | 'createThere' | 'notes'>> & {
  settings?: Record<string, unknown>;
};
export const changeIntegration = (id: string, change: IntegrationChange) =>
  call<Integration>(`/integrations/${id}`, { method: 'PATCH', body: change });
export const removeIntegration = (id: string) => call(`/integrations/${id}`, { method: 'DELETE' });
export const stepIntegration = (id: string, step: 'try' | 'start' | 'pause') =>
  call<Integration>(`/integrations/${id}/${step}`, { method: 'POST' });
export const retryProblem = (id: string, what: { kind?: string; key?: string; customerId?: string }) =>
  call(`/integrations/${id}/problems/retry`, { method: 'POST', body: what });
export const dropProblem = (id: string, what: { kind: string; key: string }) =>
  call(`/integrations/${id}/problems/drop`, { method: 'POST', body: what });

export const useRecords = (customerId: string) =>
  useQuery({
    queryKey: [...customerKey(customerId), 'records'],
    queryFn: async () => (await call<{ items: CustomerRecord[] }>(`/customers/${customerId}/records`)).items,
    staleTime: 60_000,
  });
export const useRecordPanel = (customerId: string, recordId: string, wanted: boolean) =>
  useQuery({
    queryKey: [...customerKey(customerId), 'records', recordId],
    queryFn: () => call<RecordPanel>(`/customers/${customerId}/records/${recordId}`),
    staleTime: 60_000,
    enabled: wanted,
  });
