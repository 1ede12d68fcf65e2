import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '~/api/http';
import { addIntegration, type Connector, integrationsKey, useConnectors } from '~/api/integrations';
import { Page } from '~/components/Page';
import { Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { wordsFor } from '~/lib/problem';
import { ConnectorMark } from './ConnectorMark';
import { filledOnly, SettingsFields, type Values } from './SettingsFields';

const back = { to: '/settings/integrations' as const };

export function NewIntegration() {
  const { t } = useTranslation();
  const { kind } = useParams({ from: '/inside/settings/integrations/new/$kind' });
  const kinds = useConnectors();
  const connector = kinds.data?.find((one) => one.kind === kind);
  if (connector) return <Connect connector={connector} />;
  return (
    <Page label={t('integration.connect')} title={t('integration.connect')} back={back}>
      {kinds.isPending ? <TableBones rows={3} /> : <Failure title={t('integration.failed')} error={kinds.error ?? new Error(kind)} />}
    </Page>
  );
}

function Connect({ connector }: { connector: Connector }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [name, setName] = useState(connector.name);
  const [values, setValues] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setErrors({});
    setProblem(null);
    try {
      const made = await addIntegration(connector.kind, name.trim(), filledOnly(values));
      client.setQueryData([...integrationsKey, made.id], made);
      void client.invalidateQueries({ queryKey: integrationsKey, exact: true });
      void navigate({ to: '/settings/integrations/$integrationId', params: { integrationId: made.id } });
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : {};
      setErrors(fields);
      if (Object.keys(fields).length === 0) setProblem(wordsFor(error));
      setBusy(false);
    }
  };
  const title = t('integration.connectThis', { name: connector.name });
  return (
    <Page label={title} title={title} back={back}>
      <form className="col g16 import" onSubmit={(event) => void submit(event)}>
        <div className="row row-12">
          <ConnectorMark kind={connector.kind} />
          <p className="t13 i2">{t('integration.connectText')}</p>
        </div>
        {problem && (
          <p className="banner bad" role="alert">
            {problem}
          </p>
        )}
        <TextInput
          label={t('integration.name')}
          required
          withAsterisk={false}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <SettingsFields schema={connector.settingsSchema} values={values} onChange={setValues} errors={errors} />
        <div className="row">
          <Button type="submit" loading={busy}>
            {t('integration.save')}
          </Button>
        </div>
      </form>
    </Page>
  );
}
