import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call, query } from './http';
import { type Page, paged } from './paging';
import type { components } from './schema';

type Schemas = components['schemas'];
export type Ticket = Schemas['TicketView'];
export type TicketStatus = Schemas['TicketStatus'];
export type TicketType = Schemas['TicketType'];
export type TicketPriority = Schemas['TicketPriority'];
export type TicketRule = Schemas['TicketRuleView'];
export type TicketFilter = {
  status?: string | undefined;
  owner?: string | undefined;
  customer?: string | undefined;
  q?: string | undefined;
};

export const ticketsKey = ['tickets'] as const;
export const ticketStatuses: TicketStatus[] = ['open', 'pending', 'onHold', 'solved'];
export const ticketTypes: TicketType[] = ['question', 'incident', 'problem', 'task'];
export const ticketPriorities: TicketPriority[] = ['urgent', 'high', 'normal', 'low'];

export const useTickets = (filter: TicketFilter) =>
  useInfiniteQuery({
    queryKey: [...ticketsKey, 'list', filter],
    queryFn: ({ pageParam, signal }) => call<Page<Ticket>>(`/tickets${query({ ...filter, cursor: pageParam })}`, { signal }),
    ...paged,
    placeholderData: keepPreviousData,
  });
export const useTicket = (id: string) => useQuery({ queryKey: [...ticketsKey, 'one', id], queryFn: () => call<Ticket>(`/tickets/${id}`) });
export const useTicketCounts = () =>
  useQuery({ queryKey: [...ticketsKey, 'counts'], queryFn: () => call<Schemas['TicketCountsView']>('/tickets/counts'), staleTime: 30_000 });
export const useTicketRules = () =>
  useQuery({
    queryKey: [...ticketsKey, 'rules'],
    queryFn: async () => (await call<{ items: TicketRule[] }>('/tickets/rules')).items,
  });

export type NewTicket = {
  conversationId?: string;
  customerId?: string;
  subject?: string;
  text?: string;
  type: TicketType;
  priority: TicketPriority;
  ownerId?: string;
};
export const openTicket = (body: NewTicket) => call<Ticket>('/tickets', { method: 'POST', body });
export const changeTicket = (
  id: string,
  body: { subject?: string; text?: string; type?: TicketType; priority?: TicketPriority; status?: TicketStatus },
) => call<Ticket>(`/tickets/${id}`, { method: 'PATCH', body });
export const assignTicket = (id: string, ownerId: string | null, teamId: string | null) =>
  call<Ticket>(`/tickets/${id}/assign`, { method: 'POST', body: { ownerId, teamId } });
export const saveTicketRules = (items: TicketRule[]) => call<{ items: TicketRule[] }>('/tickets/rules', { method: 'PUT', body: { items } });
