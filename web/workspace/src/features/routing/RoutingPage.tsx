import { Button, Menu, Modal, TextInput } from '@mantine/core';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '~/api/http';
import {
  discardDraft,
  type Plan,
  type Plans,
  publish,
  type Rule,
  rollBack,
  routingKey,
  saveDraft,
  switchOff,
  usePlans,
} from '~/api/routing';
import { Page } from '~/components/Page';
import { Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { useBackToPlaces } from '~/features/settings/back';
import { complainAbout } from '~/lib/problem';
import { dayAndTime } from '~/lib/time';
import { say } from '~/lib/toast';
import { Compared } from './Compared';
import { PlanBasics } from './PlanBasics';
import { RuleCard } from './RuleCard';
import { starter, useThings } from './things';

/** The rules by which conversations find their agents: drafted, tried on last week, published, rolled back. */
export function RoutingPage() {
  const { t } = useTranslation();
  const plans = usePlans();
  const back = useBackToPlaces();
  return plans.isPending || plans.isError ? (
    <Page label={t('routing.title')} title={t('routing.title')} {...back}>
      {plans.isError ? (
        <Failure title={t('routing.failed')} error={plans.error} retry={() => void plans.refetch()} />
      ) : (
        <TableBones rows={6} />
      )}
    </Page>
  ) : (
    <Editor plans={plans.data} />
  );
}

const newId = () => crypto.randomUUID().slice(0, 8);

function Editor({ plans }: { plans: Plans }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const things = useThings();
  const [plan, setPlan] = useState<Plan>(plans.draft?.plan ?? plans.live?.plan ?? starter);
  const [open, setOpen] = useState<string | null>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [saving, setSaving] = useState(false);
  const [publishing, setPublishing] = useState(false);
  const [tried, setTried] = useState<Record<string, number> | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const pending = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(plan);
  const put = (next: Plans) => client.setQueryData(routingKey, next);

  const keep = async () => {
    pending.current = undefined;
    setSaving(true);
    try {
      put(await saveDraft(latest.current));
      setErrors({});
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : {};
      setErrors(fields);
      if (Object.keys(fields).length === 0) complainAbout(error);
      throw error;
    } finally {
      setSaving(false);
    }
  };
  /** Kept a moment after the last touch; nothing holds before it is published. */
  const change = (next: Plan) => {
    setPlan(next);
    latest.current = next;
    clearTimeout(pending.current);
    pending.current = setTimeout(() => void keep().catch(() => {}), 700);
  };
  const flush = async () => {
    if (pending.current === undefined) return;
    clearTimeout(pending.current);
    await keep();
  };
  useEffect(
    () => () => {
      if (pending.current !== undefined) void saveDraft(latest.current).catch(() => {});
    },
    [],
  );

  const rules = (next: Rule[]) => change({ ...latest.current, rules: next });
  const move = (from: number, to: number) => {
    if (to < 0 || to >= plan.rules.length || from === to) return;
    const next = [...plan.rules];
    const [moved] = next.splice(from, 1);
    if (moved) next.splice(to, 0, moved);
    rules(next);
  };
  const add = () => {
    const rule: Rule = {
      id: newId(),
      name: t('routing.newRule'),
      on: true,
      match: 'all',
      when: [{ field: 'channel', is: 'is', values: [] }],
      then: {},
    };
    setPlan({ ...plan, rules: [...plan.rules, rule] });
    latest.current = { ...plan, rules: [...plan.rules, rule] };
    setOpen(rule.id);
  };
  const remove = (at: number) => {
    const before = plan.rules;
    rules(before.filter((_, i) => i !== at));
    say(t('routing.removed', { rule: before[at]?.name ?? '' }), () => rules(before));
  };
  const show = (next: Plans) => {
    put(next);
    const shown = next.draft?.plan ?? next.live?.plan ?? starter;
    setPlan(shown);
    latest.current = shown;
    setErrors({});
    setTried(null);
  };
  const run = (work: () => Promise<Plans>, said: string) =>
    void work().then((next) => {
      show(next);
      say(said);
    }, complainAbout);

  const draft = plans.draft !== null;
  const shown = plans.draft ?? plans.live;
  const state = draft
    ? { tone: 'accent' as const, text: t('routing.draftOf', { n: (plans.live?.number ?? 0) + 1 }) }
    : plans.live
      ? { tone: 'good' as const, text: t('routing.liveVersion', { n: plans.live.number }) }
      : { tone: 'warn' as const, text: t('routing.isOff') };
  return (
    <Page
      label={t('routing.title')}
      title={
        <span className="row row-12 wrap">
          {t('routing.title')} <Tag tone={state.tone}>{state.text}</Tag>
        </span>
      }
      side={
        <span className="row wrap">
          <span className="t12 i3" role="status">
            {saving ? t('routing.saving') : draft && plans.draft ? t('routing.saved', { time: dayAndTime(plans.draft.changedAt) }) : ''}
          </span>
          {draft && (
            <Button variant="default" onClick={() => run(discardDraft, t('routing.discarded'))}>
              {t('routing.discard')}
            </Button>
          )}
          <Button
            disabled={Object.keys(errors).length > 0 || (plans.live !== null && !draft)}
            onClick={() =>
              void flush().then(
                () => setPublishing(true),
                () => {},
              )
            }
          >
            {t('routing.publish')}
          </Button>
          <Versions
            plans={plans}
            onRollBack={(n) => run(() => rollBack(n), t('routing.rolledBack', { n }))}
            onOff={() => run(switchOff, t('routing.switchedOff'))}
          />
        </span>
      }
      {...useBackToPlaces()}
    >
      {!plans.live && <p className="banner">{t('routing.offText')}</p>}
      {plans.problems.length > 0 && (
        <div className="banner warn col start" role="status">
          <b>{t('routing.problems')}</b>
          <ul className="plain col">
            {plans.problems.map((problem) => (
              <li key={problem.at + problem.conversationId}>
                <Link to="/inbox/$conversationId" params={{ conversationId: problem.conversationId }} className="link">
                  {dayAndTime(problem.at)}
                </Link>{' '}
                <bdi>{problem.note}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="plan">
        <div className="col g12">
          <p className="t13 i2">{t('routing.intro')}</p>
          <ol className="rules plain">
            {plan.rules.map((rule, at) => (
              <RuleCard
                key={rule.id}
                rule={rule}
                at={at}
                count={plan.rules.length}
                open={open === rule.id}
                over={over === at}
                things={things}
                plan={plan}
                tried={tried?.[rule.id] ?? (tried ? 0 : null)}
                errors={errors}
                warnings={(shown?.warnings ?? []).filter((warning) => warning.rule === rule.id)}
                onOpen={() => setOpen(open === rule.id ? null : rule.id)}
                onChange={(next) => rules(plan.rules.map((one, i) => (i === at ? next : one)))}
                onMove={(to) => move(at, to)}
                onOver={setOver}
                onDrop={(from) => move(from, at)}
                onRemove={() => remove(at)}
              />
            ))}
            <RuleCard
              rule={{ id: '', name: '', on: true, match: 'all', when: [], then: plan.otherwise }}
              at={plan.rules.length}
              count={0}
              open={open === ''}
              over={false}
              things={things}
              plan={plan}
              tried={tried?.[''] ?? (tried ? 0 : null)}
              errors={errors}
              warnings={(shown?.warnings ?? []).filter((warning) => warning.rule === null)}
              onOpen={() => setOpen(open === '' ? null : '')}
              onChange={(next) => change({ ...latest.current, otherwise: next.then })}
              onMove={() => {}}
              onOver={() => {}}
              onDrop={() => {}}
              onRemove={() => {}}
            />
          </ol>
          <div>
            <Button variant="subtle" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
              {t('routing.addRule')}
            </Button>
          </div>
          <PlanBasics plan={plan} things={things} errors={errors} onChange={change} />
        </div>
        <Compared
          plans={plans}
          before={flush}
          onTried={(outcome) => setTried(Object.fromEntries(outcome.rules.map((rule) => [rule.name ?? '', rule.conversations])))}
        />
      </div>
      <Modal
        opened={publishing}
        onClose={() => setPublishing(false)}
        title={<b>{t('routing.publishTitle')}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {publishing && (
          <Publish
            draft={draft}
            onDone={(note) => {
              setPublishing(false);
              run(async () => {
                if (!plans.draft) put(await saveDraft(latest.current));
                return publish(note);
              }, t('routing.published'));
            }}
          />
        )}
      </Modal>
    </Page>
  );
}

function Publish({ draft, onDone }: { draft: boolean; onDone: (note?: string) => void }) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  return (
    <form
      className="col g12"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(note.trim() || undefined);
      }}
    >
      <p className="t13 i2">{t(draft ? 'routing.publishText' : 'routing.publishFirst')}</p>
      <TextInput
        label={t('routing.note')}
        description={t('routing.noteHint')}
        data-autofocus
        maxLength={200}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Button type="submit">{t('routing.publish')}</Button>
    </form>
  );
}

function Versions({ plans, onRollBack, onOff }: { plans: Plans; onRollBack: (number: number) => void; onOff: () => void }) {
  const { t } = useTranslation();
  if (plans.history.length === 0) return null;
  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target>
        <Button variant="default" px={8} aria-label={t('routing.versions')}>
          <IconDots size={18} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown className="scroll tallmenu">
        <Menu.Label>{t('routing.versions')}</Menu.Label>
        {plans.history.map((version) => (
          <Menu.Item key={version.number} disabled={version.state === 'live'} onClick={() => onRollBack(version.number)}>
            <span className="col">
              <span>
                {t(version.state === 'live' ? 'routing.versionLive' : 'routing.versionBack', { n: version.number })}
                {version.note && <bdi className="i2"> · {version.note}</bdi>}
              </span>
              <span className="t12 i3">
                {[version.publishedAt && dayAndTime(version.publishedAt), version.changedBy].filter(Boolean).join(', ')}
              </span>
            </span>
          </Menu.Item>
        ))}
        {plans.live && (
          <>
            <Menu.Divider />
            <Menu.Item className="danger" onClick={onOff}>
              {t('routing.switchOff')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
