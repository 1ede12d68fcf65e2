import { Button, NumberInput, SegmentedControl, Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgents } from '~/api/agents';
import { type Comparison, compare, type Outcome, type Plans } from '~/api/routing';
import { Avatar } from '~/components/Avatar';
import { channelName } from '~/components/Channel';
import { Bone, Failure, Tag } from '~/components/parts';

import { useWait } from './words';

type Tried =
  | { state: 'idle' }
  | { state: 'busy' }
  | { state: 'failed'; error: unknown }
  | { state: 'done'; told: Comparison; took: number };

/** What if: what came lately, by the live rules and by the draft, side by side. */
export function Compared({ plans, before, onTried }: { plans: Plans; before: () => Promise<void>; onTried: (draft: Outcome) => void }) {
  const { t } = useTranslation();
  const [tried, setTried] = useState<Tried>({ state: 'idle' });
  const [days, setDays] = useState('7');
  const [times, setTimes] = useState(1);
  const [like, setLike] = useState<string | null>(null);
  const [more, setMore] = useState(1);
  const agents = (useAgents().data ?? []).filter((agent) => agent.state === 'active');
  const run = async () => {
    setTried({ state: 'busy' });
    const began = performance.now();
    try {
      await before();
      const told = await compare({
        days: Number(days),
        ...(times === 1 ? {} : { times }),
        ...(like ? { more: [{ like, count: more }] } : {}),
      });
      setTried({ state: 'done', told, took: performance.now() - began });
      onTried(told.draft);
    } catch (error) {
      setTried({ state: 'failed', error });
    }
  };
  return (
    <aside className="col g12" aria-label={t('compare.title')}>
      <section className="card col g12 pad">
        <div>
          <h2 className="t14 b">{t('compare.title')}</h2>
          <p className="t12 i2">{t('compare.text')}</p>
        </div>
        <SegmentedControl
          size="xs"
          aria-label={t('compare.span')}
          value={days}
          onChange={setDays}
          data={['1', '7', '31'].map((value) => ({ value, label: t(`compare.days${value as '7'}`) }))}
        />
        <details>
          <summary className="link t12">{t('compare.whatIf')}</summary>
          <div className="col g8 pad-t">
            <NumberInput
              size="xs"
              label={t('compare.times')}
              min={0.1}
              max={10}
              step={0.1}
              decimalScale={1}
              value={times}
              onChange={(value) => setTimes(Number(value) || 1)}
            />
            <Select
              size="xs"
              label={t('compare.like')}
              clearable
              placeholder={t('compare.nobodyMore')}
              data={agents.map((agent) => ({ value: agent.id, label: agent.name }))}
              value={like}
              onChange={setLike}
            />
            {like && (
              <NumberInput
                size="xs"
                label={t('compare.howMany')}
                min={1}
                max={50}
                allowDecimal={false}
                value={more}
                onChange={(value) => setMore(Number(value) || 1)}
              />
            )}
          </div>
        </details>
        <Button variant="default" loading={tried.state === 'busy'} onClick={() => void run()}>
          {t(tried.state === 'done' ? 'compare.again' : 'compare.run')}
        </Button>
        {tried.state === 'busy' && (
          <div className="col g8" role="status" aria-label={t('compare.running')}>
            <Bone w="80%" />
            <Bone w="90%" />
            <Bone w="70%" />
          </div>
        )}
        {tried.state === 'failed' && <Failure title={t('compare.failed')} error={tried.error} retry={() => void run()} />}
        {tried.state === 'done' && <Result told={tried.told} took={tried.took} plans={plans} />}
      </section>
      {tried.state === 'done' && tried.told.examples.length > 0 && <Elsewhere told={tried.told} />}
    </aside>
  );
}

const share = (some: number, all: number) => (all === 0 ? 0 : Math.round((1000 * some) / all) / 10);

