import { Button, Modal, MultiSelect, SegmentedControl, Select, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgents } from '~/api/agents';
import { useChannel } from '~/api/channels';
import { ApiProblem } from '~/api/http';
import {
  beginLogin,
  changeInbox,
  checkInbox,
  connectInbox,
  type InboxChange,
  inboxesKey,
  removeInbox,
  useInbox,
  useInboxLog,
} from '~/api/inboxes';
import { flat } from '~/api/paging';
import { useMay } from '~/api/session';
import type { CheckResult, Inbox } from '~/api/types';
import { ChannelMark, channelName } from '~/components/Channel';
import { Page } from '~/components/Page';
import { Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout, wordsFor } from '~/lib/problem';
import { fullTime } from '~/lib/time';
import { say } from '~/lib/toast';
import { CheckSteps } from './CheckResult';
import { ConnectSteps } from './ConnectSteps';
import { schemaOf, stepsOf, variantOf } from './catalogue';
import { FirstMessage } from './FirstMessage';
import { Health } from './health';
import { filledOnly, SettingsFields, type Values } from './SettingsFields';
import { SignInCard } from './SignInCard';
import { Terms } from './Terms';

export function InboxSettings() {
  const { t } = useTranslation();
  const { inboxId } = useParams({ from: '/inside/settings/inboxes/$inboxId' });
  const inbox = useInbox(inboxId);
  if (inbox.data) return <Opened key={inboxId} inbox={inbox.data} />;
  return (
    <Page label={t('nav.inboxes')} title={t('nav.inboxes')} back={{ to: '/settings/inboxes' }}>
      {inbox.isError ? (
        <Failure title={t('inboxes.oneFailed')} error={inbox.error} retry={() => void inbox.refetch()} />
      ) : (
        <TableBones rows={4} />
      )}
    </Page>
  );
}

