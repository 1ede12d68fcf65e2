import { useTranslation } from 'react-i18next';
import type { Condition, Loser, StoryEntry, Target } from '~/api/routing';
import { channelName } from '~/components/Channel';
import { span } from '~/lib/time';

export const plainFields = [
  'channel',
  'inbox',
  'queryType',
  'tier',
  'segment',
  'tag',
  'company',
  'language',
  'sentiment',
  'urgency',
  'keyword',
  'hours',
  'previousAgent',
  'returning',
  'campaign',
  'audience',
] as const;
export type PlainField = (typeof plainFields)[number];
const isPlain = (field: string): field is PlainField => (plainFields as readonly string[]).includes(field);
export const comparisons = ['is', 'isNot', 'contains', 'set', 'unset', 'atLeast', 'atMost', 'open', 'closed'] as const;
type Comparison = (typeof comparisons)[number];
export const steps = ['ask', 'sticky', 'preferred', 'required', 'overflow', 'noSkills', 'anyone', 'team', 'line'] as const;
type Step = (typeof steps)[number];
/** "45 s", "2 min 30", "3 h": waits are told to the second where seconds matter. */
export const useWait = () => {
  const { t } = useTranslation();
  return (ms: number) => (ms < 120_000 ? t('routing.seconds', { n: Math.round(Math.max(0, ms) / 1000) }) : span(ms));
};

export function languageName(code: string, locale: string) {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Sentences from the codes and figures that the router keeps. */
export function useRoutingWords(names: Record<string, string>, fields: Record<string, string> = {}) {
  const { t, i18n } = useTranslation();
  const wait = useWait();
  const list = (values: string[], type: 'conjunction' | 'disjunction' = 'conjunction') =>
    new Intl.ListFormat(i18n.language, { type }).format(values);
  const field = (name: string) =>
    isPlain(name) ? t(`routing.field.${name}`) : (fields[name] ?? (name.startsWith('custom.') ? name.slice('custom.'.length) : name));
  const value = (name: string, one: string) => {
    if (name === 'channel') return channelName(one);
    if (name === 'language') return languageName(one, i18n.language);
    if (name === 'sentiment') return t(`routing.sentiment.${one as 'neutral'}`);
    if (name === 'urgency') return t(`routing.urgency.${one as 'normal'}`);
    if (name === 'audience') return t(`routing.audience.${one as 'private'}`);
    if (name === 'returning') return t(one === 'true' ? 'routing.yes' : 'routing.no');
    return names[one] ?? one;
  };
  const condition = (one: Condition) =>
    t(`routing.is.${one.is as Comparison}`, {
      field: field(one.field),
      value: list(
        one.values.map((each) => value(one.field, each)),
        'disjunction',
      ),
    });
  const name = (id: string | null | undefined) => (id ? (names[id] ?? t('routing.gone')) : '');
  const skills = (ids: string[] | null | undefined) => list((ids ?? []).map(name));
  /** The gist of a target, on one line. */
  const target = (then: Target) => {
    const parts = [then.teamId ? name(then.teamId) : t('routing.anyTeam')];
    const wanted = skills((then.required ?? []).map((one) => one.skillId));
    if (wanted) parts.push(wanted);
    if (then.speaksLanguage) parts.push(t('routing.theirLanguage'));
    if (then.priority && then.priority !== 'normal') parts.push(t(`routing.priority.${then.priority}`));
    if (then.minutes) parts.push(t('routing.within', { time: wait(then.minutes * 60_000) }));
    return parts.join(', ');
  };
  const lost = ({ reason, load, capacity }: Loser) => t(`routing.lost.${reason}`, { load: load ?? 0, capacity: capacity ?? 0 });
  const step = (why: string | null) => (why && (steps as readonly string[]).includes(why) ? t(`routing.step.${why as Step}`) : '');
  /** "Speaks Indonesian, 2 of 6 units, free for 4 min." */
  const chosen = ({ reason }: StoryEntry) => {
    const parts: string[] = [];
    if (reason.step === 'sticky') parts.push(t('routing.chosenKnows'));
    if (reason.skills?.length) parts.push(t('routing.chosenSkills', { skills: skills(reason.skills) }));
    if (reason.load !== null && reason.capacity !== null) parts.push(t('routing.units', { load: reason.load, capacity: reason.capacity }));
    if (reason.idleMinutes) parts.push(t('routing.chosenIdle', { time: span(reason.idleMinutes * 60_000) }));
    return parts.join(', ');
  };
  return { wait, list, field, value, condition, name, skills, target, lost, step, chosen };
}
