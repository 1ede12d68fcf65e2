import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call, query } from './http';
import { type Page, paged } from './paging';
import type { CheckResult, Inbox, InboxLine, LoginBegun, LoginFinished, Template } from './types';

export const inboxesKey = ['inboxes'] as const;
export type InboxChange = Partial<
  Pick<Inbox, 'name' | 'settings' | 'enabled' | 'join' | 'restricted' | 'memberIds' | 'keepBodiesDays' | 'keepMessagesDays' | 'region'>
>;

export const useInboxes = () =>
  useQuery({ queryKey: [...inboxesKey, 'list'], queryFn: async () => (await call<Page<Inbox>>('/inboxes?limit=200')).items });
const askEvery = 4000;
/** `watch`: asked again until something has come in, for those whose socket is blocked. */
export const useInbox = (id: string, watch?: boolean) =>
  useQuery({
    queryKey: [...inboxesKey, id],
    queryFn: () => call<Inbox>(`/inboxes/${id}`),
    refetchInterval: ({ state }) => (watch && !state.data?.health.lastInboundAt ? askEvery : false),
  });
export const useInboxLog = (id: string) =>
  useInfiniteQuery({
    queryKey: [...inboxesKey, id, 'log'],
    queryFn: ({ pageParam, signal }) => call<Page<InboxLine>>(`/inboxes/${id}/log${query({ cursor: pageParam })}`, { signal }),
    ...paged,
  });
export const useTemplates = (inboxId: string | undefined) =>
  useQuery({
    queryKey: [...inboxesKey, inboxId, 'templates'],
    queryFn: async ({ signal }) => (await call<{ items: Template[] }>(`/inboxes/${inboxId}/templates`, { signal })).items,
    enabled: inboxId !== undefined,
    staleTime: 5 * 60_000,
  });

export const addInbox = (body: { channel: string; name: string } & InboxChange) => call<Inbox>('/inboxes', { method: 'POST', body });
export const changeInbox = (id: string, body: InboxChange) => call<Inbox>(`/inboxes/${id}`, { method: 'PATCH', body });
export const removeInbox = (id: string) => call<void>(`/inboxes/${id}`, { method: 'DELETE' });
export const checkInbox = (id: string) => call<CheckResult>(`/inboxes/${id}/check`, { method: 'POST' });
/** Where the browser goes to sign in at the provider. */
export const beginLogin = (id: string) => call<LoginBegun>(`/inboxes/${id}/login`, { method: 'POST' });
export const finishLogin = (said: Record<string, string>) =>
  call<LoginFinished>('/inboxes/login/finish', { method: 'POST', body: { query: said } });
export const connectInbox = (id: string) => call<CheckResult>(`/inboxes/${id}/connect`, { method: 'POST' });
