import { Button, Checkbox, NumberInput, Select, Switch, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useInboxes } from '~/api/inboxes';
import { useMay } from '~/api/session';
import { type SurveySettings, saveSurveySettings, surveysKey, useSurveySettings, useSurveySummary } from '~/api/surveys';
import { useTeams } from '~/api/teams';
import { saveTicketRules, type TicketPriority, type TicketRule, ticketPriorities, ticketsKey, useTicketRules } from '~/api/tickets';
import { Glyph, strandColor } from '~/components/Channel';
import { Page } from '~/components/Page';
import { Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout } from '~/lib/problem';
import { say } from '~/lib/toast';
import { useBackToPlaces } from './back';

/** What happens by itself: tickets for new conversations, and the question after one. */
export function AfterwardsPage() {
  const { t } = useTranslation();
  return (
    <Page label={t('afterwards.title')} title={t('afterwards.title')} {...useBackToPlaces()}>
      <div className="col g24 integration">
        <Tickets />
        <Surveys />
      </div>
    </Page>
  );
}

function Tickets() {
  const { t } = useTranslation();
  const rules = useTicketRules();
  const inboxes = useInboxes();
  return (
    <section className="col g12" aria-label={t('afterwards.tickets')}>
      <h2 className="eyebrow">{t('afterwards.tickets')}</h2>
      <p className="t13 i2">{t('afterwards.ticketsText')}</p>
      {rules.isError ? (
        <Failure title={t('afterwards.failed')} error={rules.error} retry={() => void rules.refetch()} />
      ) : !rules.data || !inboxes.data ? (
        <TableBones rows={3} />
      ) : (
        <Rules rules={rules.data} />
      )}
    </section>
  );
}

function Rules({ rules }: { rules: TicketRule[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay('routing.manage');
  const inboxes = useInboxes().data ?? [];
  const teams = useTeams().data ?? [];
  const save = async (next: TicketRule[]) => {
    client.setQueryData([...ticketsKey, 'rules'], next);
    try {
      await saveTicketRules(next);
      say(t('afterwards.saved'));
    } catch (error) {
      complainAbout(error);
    }
    void client.invalidateQueries({ queryKey: [...ticketsKey, 'rules'] });
  };
  const change = (rule: TicketRule, to: Partial<TicketRule>) =>
    void save(rules.map((one) => (one.inboxId === rule.inboxId ? { ...one, ...to } : one)));
  if (inboxes.length === 0) return <p className="t13 i2">{t('afterwards.noInbox')}</p>;
  return (
    <ul className="col g8 plain">
      {inboxes.map((inbox) => {
        const rule = rules.find((one) => one.inboxId === inbox.id);
        return (
          <li key={inbox.id} className="card row row-12 wrap">
            <Checkbox
              className="rulebox"
              disabled={!may}
              checked={rule !== undefined}
              label={
                <span className="row row-6">
                  <span className="row" style={{ color: strandColor(inbox.channel) }}>
                    <Glyph channel={inbox.channel} />
                  </span>
                  <bdi>{inbox.name}</bdi>
                </span>
              }
              onChange={(event) =>
                void save(
                  event.currentTarget.checked
                    ? [...rules, { inboxId: inbox.id, type: 'question', priority: 'normal', teamId: null }]
                    : rules.filter((one) => one.inboxId !== inbox.id),
                )
              }
            />
            {rule && (
              <>
                <Select
                  size="xs"
                  w={130}
                  disabled={!may}
                  aria-label={`${t('ticket.priority')}, ${inbox.name}`}
                  allowDeselect={false}
                  data={ticketPriorities.map((value) => ({ value, label: t(`ticket.priorities.${value}`) }))}
                  value={rule.priority}
                  onChange={(value) => value && change(rule, { priority: value as TicketPriority })}
                />
                <Select
                  size="xs"
                  w={160}
                  disabled={!may}
                  clearable
                  aria-label={`${t('ticket.team')}, ${inbox.name}`}
                  placeholder={t('ticket.noTeam')}
                  data={teams.map((team) => ({ value: team.id, label: team.name }))}
                  value={rule.teamId ?? null}
                  onChange={(value) => change(rule, { teamId: value })}
                />
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Surveys() {
  const { t } = useTranslation();
  const settings = useSurveySettings();
  return (
    <section className="col g12" aria-label={t('survey.title')}>
      <h2 className="eyebrow">{t('survey.title')}</h2>
      <p className="t13 i2">{t('survey.text')}</p>
      {settings.isError ? (
        <Failure title={t('afterwards.failed')} error={settings.error} retry={() => void settings.refetch()} />
      ) : settings.data ? (
        <SurveyForm settings={settings.data} />
      ) : (
        <TableBones rows={2} />
      )}
      <Summary />
    </section>
  );
}

function SurveyForm({ settings }: { settings: SurveySettings }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay('inboxes.manage');
  const [on, setOn] = useState(settings.on);
  const [question, setQuestion] = useState(settings.question);
  const [delay, setDelay] = useState(settings.delayMinutes);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      client.setQueryData([...surveysKey, 'settings'], await saveSurveySettings({ on, question, delayMinutes: delay }));
      say(t('afterwards.saved'));
    } catch (error) {
      complainAbout(error);
    }
    setBusy(false);
  };
  return (
    <form className="card col g12" onSubmit={(event) => void submit(event)}>
      <Switch disabled={!may} label={t('survey.ask')} checked={on} onChange={(event) => setOn(event.currentTarget.checked)} />
      <Textarea
        label={t('survey.question')}
        description={t('survey.questionHelp')}
        disabled={!may}
        required
        autosize
        minRows={2}
        maxLength={500}
        value={question}
        dir="auto"
        onChange={(event) => setQuestion(event.currentTarget.value)}
      />
      <NumberInput
        label={t('survey.delay')}
        disabled={!may}
        min={0}
        max={10_080}
        w={200}
        value={delay}
        onChange={(value) => setDelay(typeof value === 'number' ? value : 0)}
      />
      {may && (
        <div className="row">
          <Button type="submit" loading={busy}>
            {t('common.save')}
          </Button>
        </div>
      )}
    </form>
  );
}

/** The last 30 days in figures; shares say of how many. */
function Summary() {
  const { t } = useTranslation();
  const summary = useSurveySummary().data;
  if (!summary || summary.sent === 0) return null;
  const share = (part: number, of: number) => (of === 0 ? '–' : `${Math.round((100 * part) / of)} %`);
  return (
    <dl className="figures">
      <div>
        <dt className="t12 i2">{t('survey.satisfied')}</dt>
        <dd className="num">{share(summary.satisfied, summary.answered)}</dd>
      </div>
      <div>
        <dt className="t12 i2">{t('survey.answered')}</dt>
        <dd className="num">{t('queues.of', { some: summary.answered, all: summary.sent })}</dd>
      </div>
      <div>
        <dt className="t12 i2">{t('survey.rate')}</dt>
        <dd className="num">{share(summary.answered, summary.sent)}</dd>
      </div>
    </dl>
  );
}
