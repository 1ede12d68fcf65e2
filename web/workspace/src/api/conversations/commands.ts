import { call } from '../http';
import type { ConversationItem, Message, Outgoing } from '../types';

const command = (id: string, name: string, body: object = {}) =>
  call<ConversationItem>(`/conversations/${id}/${name}`, { method: 'POST', body });
export const assign = (id: string, agentId: string | null, note?: string) => command(id, 'assign', note ? { agentId, note } : { agentId });
export const resolve = (id: string) => command(id, 'resolve');
export const reopen = (id: string) => command(id, 'reopen');
export const snooze = (id: string, until: string) => command(id, 'snooze', { until });
export const markRead = (id: string) => command(id, 'read');
export const markUnread = (id: string) => command(id, 'unread');

export const postMessage = (conversationId: string, clientId: string, body: Outgoing) =>
  call<Message>(`/conversations/${conversationId}/messages`, { method: 'POST', raw: JSON.stringify(body), key: clientId });

export const cancelMessage = (id: string) => call<void>(`/messages/${id}/cancel`, { method: 'POST' });
export const retryMessage = (id: string) => call<Message>(`/messages/${id}/retry`, { method: 'POST' });
export const confirmMessage = (id: string, arrived: boolean) =>
  call<Message>(`/messages/${id}/confirm`, { method: 'POST', body: { arrived } });