function Opened({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayManage = useMay('inboxes.manage');
  const channel = useChannel(inbox.channel);
  const variant = channel ? variantOf(channel, inbox.settings) : null;
  const steps = channel ? stepsOf(channel, variant) : [];
  const change = async (body: InboxChange) => {
    client.setQueryData([...inboxesKey, inbox.id], await changeInbox(inbox.id, body));
    void client.invalidateQueries({ queryKey: inboxesKey });
  };
  const token = inbox.settings.verifyToken;
  const known = { webhookUrl: inbox.webhookUrl, snippet: inbox.snippet, verifyToken: typeof token === 'string' ? token : null };
  return (
    <Page
      label={inbox.name}
      back={{ to: '/settings/inboxes' }}
      mark={<ChannelMark channel={inbox.channel} size={32} />}
      title={<bdi>{inbox.name}</bdi>}
      under={
        <>
          {variant?.name ?? channel?.name ?? channelName(inbox.channel)} {inbox.address && <bdi dir="ltr">{inbox.address}</bdi>}
        </>
      }
      side={
        <>
          <Health inbox={inbox} />
          {mayManage && (
            <Switch
              label={t('inboxes.enabled')}
              checked={inbox.enabled}
              onChange={(event) => void change({ enabled: event.currentTarget.checked }).catch(complainAbout)}
            />
          )}
        </>
      }
    >
      <div className="narrow col g16">
        <Light inbox={inbox} />
        {inbox.enabled && !inbox.health.lastInboundAt && <FirstMessage inbox={inbox} />}
        <Check inbox={inbox} mayManage={mayManage} />
        {steps.some((step) => step.includes('{')) && (
          <section className="card pad">
            <h2 className="eyebrow">{t('connect.atProvider')}</h2>
            <ConnectSteps steps={steps} known={known} />
          </section>
        )}
        {mayManage && channel?.hasLogin && <SignIn inbox={inbox} name={channel.name} />}
        {channel && <Terms channel={channel} />}
        {mayManage && channel && <SettingsForm inbox={inbox} schema={schemaOf(channel, variant)} onSave={change} />}
        {mayManage && <Policy inbox={inbox} onSave={change} />}
        <Lines inbox={inbox} />
        {mayManage && <Remove inbox={inbox} />}
      </div>
    </Page>
  );
}

/** What the health light says, and what it means. */
function Light({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const { state, message } = inbox.health;
  if (!inbox.enabled || !message) return null;
  return (
    <div className={`banner top ${state === 'trouble' ? 'bad' : 'warn'}`} role="status">
      <i className={`lamp ${state}`} aria-hidden />
      <span>
        {state === 'quiet' && <b className="block">{t('inboxes.quietTitle')}</b>}
        <bdi>{message}</bdi>
        {state === 'quiet' && <span className="i2 block">{t('inboxes.quietWhat')}</span>}
      </span>
    </div>
  );
}

function SignIn({ inbox, name }: { inbox: Inbox; name: string }) {
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    try {
      location.assign((await beginLogin(inbox.id)).url);
    } catch (error) {
      complainAbout(error);
      setBusy(false);
    }
  };
  return <SignInCard name={name} webhookUrl={inbox.webhookUrl} busy={busy} onSignIn={() => void begin()} quiet />;
}

function Check({ inbox, mayManage }: { inbox: Inbox; mayManage: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [busy, setBusy] = useState<'check' | 'connect' | null>(null);
  const [result, setResult] = useState<CheckResult | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (which: 'check' | 'connect') => {
    setBusy(which);
    setProblem(null);
    try {
      setResult(await (which === 'check' ? checkInbox : connectInbox)(inbox.id));
      void client.invalidateQueries({ queryKey: inboxesKey });
    } catch (error) {
      setProblem(wordsFor(error));
    }
    setBusy(null);
  };
  const { lastInboundAt, lastOutboundAt, lastErrorAt } = inbox.health;
  return (
    <section className="card pad col g12">
      <div className="row wrap">
        <h2 className="eyebrow grow">{t('inboxes.connection')}</h2>
        {mayManage && (
          <>
            <Button size="xs" variant="default" loading={busy === 'check'} onClick={() => void run('check')}>
              {t('inboxes.check')}
            </Button>
            <Button size="xs" variant="default" loading={busy === 'connect'} onClick={() => void run('connect')}>
              {t('inboxes.connectAgain')}
            </Button>
          </>
        )}
      </div>
      <dl className="kv">
        <dt>{t('inboxes.lastInbound')}</dt>
        <dd>{lastInboundAt ? fullTime(lastInboundAt) : t('inboxes.nothingYet')}</dd>
        <dt>{t('inboxes.lastOutbound')}</dt>
        <dd>{lastOutboundAt ? fullTime(lastOutboundAt) : t('inboxes.nothingYet')}</dd>
        {lastErrorAt && (
          <>
            <dt>{t('inboxes.lastError')}</dt>
            <dd>{fullTime(lastErrorAt)}</dd>
          </>
        )}
      </dl>
      {problem && (
        <p className="banner bad" role="alert">
          {problem}
        </p>
      )}
      {result && <CheckSteps result={result} />}
    </section>
  );
}

type FormProps = { inbox: Inbox; schema: Parameters<typeof SettingsFields>[0]['schema']; onSave: (change: InboxChange) => Promise<void> };
function SettingsForm({ inbox, schema, onSave }: FormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(inbox.name);
  const [values, setValues] = useState<Values>(inbox.settings);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const changed = name !== inbox.name || JSON.stringify(values) !== JSON.stringify(inbox.settings);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setErrors({});
    try {
      await onSave({ name: name.trim(), settings: filledOnly(values) });
      // What was typed as a secret is with the server now and is not shown again.
      setValues((now) => Object.fromEntries(Object.entries(now).filter(([key]) => !schema.properties[key]?.writeOnly)));
      say(t('common.saved'));
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : {};
      setErrors(Object.keys(fields).length > 0 ? fields : { name: wordsFor(error) });
    }
    setBusy(false);
  };
  return (
    <form className="card pad col g16" onSubmit={submit}>
      <h2 className="eyebrow">{t('nav.settings')}</h2>
      <TextInput
        label={t('inboxes.name')}
        required
        withAsterisk={false}
        dir="auto"
        value={name}
        error={errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <SettingsFields schema={schema} values={values} onChange={setValues} errors={errors} secretsSet={inbox.secretsSet} />
      {changed && (
        <div>
          <Button type="submit" loading={busy}>
            {t('common.save')}
          </Button>
        </div>
      )}
    </form>
  );
}

const usualDays = [7, 14, 30, 60, 90, 180, 365];

/** How new threads find their conversation, and who may see them. */
function Policy({ inbox, onSave }: Omit<FormProps, 'schema'>) {
  const { t } = useTranslation();
  const { data: agents } = useAgents();
  const save = (body: InboxChange) => void onSave(body).catch(complainAbout);
  return (
    <section className="card pad col g16">
      <h2 className="eyebrow">{t('inboxes.policy')}</h2>
      <div>
        <p className="fieldlabel">{t('inboxes.join')}</p>
        <SegmentedControl
          aria-label={t('inboxes.join')}
          value={inbox.join}
          onChange={(join) => save({ join: join === 'own' ? 'own' : 'join' })}
          data={[
            { value: 'join', label: t('inboxes.joinYes') },
            { value: 'own', label: t('inboxes.joinOwn') },
          ]}
        />
        <p className="t12 i3 hint">{t(inbox.join === 'join' ? 'inboxes.joinYesHint' : 'inboxes.joinOwnHint')}</p>
      </div>
      <Switch
        label={t('inboxes.restricted')}
        description={t('inboxes.restrictedHint')}
        checked={inbox.restricted}
        onChange={(event) => save({ restricted: event.currentTarget.checked })}
      />
      {inbox.restricted && (
        <MultiSelect
          label={t('inboxes.members')}
          searchable
          data={(agents ?? []).filter((agent) => agent.state !== 'disabled').map((agent) => ({ value: agent.id, label: agent.name }))}
          value={inbox.memberIds}
          onChange={(memberIds) => save({ memberIds })}
        />
      )}
      <Select
        label={t('inboxes.keepMessages')}
        description={t('inboxes.keepMessagesHint')}
        maw={360}
        allowDeselect={false}
        data={[...new Set([0, 90, 180, 365, 730, 1825, inbox.keepMessagesDays ?? 0])]
          .sort((a, b) => a - b)
          .map((days) => ({ value: String(days), label: days === 0 ? t('inboxes.forGood') : t('inboxes.days', { count: days }) }))}
        value={String(inbox.keepMessagesDays ?? 0)}
        onChange={(days) => save({ keepMessagesDays: Number(days) })}
      />
      <TextInput
        label={t('inboxes.region')}
        description={t('inboxes.regionHint')}
        maw={360}
        maxLength={2}
        placeholder="DE"
        defaultValue={inbox.region ?? ''}
        onBlur={(event) => event.currentTarget.value !== (inbox.region ?? '') && save({ region: event.currentTarget.value.trim() })}
      />
      <Select
        label={t('inboxes.keepBodies')}
        description={t('inboxes.keepBodiesHint')}
        maw={360}
        allowDeselect={false}
        data={[...new Set([...usualDays, inbox.keepBodiesDays])]
          .sort((a, b) => a - b)
          .map((n) => ({ value: String(n), label: t('inboxes.keepBodiesDays', { n }) }))}
        value={String(inbox.keepBodiesDays)}
        onChange={(days) => save({ keepBodiesDays: Number(days) })}
      />
    </section>
  );
}

function Lines({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const log = useInboxLog(inbox.id);
  const lines = flat(log.data);
  return (
    <section className="card pad">
      <h2 className="eyebrow">{t('inboxes.log')}</h2>
      {log.isSuccess && lines.length === 0 && <p className="t13 i2">{t('inboxes.logEmpty')}</p>}
      <ul className="loglines">
        {lines.map((line) => (
          <li key={`${line.at} ${line.text}`} className={line.level}>
            <time className="num i3 t12" dateTime={line.at}>
              {fullTime(line.at)}
            </time>
            <span>
              {line.level !== 'info' && <b>{t(`inboxes.level.${line.level}`)} </b>}
              {line.text}
            </span>
          </li>
        ))}
      </ul>
      {log.hasNextPage && (
        <button type="button" className="link t13" onClick={() => void log.fetchNextPage()}>
          {t('customer.earlier')}
        </button>
      )}
    </section>
  );
}

function Remove({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    try {
      await removeInbox(inbox.id);
      void navigate({ to: '/settings/inboxes' });
      void client.invalidateQueries({ queryKey: [...inboxesKey, 'list'] });
    } catch (error) {
      complainAbout(error);
    }
    setAsking(false);
  };
  return (
    <div>
      <Button variant="subtle" className="danger" onClick={() => setAsking(true)}>
        {t('inboxes.remove')}
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={<b>{t('inboxes.removeTitle', { name: inbox.name })}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <p className="t13 i2 pad-b">{t('inboxes.removeText')}</p>
        <div className="row">
          <Button className="danger filled" onClick={() => void remove()}>
            {t('inboxes.remove')}
          </Button>
          <Button variant="default" onClick={() => setAsking(false)}>
            {t('common.cancel')}
          </Button>
        </div>
      </Modal>
    </div>
  );
}
