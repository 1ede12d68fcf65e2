import { ActionIcon, Button, Modal, MultiSelect, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgents } from '~/api/agents';
import { ApiProblem } from '~/api/http';
import {
  type Calendar,
  type OpenHours,
  remove,
  type Skill,
  type SkillKind,
  saveCalendar,
  saveSkill,
  saveTeam,
  type Team,
  teamsKey,
  useCalendars,
  useSkills,
  useTeams,
} from '~/api/teams';
import { Page } from '~/components/Page';
import { Empty, Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout, wordsFor } from '~/lib/problem';
import { dayAndTime } from '~/lib/time';
import { useBackToPlaces } from './back';

const kinds: SkillKind[] = ['language', 'product', 'channel', 'tier', 'other'];
const days = [1, 2, 3, 4, 5, 6, 7] as const;

/** Who works together, what they can, and when they work: what routing rules speak of. */
export function TeamsPage() {
  const { t } = useTranslation();
  return (
    <Page label={t('teams.title')} title={t('teams.title')} {...useBackToPlaces()}>
      <div className="col g24 integration">
        <Teams />
        <Skills />
        <Calendars />
      </div>
    </Page>
  );
}

type ListProps<T> = {
  title: string;
  intro: string;
  add: string;
  none: string;
  query: { isError: boolean; isPending: boolean; error: unknown; data: T[] | undefined; refetch: () => unknown };
};

function Section<T extends { id: string; name: string }>({
  title,
  intro,
  add,
  none,
  query,
  row,
  form,
}: ListProps<T> & { row: (one: T) => ReactNode; form: (one: T | null, done: () => void) => ReactNode }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<T | 'new' | null>(null);
  const button = (
    <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setOpen('new')}>
      {add}
    </Button>
  );
  const rows = query.data ?? [];
  return (
    <section className="col g12" aria-label={title}>
      <div className="row row-12">
        <h2 className="eyebrow grow">{title}</h2>
        {rows.length > 0 && button}
      </div>
      <p className="t13 i2">{intro}</p>
      {query.isError ? (
        <Failure title={t('teams.failed')} error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <TableBones rows={2} />
      ) : rows.length === 0 ? (
        <Empty title={none} action={button} />
      ) : (
        <ul className="col g8 plain">
          {rows.map((one) => (
            <li key={one.id} className="card row row-12 wrap">
              <button type="button" className="link t14" onClick={() => setOpen(one)}>
                <bdi>{one.name}</bdi>
              </button>
              <span className="grow" />
              {row(one)}
            </li>
          ))}
        </ul>
      )}
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={<b>{open === 'new' ? add : open?.name}</b>}
        size="lg"
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {open !== null && form(open === 'new' ? null : open, () => setOpen(null))}
      </Modal>
    </section>
  );
}

/** Saves, shows what is wrong at its field, and closes. */
function useForm(done: () => void) {
  const client = useQueryClient();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const finish = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
      await client.invalidateQueries({ queryKey: teamsKey });
      done();
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : {};
      setErrors(Object.keys(fields).length > 0 ? fields : { name: wordsFor(error) });
      setBusy(false);
    }
  };
  return {
    errors,
    busy,
    submit: (work: () => Promise<unknown>) => (event: FormEvent) => {
      event.preventDefault();
      void finish(work);
    },
    finish,
  };
}

function Buttons({ busy, onRemove }: { busy: boolean; onRemove?: (() => Promise<unknown>) | undefined }) {
  const { t } = useTranslation();
  return (
    <div className="row">
      <Button type="submit" loading={busy}>
        {t('common.save')}
      </Button>
      <span className="grow" />
      {onRemove && (
        <Button variant="subtle" className="danger" onClick={() => void onRemove().catch(complainAbout)}>
          {t('teams.remove')}
        </Button>
      )}
    </div>
  );
}

function Teams() {
  const { t } = useTranslation();
  return (
    <Section<Team>
      title={t('teams.teams')}
      intro={t('teams.teamsText')}
      add={t('teams.addTeam')}
      none={t('teams.noTeams')}
      query={useTeams()}
      row={(team) => <span className="t13 i2 num">{t('teams.members', { n: team.agentIds.length })}</span>}
      form={(team, done) => <TeamForm team={team} done={done} />}
    />
  );
}

