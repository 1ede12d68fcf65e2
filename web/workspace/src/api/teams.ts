import { useQuery } from '@tanstack/react-query';
import { call } from './http';
import type { components } from './schema';

type Schemas = components['schemas'];
export type Team = Schemas['TeamView'];
export type Skill = Schemas['SkillView'];
export type SkillKind = Schemas['SkillKind'];
export type Calendar = Schemas['CalendarView'];
export type OpenHours = Schemas['OpenHours'];
export type AgentWork = Schemas['AgentWorkView'];
export type Availability = Schemas['AgentAvailability'];
export type WorkStatus = Schemas['WorkStatus'];

export const teamsKey = ['teams'] as const;
const list = <T>(path: string) => call<{ items: T[] }>(path).then((found) => found.items);
export const useTeams = () => useQuery({ queryKey: [...teamsKey, 'list'], queryFn: () => list<Team>('/teams') });
export const useSkills = () => useQuery({ queryKey: [...teamsKey, 'skills'], queryFn: () => list<Skill>('/skills') });
export const useCalendars = () => useQuery({ queryKey: [...teamsKey, 'calendars'], queryFn: () => list<Calendar>('/calendars') });
/** Whether they are there changes by time alone, so it is asked again. */
export const useAgentWork = () =>
  useQuery({ queryKey: [...teamsKey, 'work'], queryFn: () => list<AgentWork>('/agents/work'), refetchInterval: 30_000 });

const save = <T>(path: string, id: string | null, body: unknown, change: 'PATCH' | 'PUT' = 'PATCH') =>
  call<T>(id ? `${path}/${id}` : path, { method: id ? change : 'POST', body });
export const saveTeam = (id: string | null, body: { name?: string; description?: string; agentIds?: string[] }) =>
  save<Team>('/teams', id, body);
export const saveSkill = (id: string | null, body: { name?: string; kind?: SkillKind; code?: string }) => save<Skill>('/skills', id, body);
export const saveCalendar = (id: string | null, body: { name: string; timeZone: string; hours: OpenHours[]; daysOff: string[] }) =>
  save<Calendar>('/calendars', id, body, 'PUT');
export const remove = (what: 'teams' | 'skills' | 'calendars', id: string) => call<void>(`/${what}/${id}`, { method: 'DELETE' });
export const saveWork = (
  id: string,
  body: {
    capacity?: number;
    wrapUpSeconds?: number;
    calendarId?: string;
    shifts?: boolean;
    teamIds?: string[];
    skills?: { skillId: string; level: number }[];
  },
) => call<AgentWork>(`/agents/${id}/work`, { method: 'PATCH', body });
export const sayStatus = (id: string, body: { status: WorkStatus; until?: string; note?: string }) =>
  call<AgentWork>(`/agents/${id}/status`, { method: 'PUT', body });
export const takeLeave = (id: string, body: { from: string; until: string; note?: string }) =>
  call<AgentWork>(`/agents/${id}/leaves`, { method: 'POST', body });
export const endLeave = (id: string, leave: string) => call<void>(`/agents/${id}/leaves/${leave}`, { method: 'DELETE' });
