import { useQuery } from '@tanstack/react-query';
import { call } from './http';
import type { Page } from './paging';
import type { Agent, ApiToken, Invite, Role, Session } from './types';

export const agentsKey = ['agents'] as const;
export const useAgents = () => useQuery({ queryKey: agentsKey, queryFn: async () => (await call<Page<Agent>>('/agents?limit=200')).items });
export const inviteAgent = (body: { email: string; name: string; role: Role }) =>
  call<{ agent: Agent; inviteUrl: string }>('/agents', { method: 'POST', body });
export const changeAgent = (id: string, body: { name?: string; role?: Role; disabled?: boolean }) =>
  call<Agent>(`/agents/${id}`, { method: 'PATCH', body });
export const inviteAgain = (id: string) => call<{ inviteUrl: string }>(`/agents/${id}/invite`, { method: 'POST' });

export const useInvite = (token: string) =>
  useQuery({ queryKey: ['invite', token], queryFn: () => call<Invite>(`/invites/${encodeURIComponent(token)}`), retry: false });
export const acceptInvite = (token: string, body: { name: string; password: string }) =>
  call<Session>(`/invites/${encodeURIComponent(token)}`, { method: 'POST', body });

export const tokensKey = ['tokens'] as const;
export const useTokens = () =>
  useQuery({ queryKey: tokensKey, queryFn: async () => (await call<Page<ApiToken>>('/tokens?limit=200')).items });
export const addToken = (name: string) => call<ApiToken & { secret: string }>('/tokens', { method: 'POST', body: { name } });
export const removeToken = (id: string) => call<void>(`/tokens/${id}`, { method: 'DELETE' });
