import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call, query } from '../http';
import { type Page, paged } from '../paging';
import type { ConversationItem, Customer, CustomerItem, Message, Note } from '../types';

export const customerKey = (id: string) => ['customers', 'one', id] as const;
export const customerListKey = ['customers', 'list'] as const;

export const findCustomers = (q: string, cursor: string | null, limit = 50, signal?: AbortSignal, segment?: string) =>
  call<Page<CustomerItem>>(`/customers${query({ q, segment, limit, cursor })}`, { signal });
export const useCustomers = (q: string, segment?: string) =>
  useInfiniteQuery({
    queryKey: [...customerListKey, q, segment],
    queryFn: ({ pageParam, signal }) => findCustomers(q, pageParam, 50, signal, segment),
    ...paged,
    placeholderData: keepPreviousData,
  });
export const useCustomer = (id: string) => useQuery({ queryKey: customerKey(id), queryFn: () => call<Customer>(`/customers/${id}`) });
export const useCustomerConversations = (id: string) =>
  useInfiniteQuery({
    queryKey: [...customerKey(id), 'conversations'],
    queryFn: ({ pageParam, signal }) =>
      call<Page<ConversationItem>>(`/customers/${id}/conversations${query({ cursor: pageParam })}`, { signal }),
    ...paged,
  });
export type TimelineFilter = { channel?: string | undefined; q?: string | undefined; before?: string | undefined };
export const useTimeline = (id: string, filter: TimelineFilter = {}) =>
  useInfiniteQuery({
    queryKey: [...customerKey(id), 'timeline', filter],
    queryFn: ({ pageParam, signal }) =>
      call<Page<Message>>(`/customers/${id}/timeline${query({ ...filter, cursor: pageParam })}`, { signal }),
    ...paged,
    placeholderData: keepPreviousData,
  });

export const addCustomer = (name: string, keys: { kind: 'phone' | 'email'; value: string }[]) =>
  call<Customer>('/customers', { method: 'POST', body: { name, keys } });
export const changeCustomer = (
  id: string,
  body: Partial<Pick<Customer, 'name' | 'company' | 'language' | 'timeZone' | 'blocked' | 'tier' | 'tags'>> & {
    attributes?: Record<string, string | null>;
    photo?: string | null;
  },
) => call<Customer>(`/customers/${id}`, { method: 'PATCH', body });
export const addKey = (id: string, kind: 'phone' | 'email', value: string) =>
  call<Customer>(`/customers/${id}/keys`, { method: 'POST', body: { kind, value } });
export const shareKey = (id: string, keyId: string, shared: boolean) =>
  call<Customer>(`/customers/${id}/keys/${keyId}`, { method: 'PATCH', body: { shared } });
export const removeKey = (id: string, keyId: string) => call<Customer>(`/customers/${id}/keys/${keyId}`, { method: 'DELETE' });

export const notesKey = (id: string) => [...customerKey(id), 'notes'] as const;
export const useNotes = (id: string) =>
  useQuery({ queryKey: notesKey(id), queryFn: async () => (await call<{ items: Note[] }>(`/customers/${id}/notes`)).items });
export const addNote = (id: string, text: string) => call<Note>(`/customers/${id}/notes`, { method: 'POST', body: { text } });
export const removeNote = (id: string, noteId: string) => call<void>(`/customers/${id}/notes/${noteId}`, { method: 'DELETE' });
