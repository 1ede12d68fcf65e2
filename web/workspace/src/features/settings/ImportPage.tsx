import { Button, Select, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAttributes } from '~/api/customers/profile';
import { type Import, importsKey, isMoving, type Mapping, mapImport, startImport, useImport } from '~/api/imports';
import { Page } from '~/components/Page';
import { Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout } from '~/lib/problem';
import { importTone } from './Imports';

const plain = ['name', 'email', 'phone', 'company', 'tier', 'language', 'timeZone', 'tags', 'externalId'] as const;

/** One file on its way in: which column is what, what would happen, and what did. */
export function ImportPage() {
  const { t } = useTranslation();
  const { importId } = useParams({ from: '/inside/settings/imports/$importId' });
  const one = useImport(importId);
  const back = { to: '/settings/imports' as const };
  if (one.data) return <One key={one.data.id} one={one.data} back={back} />;
  return (
    <Page label={t('import.title')} title={t('import.title')} back={back}>
      {one.isError ? <Failure title={t('import.failed')} error={one.error} retry={() => void one.refetch()} /> : <TableBones />}
    </Page>
  );
}

function One({ one, back }: { one: Import; back: { to: '/settings/imports' } }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [mapping, setMapping] = useState(() => ({
    ...one.mapping,
    columns: one.header.map((_, i) => one.mapping.columns[i] ?? null),
  }));
  const [busy, setBusy] = useState(false);
  const run = async (step: 'check' | 'run' | 'undo') => {
    setBusy(true);
    try {
      if (step === 'check') await mapImport(one.id, mapping);
      client.setQueryData([...importsKey, one.id], await startImport(one.id, step));
      if (step !== 'check') void client.invalidateQueries({ queryKey: ['customers'] });
    } catch (error) {
      complainAbout(error);
    }
    setBusy(false);
  };
  const editable = one.state === 'draft' || one.state === 'checked' || one.state === 'failed';
  const moving = isMoving(one.state);
  return (
    <Page
      label={t('import.title')}
      title={<bdi>{one.name}</bdi>}
      back={back}
      side={<Tag tone={importTone[one.state]}>{t(`import.states.${one.state}`)}</Tag>}
    >
      <div className="import">
        {one.error && (
          <p className="banner bad" role="alert">
            {one.error}
          </p>
        )}
        {editable && <Columns one={one} mapping={mapping} onChange={setMapping} />}
        {(moving || one.rows > 0 || one.state !== 'draft') && (
          <p className="t14" role="status">
            {moving
              ? t('import.progress', { count: one.rows })
              : t(one.state === 'checked' ? 'import.would' : one.state === 'undone' ? 'import.undone' : 'import.did', {
                  made: one.made,
                  changed: one.changed,
                  failed: one.failed,
                })}
          </p>
        )}
        <div className="row wrap">
          {editable && (
            <Button variant={one.state === 'checked' ? 'default' : 'filled'} loading={busy} onClick={() => void run('check')}>
              {t(one.state === 'checked' ? 'import.checkAgain' : 'import.check')}
            </Button>
          )}
          {one.state === 'checked' && (
            <Button loading={busy} disabled={one.made + one.changed === 0} onClick={() => void run('run')}>
              {t('import.run', { count: one.made + one.changed })}
            </Button>
          )}
          {one.state === 'done' && (
            <Button variant="default" loading={busy} onClick={() => void run('undo')}>
              {t('import.undo')}
            </Button>
          )}
        </div>
        {one.errors.length > 0 && (
          <section aria-label={t('import.errors')}>
            <h2 className="eyebrow">{t('import.errors')}</h2>
            <table className="tbl">
              <thead>
                <tr>
                  <th>{t('import.row')}</th>
                  <th>{t('import.why')}</th>
                </tr>
              </thead>
              <tbody>
                {one.errors.map((error) => (
                  <tr key={error.row}>
                    <td className="num">{error.row}</td>
                    <td>
                      <bdi>{error.error}</bdi>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {one.failed > one.errors.length && (
              <p className="t13 i2">{t('import.moreErrors', { count: one.failed - one.errors.length })}</p>
            )}
          </section>
        )}
      </div>
    </Page>
  );
}

function Columns({ one, mapping, onChange }: { one: Import; mapping: Mapping; onChange: (next: Mapping) => void }) {
  const { t } = useTranslation();
  const own = useAttributes().data ?? [];
  const fields = [
    ...plain.map((field) => ({ value: field as string, label: t(`import.field.${field}`) })),
    ...own.map((field) => ({ value: `custom.${field.key}`, label: field.label })),
  ];
  return (
    <section className="col g16" aria-label={t('import.columns')}>
      <p className="t13 i2">{t('import.intro')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard */}
      <section className="scroll-x" tabIndex={0} aria-label={t('import.columns')}>
        <table className="mergetable">
          <thead>
            <tr>
              <th scope="col">{t('import.column')}</th>
              <th scope="col">{t('import.becomes')}</th>
              <th scope="col">{t('import.sample')}</th>
            </tr>
          </thead>
          <tbody>
            {one.header.map((name, i) => (
              <tr key={i}>
                <th scope="row">
                  <bdi>{name || t('import.unnamed', { n: i + 1 })}</bdi>
                </th>
                <td>
                  <Select
                    size="xs"
                    w={190}
                    clearable
                    aria-label={t('import.becomesOf', { column: name || t('import.unnamed', { n: i + 1 }) })}
                    placeholder={t('import.leave')}
                    data={fields}
                    value={mapping.columns[i] ?? null}
                    onChange={(field) => onChange({ ...mapping, columns: mapping.columns.map((old, at) => (at === i ? field : old)) })}
                  />
                </td>
                <td className="i2">
                  <bdi>
                    {one.sample
                      .map((row) => row[i])
                      .filter(Boolean)
                      .slice(0, 2)
                      .join(' · ')}
                  </bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className="row wrap g12">
        {mapping.columns.includes('phone') && (
          <TextInput
            w={220}
            label={t('import.region')}
            description={t('import.regionHint')}
            placeholder="DE"
            maxLength={2}
            value={mapping.region ?? ''}
            onChange={(event) => onChange({ ...mapping, region: event.currentTarget.value.toUpperCase() || null })}
          />
        )}
        {mapping.columns.includes('externalId') && (
          <TextInput
            w={220}
            label={t('import.system')}
            description={t('import.systemHint')}
            placeholder="shop"
            value={mapping.system ?? ''}
            onChange={(event) => onChange({ ...mapping, system: event.currentTarget.value || null })}
          />
        )}
      </div>
    </section>
  );
}
