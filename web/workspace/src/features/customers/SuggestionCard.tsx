import { Button, Checkbox } from '@mantine/core';
import { IconArrowMerge, IconArrowsSplit, IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Decision, Suggestion } from '~/api/customers/suggestions';
import type { CustomerItem } from '~/api/types';
import { Avatar } from '~/components/Avatar';
import { ChannelMark } from '~/components/Channel';
import { Tag } from '~/components/parts';
import { nameOf } from '~/lib/people';
import { ago, shortDate, useNow } from '~/lib/time';
import { useReasons } from './reasons';

type Props = {
  suggestion: Suggestion;
  mayDecide: boolean;
  decide: (suggestion: Suggestion, decision: Decision) => Promise<void>;
  /** Null where several can't be chosen. */
  chosen: boolean | null;
  onChoose?: (chosen: boolean) => void;
};

/** Two profiles side by side, why they may be one person, and the two answers. */
export function SuggestionCard({ suggestion, mayDecide, decide, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const reasonsOf = useReasons();
  const [busy, setBusy] = useState<Decision | null>(null);
  const { left, right, state } = suggestion;
  const run = async (decision: Decision) => {
    setBusy(decision);
    await decide(suggestion, decision);
    setBusy(null);
  };
  const both = t('suggest.both', { left: nameOf(left), right: nameOf(right) });
  return (
    <article className="suggestion" aria-label={both}>
      {chosen !== null && mayDecide && (
        <Checkbox
          className="choose"
          aria-label={t('suggest.choose', { what: both })}
          checked={chosen}
          onChange={(event) => onChoose?.(event.currentTarget.checked)}
        />
      )}
      <div className="pair">
        <Side one={left} />
        <span className="knot" aria-hidden>
          <IconArrowMerge size={18} stroke={1.6} />
        </span>
        <Side one={right} />
      </div>
      <div className="why">
        <Tag tone={suggestion.score >= 70 ? 'good' : suggestion.score >= 60 ? 'accent' : 'warn'}>
          {t(suggestion.score >= 70 ? 'suggest.likely' : suggestion.score >= 60 ? 'suggest.probable' : 'suggest.possible')}
        </Tag>
        <ul>
          {reasonsOf(suggestion.reasons).map((reason) => (
            <li key={reason.key} className={reason.against ? 'against' : ''}>
              <bdi>{reason.text}</bdi>
            </li>
          ))}
        </ul>
      </div>
      {state === 'open' ? (
        mayDecide && (
          <div className="answers">
            <Button
              variant="default"
              loading={busy === 'reject'}
              disabled={busy !== null}
              leftSection={<IconArrowsSplit size={16} aria-hidden />}
              onClick={() => void run('reject')}
            >
              {t('suggest.two')}
            </Button>
            <Button
              loading={busy === 'accept'}
              disabled={busy !== null}
              leftSection={<IconCheck size={16} aria-hidden />}
              onClick={() => void run('accept')}
            >
              {t('suggest.one')}
            </Button>
          </div>
        )
      ) : (
        <div className="answers">
          <span className="t13 i2 grow">
            {t(state === 'accepted' ? 'suggest.acceptedBy' : 'suggest.rejectedBy', {
              name: suggestion.decidedBy ?? t('suggest.somebody'),
              date: shortDate(suggestion.decidedAt ?? suggestion.madeAt),
            })}
          </span>
          {mayDecide && state === 'rejected' && (
            <Button variant="default" loading={busy === 'reopen'} onClick={() => void run('reopen')}>
              {t('suggest.takeBack')}
            </Button>
          )}
        </div>
      )}
    </article>
  );
}

function Side({ one }: { one: CustomerItem }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <Link to="/customers/$customerId" params={{ customerId: one.id }} className="side-of">
      <Avatar name={nameOf(one)} photo={one.photoId} size={36} ring="var(--b-surface)" />
      <span className="col grow">
        <bdi className="b cut">{nameOf(one)}</bdi>
        <span className="t12 i2 cut">
          <bdi dir="ltr">{one.address ?? t('suggest.noAddress')}</bdi>
        </span>
      </span>
      <span className="col end">
        <span className="row row-4">
          {one.channels.slice(0, 4).map((channel) => (
            <ChannelMark key={channel} channel={channel} size={18} />
          ))}
        </span>
        <span className="t12 i3">{one.lastSeenAt ? ago(one.lastSeenAt, now) : t('suggest.neverWrote')}</span>
      </span>
    </Link>
  );
}