function Result({ told, took, plans }: { told: Comparison; took: number; plans: Plans }) {
  const { t } = useTranslation();
  const wait = useWait();
  if (told.conversations === 0) return <p className="t13 i2">{t('compare.nothing')}</p>;
  const { live, draft } = told;
  const busiest = (outcome: Outcome) => Math.max(0, ...outcome.agents.map((agent) => agent.load)) * 100;
  const rows: { name: string; of: (outcome: Outcome) => number; show: (value: number) => string; good: 'less' | 'more' | null }[] = [
    { name: t('compare.meanWait'), of: (one) => one.meanWaitSeconds, show: (value) => wait(value * 1000), good: 'less' },
    { name: t('compare.medianWait'), of: (one) => one.p50WaitSeconds, show: (value) => wait(value * 1000), good: 'less' },
    { name: t('compare.p95'), of: (one) => one.p95WaitSeconds, show: (value) => wait(value * 1000), good: 'less' },
    { name: t('compare.late'), of: (one) => one.breached, show: String, good: 'less' },
    { name: t('compare.never'), of: (one) => one.never, show: String, good: 'less' },
    { name: t('compare.firstChoice'), of: (one) => share(one.firstChoice, one.placed), show: (value) => `${value} %`, good: 'more' },
    { name: t('compare.busiest'), of: busiest, show: (value) => `${Math.round(value)} %`, good: null },
    { name: t('compare.fairness'), of: (one) => one.fairness, show: (value) => value.toFixed(2), good: 'more' },
  ];
  return (
    <>
      <p className="t12 i2" role="status">
        {t('compare.told', { n: told.conversations, seconds: (took / 1000).toFixed(1) })}
        {told.cut && ` ${t('compare.cut')}`}
        {told.estimated > 0 && ` ${t('compare.estimated', { n: told.estimated })}`}
      </p>
      <table className="tbl">
        <thead>
          <tr>
            <th>{t('compare.figure')}</th>
            <th className="r">{live ? t('compare.version', { n: plans.live?.number ?? 0 }) : '–'}</th>
            <th className="r">{t('compare.draft')}</th>
            <th className="r">{t('compare.change')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const now = row.of(draft);
            const before = live ? row.of(live) : null;
            const by = before === null ? 0 : Math.round((now - before) * 100) / 100;
            return (
              <tr key={row.name}>
                <td>{row.name}</td>
                <td className="r">{before === null ? '–' : row.show(before)}</td>
                <td className="r b">{row.show(now)}</td>
                <td className="r">
                  {by === 0 ? (
                    <span className="i3">=</span>
                  ) : (
                    <Tag tone={row.good === null ? 'line' : by < 0 === (row.good === 'less') ? 'good' : 'warn'}>
                      {by < 0 ? '−' : '+'}
                      {row.show(Math.abs(by))}
                    </Tag>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <details>
        <summary className="link t12">{t('compare.perChannel')}</summary>
        <table className="tbl">
          <thead>
            <tr>
              <th>{t('routing.channel')}</th>
              <th className="r">{t('compare.conversations')}</th>
              <th className="r">{t('compare.meanWait')}</th>
              <th className="r">{t('compare.late')}</th>
            </tr>
          </thead>
          <tbody>
            {draft.channels.map((group) => (
              <tr key={group.name}>
                <td>{channelName(group.name ?? '')}</td>
                <td className="r">{group.conversations}</td>
                <td className="r">{wait(group.meanWaitSeconds * 1000)}</td>
                <td className="r">{group.breached}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <table className="tbl">
          <thead>
            <tr>
              <th>{t('queues.agent')}</th>
              <th className="r">{t('compare.conversations')}</th>
              <th className="r">{t('queues.load')}</th>
            </tr>
          </thead>
          <tbody>
            {draft.agents
              .filter((agent) => agent.conversations > 0)
              .map((agent) => (
                <tr key={agent.agentId}>
                  <td>
                    <bdi>{told.names[agent.agentId] ?? '–'}</bdi>
                  </td>
                  <td className="r">{agent.conversations}</td>
                  <td className="r">{Math.round(agent.load * 100)} %</td>
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

function Elsewhere({ told }: { told: Comparison }) {
  const { t } = useTranslation();
  const wait = useWait();
  const name = (id: string | null) => (id ? (told.names[id] ?? '–') : t('compare.nobody'));
  return (
    <section className="card col g8 pad" aria-label={t('compare.elsewhere')}>
      <div className="row">
        <h2 className="t14 b grow">{t('compare.elsewhere')}</h2>
        <span className="t12 i2 num">{told.elsewhere}</span>
      </div>
      <ul className="plain col">
        {told.examples.map((one) => (
          <li key={one.conversationId} className="needy row row-12" style={{ cursor: 'default' }}>
            <Avatar name={one.customer ?? '?'} size={28} channel={one.channel} />
            <Link to="/inbox/$conversationId" params={{ conversationId: one.conversationId }} className="grow cut t13 b inherit">
              <bdi>{one.customer ?? channelName(one.channel)}</bdi>
            </Link>
            <span className="t12 i2 cut">
              <bdi>{name(one.from)}</bdi> {wait(one.fromWaitSeconds * 1000)} <span className="flips">→</span>{' '}
              <b>
                <bdi>{name(one.to)}</bdi>
              </b>{' '}
              {wait(one.toWaitSeconds * 1000)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
