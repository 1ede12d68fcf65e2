import { useTranslation } from 'react-i18next';
import { useAgents } from '~/api/agents';
import { useAttributes } from '~/api/customers/profile';
import { useSegments } from '~/api/customers/segments';
import { useInboxes } from '~/api/inboxes';
import type { Plan } from '~/api/routing';
import { useCalendars, useSkills, useTeams } from '~/api/teams';
import { channelName } from '~/components/Channel';
import { languageName } from './words';

/** What a plan starts from where there is none. */
export const starter: Plan = {
  rules: [],
  otherwise: { sticky: 'previous', speaksLanguage: true, dropRequiredAfter: 90 },
  queryTypes: [],
  weights: { livechat: 2, email: 0.5, voice: 0 },
  minutes: { livechat: 2, voice: 0.5, email: 60 },
  otherMinutes: 5,
  halfTimeTiers: ['vip'],
  offerSeconds: 120,
  graceMinutes: 5,
  sleepMinutes: 10,
  nobodyThere: null,
  placeWords: [],
  placeAnswer: 'You are number {place} in line. It should take about {minutes} min.',
};

const languages = ['ar', 'de', 'el', 'en', 'es', 'fr', 'he', 'hi', 'id', 'it', 'ja', 'ko', 'ms', 'nl', 'pt', 'ru', 'th', 'tr', 'vi', 'zh'];
export type Choice = { value: string; label: string };

/** Everything that rules can name, and what it is called. */
export function useThings() {
  const { i18n } = useTranslation();
  const teams = useTeams().data ?? [];
  const skills = useSkills().data ?? [];
  const calendars = useCalendars().data ?? [];
  const inboxes = useInboxes().data ?? [];
  const segments = useSegments().data ?? [];
  const agents = (useAgents().data ?? []).filter((agent) => agent.state === 'active');
  const own = useAttributes().data ?? [];
  const named = (rows: { id: string; name: string }[]): Choice[] => rows.map((row) => ({ value: row.id, label: row.name }));
  const names = Object.fromEntries(
    [teams, skills, calendars, inboxes, segments, agents].flatMap((rows) => rows.map((row) => [row.id, row.name])),
  );
  const channels = [...new Set(inboxes.map((inbox) => inbox.channel))].map((channel) => ({ value: channel, label: channelName(channel) }));
  return {
    names,
    fields: Object.fromEntries(own.map((field) => [`custom.${field.key}`, field.label])),
    own,
    teams: named(teams),
    skills: named(skills),
    calendars: named(calendars),
    inboxes: named(inboxes),
    segments: named(segments),
    agents: named(agents),
    channels,
    languages: languages.map((code) => ({ value: code, label: languageName(code, i18n.language) })),
  };
}
export type Things = ReturnType<typeof useThings>;
