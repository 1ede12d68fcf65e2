import { Button, Modal, Progress, Select, Switch } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '~/api/http';
import {
  type Connector,
  changeIntegration,
  type Integration,
  integrationsKey,
  removeIntegration,
  stepIntegration,
  useConnectors,
  useIntegration,
} from '~/api/integrations';
import { Page } from '~/components/Page';
import { Copyable, Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout } from '~/lib/problem';
import { agoWords, useNow } from '~/lib/time';
import { FieldRules } from './FieldRules';
import { integrationTone } from './Integrations';
import { filledOnly, SettingsFields, type Values } from './SettingsFields';
import { SyncProblems } from './SyncProblems';

const back = { to: '/settings/integrations' as const };

/** One connected system: how it fares, what is mapped, what needs a person. */
export function IntegrationPage() {
  const { t } = useTranslation();
  const { integrationId } = useParams({ from: '/inside/settings/integrations/$integrationId' });
  const [one, kinds] = [useIntegration(integrationId), useConnectors()];
  const connector = kinds.data?.find((kind) => kind.kind === one.data?.kind);
  if (one.data && connector) return <One key={one.data.id} one={one.data} connector={connector} />;
  const error = one.error ?? kinds.error;
  return (
    <Page label={t('integration.title')} title={t('integration.title')} back={back}>
      {error ? <Failure title={t('integration.failed')} error={error} retry={() => void one.refetch()} /> : <TableBones />}
    </Page>
  );
}

