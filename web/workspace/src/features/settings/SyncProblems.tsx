import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dropProblem, type Integration, retryProblem, type SyncProblem, useSyncProblems } from '~/api/integrations';
import { Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout } from '~/lib/problem';

const tones = { retrying: '', failed: 'bad', doubtful: 'warn', stopped: 'bad' } as const;

/** Records that somebody has to look at: why, whose they may be, and what can be done. */
export function SyncProblems({ one, onDone }: { one: Integration; onDone: () => void }) {
  const { t } = useTranslation();
  const problems = useSyncProblems(one.id, one.problems + one.waiting);
  const [busy, setBusy] = useState<string | null>(null);
  const act = async (name: string, work: () => Promise<unknown>) => {
    setBusy(name);
    try {
      await work();
      await problems.refetch();
      onDone();
    } catch (error) {
      complainAbout(error);
    }
    setBusy(null);
  };
  const rows = problems.data ?? [];
  if (problems.isError)
    return <Failure title={t('integration.problemsFailed')} error={problems.error} retry={() => void problems.refetch()} />;
  if (one.problems > 0 && problems.isPending) return <TableBones rows={2} />;
  if (rows.length === 0) return null;
  return (
    <section className="col g12" aria-label={t('integration.problems')}>
      <div className="row row-12">
        <h2 className="eyebrow grow">{t('integration.problems')}</h2>
        <Button size="xs" variant="default" loading={busy === 'all'} onClick={() => void act('all', () => retryProblem(one.id, {}))}>
          {t('integration.retryAll')}
        </Button>
      </div>
      <ul className="col g8 plain">
        {rows.map((row) => (
          <Problem
            key={`${row.kind} ${row.key}`}
            row={row}
            busy={busy === `${row.kind} ${row.key}`}
            retry={(customerId) =>
              void act(`${row.kind} ${row.key}`, () =>
                retryProblem(one.id, { kind: row.kind, key: row.key, ...(customerId ? { customerId } : {}) }),
              )
            }
            drop={() => void act(`${row.kind} ${row.key}`, () => dropProblem(one.id, { kind: row.kind, key: row.key }))}
          />
        ))}
      </ul>
    </section>
  );
}

function Problem({ row, busy, retry, drop }: { row: SyncProblem; busy: boolean; retry: (customerId?: string) => void; drop: () => void }) {
  const { t } = useTranslation();
  const asked = row.state === 'doubtful' && row.kind === 'pull';
  return (
    <li className="card col g8">
      <div className="row row-12 wrap">
        <Tag tone={tones[row.state]}>{t(`integration.problemStates.${row.state}`)}</Tag>
        <span className="t13 b">{t(`integration.kinds.${row.kind}`)}</span>
        {row.kind !== 'push' && row.kind !== 'note' && <bdi className="t13 i2 mono">{row.key}</bdi>}
        {row.customers.map((customer) => (
          <Link key={customer.id} to="/customers/$customerId" params={{ customerId: customer.id }} className="t13 link">
            <bdi>{customer.name ?? t('customer.unnamed')}</bdi>
          </Link>
        ))}
      </div>
      {row.error && (
        <p className="t13">
          <bdi>{row.error}</bdi>
        </p>
      )}
      {row.requestId && (
        <p className="t12 i3">
          {t('integration.requestId')} <bdi className="mono">{row.requestId}</bdi>
        </p>
      )}
      <div className="row wrap">
        {asked &&
          row.customers.map((customer) => (
            <Button key={customer.id} size="xs" variant="default" loading={busy} onClick={() => retry(customer.id)}>
              {t('integration.isThis', { name: customer.name ?? t('customer.unnamed') })}
            </Button>
          ))}
        <Button size="xs" variant="default" loading={busy} onClick={() => retry()}>
          {t(row.state === 'stopped' ? 'integration.goOn' : 'integration.retry')}
        </Button>
        {row.state !== 'stopped' && (
          <Button size="xs" variant="subtle" loading={busy} onClick={drop}>
            {t('integration.drop')}
          </Button>
        )}
      </div>
    </li>
  );
}
