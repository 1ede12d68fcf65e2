import { Button, Menu } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { assign } from '~/api/conversations/commands';
import { type QueueAgent, type QueueItem, type Queues, queuesKey, usePlans, useQueues, useWaiting } from '~/api/routing';
import { useMay } from '~/api/session';
import { useTeams } from '~/api/teams';
import { dotOf } from '~/app/StatusMenu';
import { Avatar } from '~/components/Avatar';
import { Page } from '~/components/Page';
import { Empty, Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { nameOf } from '~/lib/people';
import { complainAbout } from '~/lib/problem';
import { useNow } from '~/lib/time';
import { say } from '~/lib/toast';
import { Load } from './Load';
import { useRoutingWords, useWait } from './words';

const dragged = 'text/x-braid-conversation';

/** What a supervisor watches: who waits, for whom, and who could take it. */
export function QueuesPage() {
  const { t } = useTranslation();
  const queues = useQueues();
  const manages = useMay('routing.manage');
  return (
    <Page label={t('queues.title')} title={t('queues.title')} under={t('queues.under')}>
      {queues.isError ? (
        <Failure title={t('queues.failed')} error={queues.error} retry={() => void queues.refetch()} />
      ) : queues.isPending ? (
        <TableBones rows={8} />
      ) : (
        <>
          {!queues.data.on && (
            <div className="banner warn">
              <span className="grow">{t('queues.off')}</span>
              {manages && (
                <Button component={Link} to="/settings/routing" size="xs">
                  {t('queues.setUp')}
                </Button>
              )}
            </div>
          )}
          <Trouble />
          <Figures queues={queues.data} />
          <div className="live">
            <Lines queues={queues.data} />
            <Needs queues={queues.data} />
            <Agents queues={queues.data} />
          </div>
        </>
      )}
    </Page>
  );
}

/** Rules that can't do what was meant, and outside systems that did not answer: whoever may mend them is told where they look anyway. */
function Trouble() {
  const { t } = useTranslation();
  const plans = usePlans();
  const n = (plans.data?.live?.warnings.length ?? 0) + (plans.data?.problems.length ?? 0);
  if (n === 0) return null;
  return (
    <div className="banner warn" role="status">
      <span className="grow">{t('queues.trouble', { n })}</span>
      <Button component={Link} to="/settings/routing" size="xs" variant="default">
        {t('queues.look')}
      </Button>
    </div>
  );
}

function Figures({ queues }: { queues: Queues }) {
  const { t } = useTranslation();
  const now = useNow();
  const wait = useWait();
  const sum = (of: (queue: Queues['queues'][number]) => number) => queues.queues.reduce((all, queue) => all + of(queue), 0);
  const longest = queues.queues.map((queue) => queue.longest).filter((since) => since !== null);
  const late = sum((queue) => queue.late);
  const there = queues.agents.filter((agent) => agent.availability === 'online');
  const used = queues.agents.reduce((all, agent) => all + agent.load, 0);
  return (
    <dl className="figures">
      <Figure name={t('queues.waiting')} value={String(sum((queue) => queue.waiting))} />
      <Figure name={t('queues.late')} value={String(late)} bad={late > 0} />
      <Figure
        name={t('queues.longest')}
        value={longest.length === 0 ? '–' : wait(now - Math.min(...longest.map((since) => Date.parse(since))))}
      />
      <Figure name={t('queues.taking')} value={t('queues.of', { some: there.length, all: queues.agents.length })} />
      <Figure
        name={t('queues.unitsUsed')}
        value={t('queues.of', { some: round(used), all: round(there.reduce((all, agent) => all + agent.capacity, 0)) })}
      />
    </dl>
  );
}
const round = (units: number) => Math.round(units * 10) / 10;

const Figure = ({ name, value, bad }: { name: string; value: string; bad?: boolean }) => (
  <div>
    <dt className="t12 i2">{name}</dt>
    <dd className={`num ${bad ? 'bad-ink' : ''}`}>{value}</dd>
  </div>
);

function Lines({ queues }: { queues: Queues }) {
  const { t } = useTranslation();
  const wait = useWait();
  const now = useNow();
  return (
    <section className="card" aria-label={t('queues.lines')}>
      <h2 className="eyebrow">{t('queues.lines')}</h2>
      <table className="tbl">
        <thead>
          <tr>
            <th>{t('queues.team')}</th>
            <th className="r">{t('queues.waiting')}</th>
            <th className="r">{t('queues.longest')}</th>
            <th className="r">{t('queues.late')}</th>
            <th className="r hide-s">{t('queues.taking')}</th>
            <th className="r hide-s">{t('queues.free')}</th>
          </tr>
        </thead>
        <tbody>
          {queues.queues.map((queue) => (
            <tr key={queue.teamId ?? ''}>
              <td className="b">
                <bdi>{queue.name ?? t('queues.noTeam')}</bdi>
              </td>
              <td className="r">{queue.waiting}</td>
              <td className="r">{queue.longest ? wait(now - Date.parse(queue.longest)) : '–'}</td>
              <td className={`r ${queue.late > 0 ? 'bad-ink b' : ''}`}>{queue.late}</td>
              <td className={`r hide-s ${queue.waiting > 0 && queue.takers === 0 ? 'bad-ink b' : ''}`}>
                {t('queues.of', { some: queue.takers, all: queue.agents })}
              </td>
              <td className="r hide-s">{round(queue.free)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Needs({ queues }: { queues: Queues }) {
  const { t } = useTranslation();
  const waiting = useWaiting(null);
  const teams = useTeams();
  const words = useRoutingWords(Object.fromEntries((teams.data ?? []).map((team) => [team.id, team.name])));
  return (
    <section className="card" aria-label={t('queues.needs')}>
      <h2 className="eyebrow">{t('queues.needs')}</h2>
      {waiting.isError ? (
        <Failure title={t('queues.failed')} error={waiting.error} retry={() => void waiting.refetch()} />
      ) : waiting.isPending ? (
        <TableBones rows={4} />
      ) : waiting.data.items.length === 0 ? (
        <Empty title={t('queues.nobodyWaits')}>{t('queues.nobodyWaitsText')}</Empty>
      ) : (
        <ul className="plain col">
          {waiting.data.items.map((item) => (
            <Needy key={item.conversation.id} item={item} agents={queues.agents} words={words} />
          ))}
        </ul>
      )}
      {waiting.data?.nextCursor && <p className="t12 i3 pad-t">{t('queues.moreWait')}</p>}
    </section>
  );
}

function useAssign() {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (conversation: string, agent: { agentId: string; name: string }) =>
    void assign(conversation, agent.agentId).then(() => {
      void client.invalidateQueries({ queryKey: queuesKey });
      say(t('did.assigned', { name: agent.name }), () => void assign(conversation, null).catch(complainAbout));
    }, complainAbout);
}

function Needy({ item, agents, words }: { item: QueueItem; agents: QueueAgent[]; words: ReturnType<typeof useRoutingWords> }) {
  const { t } = useTranslation();
  const now = useNow();
  const give = useAssign();
  const { conversation } = item;
  const name = nameOf(conversation.customer);
  const left = Date.parse(item.dueAt) - now;
  return (
    <li
      className="needy row row-12"
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(dragged, conversation.id);
        event.dataTransfer.effectAllowed = 'move';
      }}
    >
      <Avatar name={name} photo={conversation.customer.photoId} size={32} channel={conversation.channels[0]?.channel} />
      <span className="grow col">
        <Link to="/inbox/$conversationId" params={{ conversationId: conversation.id }} className="t13 b cut inherit">
          <bdi>{name}</bdi>
        </Link>
        <span className="t12 i2 cut">
          {[item.teamId && words.name(item.teamId), item.ruleName, item.step !== 'required' && words.step(item.step)]
            .filter(Boolean)
            .join(' · ') || t('routing.step.line')}
        </span>
      </span>
      <Tag tone={left < 0 ? 'bad' : left < 60_000 ? 'warn' : 'line'}>
        {left < 0 ? t('queues.lateBy', { time: words.wait(-left) }) : t('queues.left', { time: words.wait(left) })}
      </Tag>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button size="xs" variant="default" aria-label={t('queues.assignThis', { name })}>
            {t('do.assign')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown className="scroll tallmenu">
          {agents
            .filter((agent) => agent.availability !== 'offline')
            .map((agent) => (
              <Menu.Item
                key={agent.agentId}
                onClick={() => give(conversation.id, agent)}
                rightSection={<span className="t12 i3 num">{t('queues.of', { some: agent.load, all: agent.capacity })}</span>}
              >
                <bdi>{agent.name}</bdi>
              </Menu.Item>
            ))}
          {agents.every((agent) => agent.availability === 'offline') && <Menu.Label>{t('queues.nobodyThere')}</Menu.Label>}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function Agents({ queues }: { queues: Queues }) {
  const { t } = useTranslation();
  const teams = useTeams();
  const give = useAssign();
  const [over, setOver] = useState<string | null>(null);
  const names = new Map((teams.data ?? []).map((team) => [team.id, team.name]));
  const takes = (event: DragEvent) => event.dataTransfer.types.includes(dragged);
  return (
    <section className="card wide" aria-label={t('queues.agents')}>
      <div className="row row-12">
        <h2 className="eyebrow grow">{t('queues.agents')}</h2>
        <span className="t12 i3 hide-s">{t('queues.drag')}</span>
      </div>
      <table className="tbl">
        <thead>
          <tr>
            <th>{t('queues.agent')}</th>
            <th className="hide-s">{t('queues.team')}</th>
            <th>{t('queues.busyWith')}</th>
            <th className="r">{t('queues.load')}</th>
            <th className="r hide-s">{t('queues.state')}</th>
          </tr>
        </thead>
        <tbody>
          {queues.agents.map((agent) => (
            <tr
              key={agent.agentId}
              className={over === agent.agentId ? 'over' : undefined}
              onDragOver={(event) => {
                if (!takes(event)) return;
                event.preventDefault();
                setOver(agent.agentId);
              }}
              onDragLeave={() => setOver(null)}
              onDrop={(event) => {
                event.preventDefault();
                setOver(null);
                const conversation = event.dataTransfer.getData(dragged);
                if (conversation) give(conversation, agent);
              }}
            >
              <td>
                <span className="row">
                  <Avatar name={agent.name} size={24} state={dotOf(agent.availability)} ring="var(--b-surface)" />
                  <bdi className="b cut">{agent.name}</bdi>
                </span>
              </td>
              <td className="hide-s i2">
                {agent.teamIds
                  .map((id) => names.get(id))
                  .filter(Boolean)
                  .join(', ') || '–'}
              </td>
              <td>
                <Load load={agent.load} capacity={agent.capacity} whole={agent.whole} />
                {agent.asleep > 0 && <span className="t12 i3">{t('queues.asleep', { n: agent.asleep })}</span>}
              </td>
              <td className="r">{t('queues.of', { some: round(agent.load), all: round(agent.capacity) })}</td>
              <td className="r hide-s i2">{agent.statusNote ?? t(`status.${agent.availability}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
