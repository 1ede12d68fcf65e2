import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChannels } from '~/api/channels';
import { ApiProblem } from '~/api/http';
import { addInbox, connectInbox, inboxesKey } from '~/api/inboxes';
import type { ChannelDescriptor, CheckResult, Inbox } from '~/api/types';
import { ChannelMark } from '~/components/Channel';
import { Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { wordsFor } from '~/lib/problem';
import { CheckSteps } from './CheckResult';
import { ConnectSteps } from './ConnectSteps';
import { filledOnly, SettingsFields, type Values } from './SettingsFields';
import { Wizard } from './Wizard';

export function NewInbox() {
  const { t } = useTranslation();
  const { channel: id } = useParams({ from: '/inside/settings/inboxes/new/$channel' });
  const channels = useChannels();
  const channel = channels.data?.find((one) => one.id === id);
  if (channel) return <Connect key={id} channel={channel} />;
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

function Connect({ channel }: { channel: ChannelDescriptor }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(channel.name);
  const [values, setValues] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [inbox, setInbox] = useState<Inbox | null>(null);
  const [result, setResult] = useState<CheckResult | null>(null);
  const title = t('connect.this', { channel: channel.name });

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
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setErrors({});
    setProblem(null);
    try {
      const made = await addInbox({ channel: channel.id, name: name.trim(), settings: filledOnly(values) });
      setInbox(made);
      await check(made);
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : {};
      setErrors(fields);
      if (Object.keys(fields).length === 0) setProblem(wordsFor(error));
      setBusy(false);
    }
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
  if (!inbox)
    return (
      <Wizard title={title} at={1} decided={[channel.name]}>
        <form className="col g16" onSubmit={submit}>
          <div className="row row-12">
            <ChannelMark channel={channel.id} size={32} quiet />
            <div>
              <h2 className="t20 b">{title}</h2>
              <p className="i2">{channel.summary}</p>
            </div>
          </div>
          {channel.connectSteps.length > 0 && (
            <section className="card pad">
              <h3 className="eyebrow">{t('connect.before')}</h3>
              <ConnectSteps steps={channel.connectSteps} known={known} />
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
          <SettingsFields schema={channel.settingsSchema} values={values} onChange={setValues} errors={errors} />
          {warning}
          <div className="row">
            <Button component={Link} to="/settings/inboxes/new" variant="default" size="md">
              {t('common.back')}
            </Button>
            <Button type="submit" size="md" className="end" loading={busy}>
              {t('connect.saveAndCheck')}
            </Button>
          </div>
        </form>
      </Wizard>
    );
  return (
    <Wizard title={title} at={2} decided={[channel.name, inbox.name]}>
      <div className="col g16">
        <div>
          <h2 className="t20 b">{t(result?.ok ? 'connect.done' : 'connect.checking')}</h2>
          <p className="i2">{t(result?.ok ? 'connect.doneText' : 'connect.checkingText')}</p>
        </div>
        {channel.connectSteps.some((step) => step.includes('{')) && (
          <section className="card pad">
            <h3 className="eyebrow">{t('connect.atProvider')}</h3>
            <ConnectSteps steps={channel.connectSteps} known={known} />
          </section>
        )}
        {warning}
        {result && (
          <section className="card pad">
            <h3 className="eyebrow">{t('connect.happened')}</h3>
            <CheckSteps result={result} />
          </section>
        )}
        <div className="row">
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
