import { Popover } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Story, type StoryEntry, useStory } from '~/api/routing';
import type { ConversationDetail } from '~/api/types';
import { Avatar } from '~/components/Avatar';
import { Bone, Failure, Tag } from '~/components/parts';
import { dayAndTime, fullTime, span, useNow } from '~/lib/time';
import { useRoutingWords } from './words';

/** Why a conversation is with whom it is, or why it still waits: in sentences, one click away. */
export function Why({ detail }: { detail: ConversationDetail }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} width={400} position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <button type="button" className="link why" onClick={() => setOpen(!open)} aria-expanded={open}>
          {t('routing.why')}
        </button>
      </Popover.Target>
      <Popover.Dropdown className="whybox scroll" aria-label={t('routing.why')}>
        {open && <Told id={detail.id} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Told({ id }: { id: string }) {
  const { t } = useTranslation();
  const story = useStory(id, true);
  if (story.isError) return <Failure title={t('routing.whyFailed')} error={story.error} retry={() => void story.refetch()} />;
  if (story.isPending)
    return (
      <div className="col g8">
        <Bone w="60%" />
        <Bone w="90%" />
        <Bone w="80%" />
      </div>
    );
  const placed = story.data.log.find((entry) => entry.act === 'placed');
  if (story.data.waiting) return <Waits story={story.data} />;
  if (placed) return <Placed story={story.data} placed={placed} />;
  return <p className="t13 i2">{t('routing.byHand')}</p>;
}

function Ruled({ story, before }: { story: Story; before?: StoryEntry }) {
  const { t } = useTranslation();
  const words = useRoutingWords(story.names);
  const queued = story.log.find((entry) => entry.act === 'queued' && (!before || entry.at <= before.at));
  if (!queued) return null;
  const { ruleName, because, targetMinutes } = queued.reason;
  const held = (because ?? []).map(words.condition);
  return (
    <p className="t13 i2">
      {ruleName ? t('routing.ruleMatched', { rule: ruleName }) : t('routing.noRule')}
      {held.length > 0 && ` ${words.list(held)}.`}
      {targetMinutes ? ` ${t('routing.shouldBePlaced', { time: words.wait(targetMinutes * 60_000) })}` : ''}
    </p>
  );
}

function Placed({ story, placed }: { story: Story; placed: StoryEntry }) {
  const { t } = useTranslation();
  const words = useRoutingWords(story.names);
  const name = words.name(placed.agentId);
  const waited = (placed.reason.waitedSeconds ?? 0) * 1000;
  return (
    <div className="col g8">
      <h3 className="t14 b">{t('routing.whyPlaced', { name })}</h3>
      <Ruled story={story} before={placed} />
      <ul className="plain col g8">
        <Candidate name={name} text={words.chosen(placed)} tag={<Tag tone="good">{t('routing.chosen')}</Tag>} />
        <Losers story={story} losers={placed.reason.losers ?? []} counts={placed.reason.counts ?? {}} />
      </ul>
      <p className="t12 i3" title={fullTime(placed.at)}>
        {t('routing.decidedAt', { time: dayAndTime(placed.at), waited: words.wait(waited) })}
      </p>
      <Before story={story} />
    </div>
  );
}

function Waits({ story }: { story: Story }) {
  const { t } = useTranslation();
  const now = useNow();
  const words = useRoutingWords(story.names);
  const waiting = story.waiting!;
  const skills = words.skills(waiting.skills);
  return (
    <div className="col g8">
      <h3 className="t14 b">{t('routing.whyWaits')}</h3>
      <Ruled story={story} />
      <p className="t13">
        {waiting.teamId
          ? t('routing.placeInTeam', { place: waiting.place, team: words.name(waiting.teamId) })
          : t('routing.place', { place: waiting.place })}{' '}
        {waiting.minutes !== null && t('routing.expected', { time: span(waiting.minutes * 60_000) })}
      </p>
      <p className="t13 i2">
        {words.step(waiting.step)}
        {skills && `: ${skills}`}
        {waiting.nextStepAt && waiting.nextStep && (
          <>
            {'. '}
            {t('routing.next', { time: words.wait(Date.parse(waiting.nextStepAt) - now), step: words.step(waiting.nextStep) })}
          </>
        )}
      </p>
      <ul className="plain col g8">
        <Losers story={story} losers={waiting.losers} counts={waiting.counts} />
      </ul>
      <Before story={story} />
    </div>
  );
}

function Losers({
  story,
  losers,
  counts,
}: {
  story: Story;
  losers: NonNullable<StoryEntry['reason']['losers']>;
  counts: Record<string, number>;
}) {
  const { t } = useTranslation();
  const words = useRoutingWords(story.names);
  const all = Object.values(counts).reduce((sum, one) => sum + one, 0);
  return (
    <>
      {losers.slice(0, 6).map((loser) => (
        <Candidate
          key={loser.agentId}
          name={words.name(loser.agentId)}
          text={words.lost(loser)}
          tag={<Tag tone="line">{t(`routing.lostTag.${loser.reason}`)}</Tag>}
        />
      ))}
      {all > Math.min(6, losers.length) && <li className="t12 i3">{t('routing.andMore', { n: all - Math.min(6, losers.length) })}</li>}
      {all === 0 && <li className="t13 i2">{t('routing.nobodyElse')}</li>}
    </>
  );
}

const Candidate = ({ name, text, tag }: { name: string; text: string; tag: React.ReactNode }) => (
  <li className="row row-12">
    <Avatar name={name} size={28} />
    <span className="grow col start">
      <bdi className="t13 b cut">{name}</bdi>
      <span className="t12 i2">{text}</span>
    </span>
    {tag}
  </li>
);

/** What the router did before, in short. */
function Before({ story }: { story: Story }) {
  const { t } = useTranslation();
  const words = useRoutingWords(story.names);
  const acts = story.log.filter((entry) => entry.act !== 'queued');
  if (acts.length < 2) return null;
  return (
    <details>
      <summary className="link t12">{t('routing.whatHappened')}</summary>
      <ul className="plain col g4 pad-t">
        {acts.map((entry) => (
          <li key={entry.at + entry.act} className="t12 i2">
            {dayAndTime(entry.at)}{' '}
            {t(`routing.act.${entry.act}`, {
              name: words.name(entry.agentId),
              step: words.step(entry.reason.step),
              note: entry.reason.note ?? '',
            })}
          </li>
        ))}
      </ul>
    </details>
  );
}
