import { useQuery } from '@tanstack/react-query';
import { call } from './http';
import type { components } from './schema';

export type Mapping = { columns: (string | null)[]; region: string | null; system: string | null; encoding: string | null };
/** OpenAPI does not say that a column may be left out. */
export type Import = Omit<components['schemas']['ImportView'], 'mapping'> & { mapping: Mapping };
export type ImportItem = components['schemas']['ImportItemView'];
export type ImportState = Import['state'];

export const importsKey = ['imports'] as const;
const moving: ImportState[] = ['checking', 'running', 'undoing'];
export const isMoving = (state: ImportState) => moving.includes(state);

export const useImports = () =>
  useQuery({
    queryKey: importsKey,
    queryFn: async () => (await call<{ items: ImportItem[] }>('/imports')).items,
    refetchInterval: (query) => (query.state.data?.some((one) => isMoving(one.state)) ? 1000 : false),
  });
export const useImport = (id: string) =>
  useQuery({
    queryKey: [...importsKey, id],
    queryFn: () => call<Import>(`/imports/${id}`),
    refetchInterval: (query) => (query.state.data && isMoving(query.state.data.state) ? 700 : false),
  });
export const draftImport = (fileId: string) => call<Import>('/imports', { method: 'POST', body: { fileId } });
export const mapImport = (id: string, mapping: Mapping) => call<Import>(`/imports/${id}/mapping`, { method: 'PUT', body: mapping });
export const startImport = (id: string, step: 'check' | 'run' | 'undo') => call<Import>(`/imports/${id}/${step}`, { method: 'POST' });
