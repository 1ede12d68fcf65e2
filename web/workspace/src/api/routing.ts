import { useQuery } from '@tanstack/react-query';
import { call, query } from './http';
import type { Page } from './paging';
import type { components } from './schema';
import type { ConversationItem } from './types';

type Schemas = components['schemas'];
export type Plan = Required<Omit<Schemas['RoutingPlan'], 'rules' | 'otherwise'>> & { rules: Rule[]; otherwise: Target };
export type Target = Schemas['RoutingTarget'];
export type Rule = Omit<Schemas['RoutingRule'], 'then'> & { then: Target };
export type Condition = Schemas['RoutingCondition'];
export type PlanVersion = Omit<Schemas['PlanView'], 'plan'> & { plan: Plan };
export type Plans = {
  live: PlanVersion | null;
  draft: PlanVersion | null;
  history: Schemas['PlanItemView'][];
  problems: Schemas['RoutingProblemView'][];
};
export type Warning = Schemas['PlanWarningView'];
export type Comparison = Schemas['ComparisonView'];
export type Outcome = Schemas['OutcomeView'];
export type Story = Schemas['RoutingStoryView'];
export type StoryEntry = Schemas['RoutingEntryView'];
export type Loser = Schemas['RoutingLoser'];
export type Queues = Schemas['QueuesView'];
export type QueueAgent = Schemas['QueueAgentView'];
export type QueueItem = Schemas['QueueItemView'];

export const routingKey = ['routing'] as const;
export const queuesKey = ['queues'] as const;
export const storyKey = (conversation: string) => ['conversation', conversation, 'routing'] as const;

export const usePlans = () => useQuery({ queryKey: routingKey, queryFn: () => call<Plans>('/routing'), staleTime: 30_000 });
export const saveDraft = (plan: Plan) => call<Plans>('/routing/draft', { method: 'PUT', body: plan });
export const discardDraft = () => call<Plans>('/routing/draft', { method: 'DELETE' });
export const publish = (note?: string) => call<Plans>('/routing/publish', { method: 'POST', body: note ? { note } : {} });
export const rollBack = (number: number) => call<Plans>(`/routing/versions/${number}/rollback`, { method: 'POST' });
export const switchOff = () => call<Plans>('/routing/off', { method: 'POST' });
export const compare = (body: { days: number; times?: number; more?: { like: string; count: number }[]; without?: string[] }) =>
  call<Comparison>('/routing/compare', { method: 'POST', body });

/** Waits grow by themselves, so it is asked again; events make it sooner. */
export const useQueues = () =>
  useQuery({ queryKey: [...queuesKey, 'all'], queryFn: () => call<Queues>('/queues'), refetchInterval: 15_000 });
export const useWaiting = (team: string | null) =>
  useQuery({
    queryKey: [...queuesKey, 'waiting', team],
    queryFn: () => call<Page<QueueItem>>(`/queues/waiting${query({ team, limit: 50 })}`),
    refetchInterval: 15_000,
  });
export const useStory = (conversation: string, wanted: boolean) =>
  useQuery({ queryKey: storyKey(conversation), queryFn: () => call<Story>(`/conversations/${conversation}/routing`), enabled: wanted });
export const transfer = (conversation: string, teamId: string, note?: string) =>
  call<ConversationItem>(`/conversations/${conversation}/transfer`, { method: 'POST', body: note ? { teamId, note } : { teamId } });
