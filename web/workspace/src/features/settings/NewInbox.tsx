import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChannels } from '~/api/channels';
import { ApiProblem } from '~/api/http';
import { addInbox, beginLogin, changeInbox, connectInbox, inboxesKey } from '~/api/inboxes';
import type { CheckResult, Inbox } from '~/api/types';
import { ChannelMark } from '~/components/Channel';
import { Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { wordsFor } from '~/lib/problem';
import { CheckSteps } from './CheckResult';
import { ConnectSteps } from './ConnectSteps';
import { schemaOf, stepsOf, type Tile, tileOf } from './catalogue';
import { FirstMessage } from './FirstMessage';
import { filledOnly, SettingsFields, type Values } from './SettingsFields';
import { SignInCard } from './SignInCard';
import { Terms } from './Terms';
import { Wizard } from './Wizard';

export function NewInbox() {
  const { t } = useTranslation();
  const { channel: id } = useParams({ from: '/inside/settings/inboxes/new/$channel' });
  const channels = useChannels();
  const tile = channels.data && tileOf(channels.data, id);
  if (tile) return <Connect key={id} tile={tile} />;
  return (
    <Wizard title={t('connect.title')} at={1} decided={[]}>
      {channels.isPending ? (
        <TableBones rows={3} />
      ) : (
        <Failure title={t('connect.unknown', { channel: id })} error={channels.error ?? new Error(id)} />
      )}
    </Wizard>
  );
}

function Connect({ tile: { name: what, channel, variant } }: { tile: Tile }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState(what);
  const [values, setValues] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  /** Saved already; sending the form again changes it. */
  const [inbox, setInbox] = useState<Inbox | null>(null);
  const [checking, setChecking] = useState(false);
  const [result, setResult] = useState<CheckResult | null>(null);
  const title = t('connect.this', { channel: what });

  const check = async (made: Inbox) => {
    setBusy(true);
    setProblem(null);
    try {
      setResult(await connectInbox(made.id));
    } catch (error) {
      setProblem(wordsFor(error));
    }
    void client.invalidateQueries({ queryKey: inboxesKey });
    setBusy(false);
  };
  const schema = schemaOf(channel, variant);
  const steps = stepsOf(channel, variant);
  const save = async (then: (made: Inbox) => Promise<unknown>) => {
    setBusy(true);
    setErrors({});
    setProblem(null);
    try {
      const settings = { ...filledOnly(values), ...variant?.settings };
      const made = inbox
        ? await changeInbox(inbox.id, { name: name.trim(), settings })
        : await addInbox({ channel: channel.id, name: name.trim(), settings });
      setInbox(made);
      await then(made);
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : {};
      setErrors(fields);
      if (Object.keys(fields).length === 0) setProblem(wordsFor(error));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save((made) => {
      setChecking(true);
      return check(made);
    });
  };
  const signIn = () => {
    if (form.current?.reportValidity() === false) return;
    void save(async (made) => location.assign((await beginLogin(made.id)).url));
  };
  const token = values.verifyToken ?? inbox?.settings.verifyToken;
  const known = {
    webhookUrl: inbox?.webhookUrl ?? null,
    snippet: inbox?.snippet ?? null,
    verifyToken: typeof token === 'string' && token ? token : null,
  };
  const warning = problem && (
    <p className="banner bad" role="alert">
      {problem}
    </p>
  );
  if (!inbox || !checking)
    return (
      <Wizard title={title} at={1} decided={[what]}>
        <form ref={form} className="col g16" onSubmit={submit}>
          <div className="row row-12">
            <ChannelMark channel={channel.id} size={32} quiet />
            <div>
              <h2 className="t20 b">{title}</h2>
              <p className="i2">{channel.summary}</p>
            </div>
          </div>
          <Terms channel={channel} />
          {steps.length > 0 && (
            <section className="card pad">
              <h3 className="eyebrow">{t('connect.before')}</h3>
              <ConnectSteps steps={steps} known={known} />
            </section>
          )}
          <TextInput
            label={t('inboxes.name')}
            description={t('inboxes.nameHint')}
            required
            withAsterisk={false}
            dir="auto"
            value={name}
            error={errors.name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <SettingsFields schema={schema} values={values} onChange={setValues} errors={errors} secretsSet={inbox?.secretsSet ?? []} />
          {warning}
          {channel.hasLogin && <SignInCard name={channel.name} webhookUrl={inbox?.webhookUrl ?? null} busy={busy} onSignIn={signIn} />}
          <div className="row">
            <Button component={Link} to="/settings/inboxes/new" variant="default" size="md">
              {t('common.back')}
            </Button>
            <Button type="submit" size="md" className="end" loading={busy} variant={channel.hasLogin ? 'default' : 'filled'}>
              {t('connect.saveAndCheck')}
            </Button>
          </div>
        </form>
      </Wizard>
    );
  return (
    <Wizard title={title} at={2} decided={[what, inbox.name]}>
      <div className="col g16">
        <div>
          <h2 className="t20 b">{t(result?.ok ? 'connect.done' : 'connect.checking')}</h2>
          <p className="i2">{t(result?.ok ? 'connect.doneText' : 'connect.checkingText')}</p>
        </div>
        {steps.some((step) => step.includes('{')) && (
          <section className="card pad">
            <h3 className="eyebrow">{t('connect.atProvider')}</h3>
            <ConnectSteps steps={steps} known={known} />
          </section>
        )}
        {warning}
        {result && (
          <section className="card pad">
            <h3 className="eyebrow">{t('connect.happened')}</h3>
            <CheckSteps result={result} />
          </section>
        )}
        {(result || problem) && <FirstMessage inbox={inbox} />}
        <div className="row wrap">
          <Button variant="default" size="md" onClick={() => setChecking(false)}>
            {t('common.back')}
          </Button>
          <Button variant="default" size="md" loading={busy} onClick={() => void check(inbox)}>
            {t('connect.again')}
          </Button>
          <Button
            component={Link}
            to="/settings/inboxes/$inboxId"
            params={{ inboxId: inbox.id } as never}
            size="md"
            className="end"
            variant={result?.ok ? 'filled' : 'default'}
          >
            {t('connect.open')}
          </Button>
        </div>
      </div>
    </Wizard>
  );
}