function TeamForm({ team, done }: { team: Team | null; done: () => void }) {
  const { t } = useTranslation();
  const agents = (useAgents().data ?? []).filter((agent) => agent.state !== 'disabled');
  const [name, setName] = useState(team?.name ?? '');
  const [description, setDescription] = useState(team?.description ?? '');
  const [agentIds, setAgentIds] = useState(team?.agentIds ?? []);
  const form = useForm(done);
  return (
    <form className="col g12" onSubmit={form.submit(() => saveTeam(team?.id ?? null, { name, description, agentIds }))}>
      <TextInput
        label={t('teams.name')}
        required
        withAsterisk={false}
        data-autofocus
        maxLength={80}
        value={name}
        error={form.errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Textarea
        label={t('teams.description')}
        maxLength={500}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <MultiSelect
        label={t('teams.who')}
        searchable
        data={agents.map((agent) => ({ value: agent.id, label: agent.name || agent.email }))}
        value={agentIds}
        error={form.errors.agentIds}
        onChange={setAgentIds}
      />
      <Buttons busy={form.busy} onRemove={team ? () => form.finish(() => remove('teams', team.id)) : undefined} />
    </form>
  );
}

function Skills() {
  const { t } = useTranslation();
  return (
    <Section<Skill>
      title={t('teams.skills')}
      intro={t('teams.skillsText')}
      add={t('teams.addSkill')}
      none={t('teams.noSkills')}
      query={useSkills()}
      row={(skill) => (
        <>
          <Tag tone="line">{t(`teams.kind.${skill.kind}`)}</Tag>
          <span className={`t13 num ${skill.agents === 0 ? 'warn-ink b' : 'i2'}`}>{t('teams.have', { n: skill.agents })}</span>
        </>
      )}
      form={(skill, done) => <SkillForm skill={skill} done={done} />}
    />
  );
}

function SkillForm({ skill, done }: { skill: Skill | null; done: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(skill?.name ?? '');
  const [kind, setKind] = useState<SkillKind>(skill?.kind ?? 'language');
  const [code, setCode] = useState(skill?.code ?? '');
  const form = useForm(done);
  return (
    <form className="col g12" onSubmit={form.submit(() => saveSkill(skill?.id ?? null, { name, kind, code }))}>
      <TextInput
        label={t('teams.name')}
        required
        withAsterisk={false}
        data-autofocus
        maxLength={80}
        value={name}
        error={form.errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label={t('teams.kindLabel')}
        data={kinds.map((value) => ({ value, label: t(`teams.kind.${value}`) }))}
        value={kind}
        allowDeselect={false}
        onChange={(next) => next && setKind(next as SkillKind)}
      />
      {kind === 'language' && (
        <TextInput
          label={t('teams.code')}
          description={t('teams.codeHint')}
          dir="ltr"
          maxLength={40}
          value={code}
          error={form.errors.code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
      <Buttons busy={form.busy} onRemove={skill ? () => form.finish(() => remove('skills', skill.id)) : undefined} />
    </form>
  );
}

function Calendars() {
  const { t } = useTranslation();
  return (
    <Section<Calendar>
      title={t('teams.calendars')}
      intro={t('teams.calendarsText')}
      add={t('teams.addCalendar')}
      none={t('teams.noCalendars')}
      query={useCalendars()}
      row={(calendar) => (
        <>
          <span className="t13 i2" dir="ltr">
            {calendar.timeZone}
          </span>
          <Tag tone={calendar.open ? 'good' : 'line'}>
            {calendar.open
              ? t('teams.openNow')
              : calendar.nextOpening
                ? t('teams.opens', { time: dayAndTime(calendar.nextOpening) })
                : t('teams.closed')}
          </Tag>
        </>
      )}
      form={(calendar, done) => <CalendarForm calendar={calendar} done={done} />}
    />
  );
}

const zones = () => (typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : []);
const usual: OpenHours[] = [1, 2, 3, 4, 5].map((day) => ({ day, from: '09:00', to: '17:00' }));

function CalendarForm({ calendar, done }: { calendar: Calendar | null; done: () => void }) {
  const { t, i18n } = useTranslation();
  const [name, setName] = useState(calendar?.name ?? '');
  const [timeZone, setTimeZone] = useState(calendar?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [hours, setHours] = useState<OpenHours[]>(calendar?.hours ?? usual);
  const [daysOff, setDaysOff] = useState(calendar?.daysOff ?? []);
  const form = useForm(done);
  const dayNames = days.map((day) =>
    new Intl.DateTimeFormat(i18n.language, { weekday: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, day))),
  );
  const change = (at: number, next: Partial<OpenHours>) => setHours(hours.map((one, i) => (i === at ? { ...one, ...next } : one)));
  const wrong = Object.entries(form.errors).find(([field]) => field.startsWith('hours'))?.[1];
  return (
    <form className="col g12" onSubmit={form.submit(() => saveCalendar(calendar?.id ?? null, { name, timeZone, hours, daysOff }))}>
      <TextInput
        label={t('teams.name')}
        required
        withAsterisk={false}
        data-autofocus
        maxLength={80}
        value={name}
        error={form.errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label={t('teams.timeZone')}
        searchable
        data={[...new Set([timeZone, ...zones()])]}
        value={timeZone}
        error={form.errors.timeZone}
        allowDeselect={false}
        onChange={(next) => next && setTimeZone(next)}
      />
      <fieldset className="plainset col g8">
        <legend className="fieldlabel">{t('teams.hours')}</legend>
        {hours.map((one, at) => (
          <div key={at} className="hoursgrid">
            <Select
              size="xs"
              aria-label={t('teams.day')}
              data={dayNames.map((label, i) => ({ value: String(i + 1), label }))}
              value={String(one.day)}
              allowDeselect={false}
              onChange={(day) => day && change(at, { day: Number(day) })}
            />
            <TextInput
              size="xs"
              type="time"
              aria-label={t('teams.from')}
              value={one.from}
              onChange={(event) => change(at, { from: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              type="time"
              aria-label={t('teams.to')}
              value={one.to === '24:00' ? '00:00' : one.to}
              onChange={(event) => change(at, { to: event.currentTarget.value === '00:00' ? '24:00' : event.currentTarget.value })}
            />
            <ActionIcon variant="subtle" aria-label={t('teams.removeHours')} onClick={() => setHours(hours.filter((_, i) => i !== at))}>
              <IconTrash size={15} />
            </ActionIcon>
          </div>
        ))}
        {wrong && <p className="t12 bad-ink">{wrong}</p>}
        <div>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setHours([...hours, { day: 1, from: '09:00', to: '17:00' }])}
          >
            {t('teams.addHours')}
          </Button>
        </div>
      </fieldset>
      <TagsInput
        label={t('teams.daysOff')}
        description={t('teams.daysOffHint')}
        dir="ltr"
        acceptValueOnBlur
        value={daysOff}
        error={form.errors.daysOff}
        onChange={setDaysOff}
      />
      <Buttons busy={form.busy} onRemove={calendar ? () => form.finish(() => remove('calendars', calendar.id)) : undefined} />
    </form>
  );
}