function One({ one, connector }: { one: Integration; connector: Connector }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [rules, setRules] = useState(one.rules);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState<string | null>(null);
  const [removing, setRemoving] = useState(false);
  const keep = (next: Integration) => {
    client.setQueryData([...integrationsKey, one.id], next);
    void client.invalidateQueries({ queryKey: integrationsKey, exact: true });
  };
  const act = async (name: string, work: () => Promise<Integration>) => {
    setBusy(name);
    setErrors({});
    try {
      const next = await work();
      keep(next);
      if (name === 'rules') setRules(next.rules);
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : {};
      setErrors(fields);
      if (Object.keys(fields).length === 0) complainAbout(error);
    }
    setBusy(null);
  };
  const changed = JSON.stringify(rules.map(bare)) !== JSON.stringify(one.rules.map(bare));
  const remove = async () => {
    try {
      await removeIntegration(one.id);
      void client.invalidateQueries({ queryKey: integrationsKey });
      void navigate(back);
    } catch (error) {
      complainAbout(error);
    }
  };
  return (
    <Page
      label={one.name}
      title={<bdi>{one.name}</bdi>}
      back={back}
      side={<Tag tone={integrationTone[one.state]}>{t(`integration.states.${one.state}`)}</Tag>}
    >
      <div className="col g24 integration">
        {one.trouble && (
          <p className={`banner ${one.state === 'broken' ? 'bad' : 'warn'}`} role="alert">
            {one.trouble}
          </p>
        )}
        <Standing one={one} busy={busy} step={(step) => void act(step, () => stepIntegration(one.id, step))} />
        <SyncProblems one={one} onDone={() => void client.invalidateQueries({ queryKey: [...integrationsKey, one.id] })} />
        <FieldRules one={one} writes={connector.writes} rules={rules} onChange={setRules} errors={errors} />
        {(changed || busy === 'rules') && (
          <div className="row">
            <Button loading={busy === 'rules'} onClick={() => void act('rules', () => changeIntegration(one.id, { rules }))}>
              {t('integration.saveFields')}
            </Button>
            <Button variant="subtle" onClick={() => setRules(one.rules)}>
              {t('common.cancel')}
            </Button>
          </div>
        )}
        <section className="col g12" aria-label={t('integration.options')}>
          <h2 className="eyebrow">{t('integration.options')}</h2>
          <Switch
            label={t('integration.createHere')}
            description={t('integration.createHereText')}
            checked={one.createHere}
            onChange={(event) => {
              const createHere = event.currentTarget.checked;
              void act('options', () => changeIntegration(one.id, { createHere }));
            }}
          />
          {connector.writes && (
            <Switch
              label={t('integration.createThere', { name: connector.name })}
              description={t('integration.createThereText')}
              checked={one.createThere}
              onChange={(event) => {
                const createThere = event.currentTarget.checked;
                void act('options', () => changeIntegration(one.id, { createThere }));
              }}
            />
          )}
          {connector.notes && (
            <Select
              w={320}
              label={t('integration.notes')}
              description={t('integration.notesText')}
              data={(['none', 'summary', 'transcript'] as const).map((value) => ({ value, label: t(`integration.noteKinds.${value}`) }))}
              value={one.notes}
              allowDeselect={false}
              onChange={(notes) => notes && void act('options', () => changeIntegration(one.id, { notes: notes as Integration['notes'] }))}
            />
          )}
        </section>
        {one.hookUrl && (
          <section className="col g12" aria-label={t('integration.webhook')}>
            <h2 className="eyebrow">{t('integration.webhook')}</h2>
            <p className="t13 i2">{connector.hooksHelp}</p>
            <Copyable value={one.hookUrl} label={t('integration.copyHook')} />
          </section>
        )}
        <Access one={one} connector={connector} keep={keep} />
        <div>
          <Button variant="subtle" className="danger" onClick={() => setRemoving(true)}>
            {t('integration.disconnect')}
          </Button>
        </div>
      </div>
      <Modal
        opened={removing}
        onClose={() => setRemoving(false)}
        title={<b>{t('integration.disconnectTitle', { name: one.name })}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <p className="t13 i2 pad-b">{t('integration.disconnectText')}</p>
        <Button className="danger filled" onClick={() => void remove()}>
          {t('integration.disconnect')}
        </Button>
      </Modal>
    </Page>
  );
}

const bare = ({ problem: _, ...rule }: Integration['rules'][number]) => rule;

/** Where it stands, and what comes next. */
function Standing({ one, busy, step }: { one: Integration; busy: string | null; step: (step: 'try' | 'start' | 'pause') => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const { first } = one;
  const moving = first.state === 'trying' || (first.state === 'running' && one.state === 'active');
  const counts = { seen: first.seen, linked: first.linked, made: first.made, doubtful: first.doubtful };
  return (
    <section className="col g12 card standing" aria-label={t('integration.standing')}>
      {one.account && <p className="t13 i2">{t('integration.account', { account: one.account })}</p>}
      {moving && (
        <>
          <p className="t14" role="status">
            {first.of ? t('integration.progressOf', { seen: first.seen, of: first.of }) : t('integration.progress', { count: first.seen })}
          </p>
          <Progress
            value={first.of ? Math.min(100, (100 * first.seen) / Math.max(1, first.of)) : 100}
            animated={!first.of}
            aria-label={t('integration.firstSync')}
          />
        </>
      )}
      {first.state === 'tried' && one.state === 'draft' && (
        <p className="t14" role="status">
          {t('integration.would', counts)}
        </p>
      )}
      {one.state !== 'draft' && (
        <p className="t14">
          {[
            t('integration.linked', { count: one.linked }),
            ...(one.waiting > 0 ? [t('integration.waitingCount', { count: one.waiting })] : []),
            ...(one.syncedAt ? [t('integration.inStep', { time: agoWords(one.syncedAt, now) })] : []),
          ].join(' · ')}
        </p>
      )}
      {one.state === 'draft' && first.state === 'none' && <p className="t13 i2">{t('integration.draftText')}</p>}
      <div className="row wrap">
        {one.state === 'draft' && !moving && (
          <>
            <Button variant={first.state === 'tried' ? 'default' : 'filled'} loading={busy === 'try'} onClick={() => step('try')}>
              {t(first.state === 'tried' ? 'integration.tryAgain' : 'integration.try')}
            </Button>
            <Button variant={first.state === 'tried' ? 'filled' : 'default'} loading={busy === 'start'} onClick={() => step('start')}>
              {t('integration.start')}
            </Button>
          </>
        )}
        {(one.state === 'active' || moving) && (
          <Button variant="default" loading={busy === 'pause'} onClick={() => step('pause')}>
            {t(one.state === 'draft' ? 'integration.stopTrial' : 'integration.pause')}
          </Button>
        )}
        {(one.state === 'paused' || one.state === 'broken') && (
          <Button loading={busy === 'start'} onClick={() => step('start')}>
            {t('integration.goOn')}
          </Button>
        )}
      </div>
    </section>
  );
}

/** How Braid signs in over there; secrets stay unless new ones are entered. */
function Access({ one, connector, keep }: { one: Integration; connector: Connector; keep: (next: Integration) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [values, setValues] = useState<Values>(one.settings);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setErrors({});
    try {
      keep(await changeIntegration(one.id, { settings: filledOnly(values) }));
      setOpen(false);
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : {};
      setErrors(fields);
      if (Object.keys(fields).length === 0) complainAbout(error);
    }
    setBusy(false);
  };
  return (
    <section className="col g12" aria-label={t('integration.access')}>
      <div>
        <button type="button" className="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconChevronRight size={14} aria-hidden className={`flips turns ${open ? 'open' : ''}`} />
          {t('integration.access')}
        </button>
      </div>
      {open && (
        <form
          className="col g16"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <SettingsFields
            schema={connector.settingsSchema}
            values={values}
            onChange={setValues}
            errors={errors}
            secretsSet={[...one.secretsSet]}
          />
          <div className="row">
            <Button type="submit" loading={busy}>
              {t('integration.saveAccess')}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}
