import { ActionIcon, Button, Modal, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '~/api/http';
import { type AgentWork, endLeave, saveWork, takeLeave, teamsKey, useAgentWork, useCalendars, useSkills, useTeams } from '~/api/teams';
import { complainAbout, wordsFor } from '~/lib/problem';
import { dayAndTime } from '~/lib/time';
import { say } from '~/lib/toast';

/** How much somebody carries, what they can, when they work and when they are on leave. */
export function WorkDialog({ agentId, onClose }: { agentId: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const work = useAgentWork().data?.find((one) => one.agentId === agentId);
  return (
    <Modal
      opened={agentId !== null}
      onClose={onClose}
      size="lg"
      title={<b>{t('work.title', { name: work?.name ?? '' })}</b>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {work && <Form key={work.agentId} work={work} onDone={onClose} />}
    </Modal>
  );
}

function Form({ work, onDone }: { work: AgentWork; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const teams = useTeams().data ?? [];
  const skills = useSkills().data ?? [];
  const calendars = useCalendars().data ?? [];
  const [form, setForm] = useState({
    capacity: work.capacity,
    wrapUpSeconds: work.wrapUpSeconds,
    calendarId: work.calendarId,
    teamIds: work.teamIds,
    skills: work.skills,
  });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const level = (skillId: string) => form.skills.find((one) => one.skillId === skillId)?.level ?? 3;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { calendarId, ...rest } = form;
      await saveWork(work.agentId, { ...rest, ...(calendarId ? { calendarId } : { shifts: false }) });
      await client.invalidateQueries({ queryKey: teamsKey });
      say(t('work.saved', { name: work.name }));
      onDone();
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : {};
      setErrors(Object.keys(fields).length > 0 ? fields : { capacity: wordsFor(error) });
      setBusy(false);
    }
  };
  return (
    <div className="col g16">
      <form className="col g12" onSubmit={(event) => void submit(event)}>
        <div className="row row-12 wrap bottom">
          <NumberInput
            className="grow"
            label={t('work.capacity')}
            description={t('work.capacityHint')}
            min={0}
            max={100}
            step={0.5}
            decimalScale={1}
            value={form.capacity}
            error={errors.capacity}
            onChange={(value) => value !== '' && setForm({ ...form, capacity: Number(value) })}
          />
          <NumberInput
            className="grow"
            label={t('work.wrapUp')}
            description={t('work.wrapUpHint')}
            min={0}
            max={3600}
            suffix={t('routing.unitS')}
            allowDecimal={false}
            value={form.wrapUpSeconds}
            error={errors.wrapUpSeconds}
            onChange={(value) => value !== '' && setForm({ ...form, wrapUpSeconds: Number(value) })}
          />
        </div>
        <MultiSelect
          label={t('teams.teams')}
          data={teams.map((team) => ({ value: team.id, label: team.name }))}
          value={form.teamIds}
          onChange={(teamIds) => setForm({ ...form, teamIds })}
        />
        <MultiSelect
          label={t('teams.skills')}
          searchable
          data={skills.map((skill) => ({ value: skill.id, label: skill.name }))}
          value={form.skills.map((one) => one.skillId)}
          error={errors.skills}
          onChange={(ids) => setForm({ ...form, skills: ids.map((skillId) => ({ skillId, level: level(skillId) })) })}
        />
        {form.skills.length > 0 && (
          <ul className="plain col g8">
            {form.skills.map((one) => {
              const name = skills.find((skill) => skill.id === one.skillId)?.name ?? '';
              return (
                <li key={one.skillId} className="row row-12">
                  <bdi className="t13 grow">{name}</bdi>
                  <Select
                    size="xs"
                    w={170}
                    aria-label={t('work.levelOf', { skill: name })}
                    data={[1, 2, 3, 4, 5].map((value) => ({ value: String(value), label: t(`work.level.${value as 1}`) }))}
                    value={String(one.level)}
                    allowDeselect={false}
                    onChange={(next) =>
                      setForm({
                        ...form,
                        skills: form.skills.map((each) => (each.skillId === one.skillId ? { ...each, level: Number(next) } : each)),
                      })
                    }
                  />
                </li>
              );
            })}
          </ul>
        )}
        <Select
          label={t('work.shifts')}
          description={t('work.shiftsHint')}
          clearable
          placeholder={t('work.noShifts')}
          data={calendars.map((calendar) => ({ value: calendar.id, label: calendar.name }))}
          value={form.calendarId}
          onChange={(calendarId) => setForm({ ...form, calendarId })}
        />
        <div>
          <Button type="submit" loading={busy}>
            {t('common.save')}
          </Button>
        </div>
      </form>
      <Leaves work={work} />
    </div>
  );
}

function Leaves({ work }: { work: AgentWork }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [error, setError] = useState('');
  const refresh = () => client.invalidateQueries({ queryKey: teamsKey });
  const add = (event: FormEvent) => {
    event.preventDefault();
    takeLeave(work.agentId, { from: new Date(`${from}T00:00`).toISOString(), until: new Date(`${until}T23:59:59`).toISOString() }).then(
      () => {
        setFrom('');
        setUntil('');
        setError('');
        return refresh();
      },
      (problem: unknown) => setError(problem instanceof ApiProblem ? (problem.fields.until ?? wordsFor(problem)) : wordsFor(problem)),
    );
  };
  return (
    <section className="col g8" aria-label={t('work.leave')}>
      <h3 className="eyebrow">{t('work.leave')}</h3>
      {work.leaves.map((leave) => (
        <div key={leave.id} className="row t13">
          <span className="grow">
            {dayAndTime(leave.from)} – {dayAndTime(leave.until)}
            {leave.note && <bdi className="i2"> · {leave.note}</bdi>}
          </span>
          <ActionIcon
            variant="subtle"
            aria-label={t('work.endLeave')}
            onClick={() => void endLeave(work.agentId, leave.id).then(refresh, complainAbout)}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </div>
      ))}
      <form className="row wrap top" onSubmit={add}>
        <TextInput
          size="xs"
          type="date"
          required
          aria-label={t('work.leaveFrom')}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          type="date"
          required
          aria-label={t('work.leaveUntil')}
          value={until}
          error={error}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <Button size="xs" variant="default" type="submit">
          {t('work.addLeave')}
        </Button>
      </form>
    </section>
  );
}
