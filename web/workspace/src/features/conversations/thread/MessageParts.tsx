import { Tooltip } from '@mantine/core';
import { IconBolt, IconHandClick, IconInfoCircle, IconLock, IconStar, IconStarFilled, IconWorld } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '~/api/session';
import type { Message } from '~/api/types';
import { Tag } from '~/components/parts';
import { Text } from '~/components/Text';
import { clockTime, fullTime } from '~/lib/time';
import { isPublic } from './acts';

/** What one should know about this message before believing or answering it. */
export function Marks({ message }: { message: Message }) {
  const { t } = useTranslation();
  const marks: ReactNode[] = [];
  if (message.senderUnverified)
    marks.push(
      <Tooltip key="unverified" label={t('thread.unverifiedWhy')}>
        <span>
          <Tag tone="warn">{t('thread.unverified')}</Tag>
        </span>
      </Tooltip>,
    );
  if (message.late)
    marks.push(
      <Tooltip key="late" label={t('thread.lateWhy', { time: fullTime(message.receivedAt) })}>
        <span>
          <Tag>{t('thread.late')}</Tag>
        </span>
      </Tooltip>,
    );
  if (message.kind === 'autoReply') marks.push(<Tag key="auto">{t('thread.autoReply')}</Tag>);
  if (message.kind === 'bounce')
    marks.push(
      <Tag key="bounce" tone="bad">
        {t('thread.bounce')}
      </Tag>,
    );
  if (isPublic(message))
    marks.push(
      <Tag key="comment" tone="public">
        <IconWorld size={13} stroke={1.8} aria-hidden />
        {t(message.rating === null ? 'thread.comment' : 'thread.review')}
      </Tag>,
    );
  if (message.answersComment)
    marks.push(
      <Tag key="answers">
        <IconLock size={12} stroke={1.8} aria-hidden />
        {t('thread.answersComment')}
      </Tag>,
    );
  return marks;
}
export function Stars({ rating }: { rating: number }) {
  const { t } = useTranslation();
  return (
    <span className="stars" role="img" aria-label={t('thread.stars', { n: rating })} dir="ltr">
      {[1, 2, 3, 4, 5].map((n) =>
        n <= rating ? <IconStarFilled key={n} size={15} aria-hidden /> : <IconStar key={n} size={15} stroke={1.5} aria-hidden />,
      )}
    </span>
  );
}

/** What the sender's side left out, and where the customer came from. */
export function Footnotes({ message }: { message: Message }) {
  const { t } = useTranslation();
  if (message.deletedAt || (!message.note && !message.referral)) return null;
  return (
    <div className="footnotes t12 i2">
      {message.referral && <p dir="auto">{t('thread.referral', { from: message.referral })}</p>}
      {message.note && (
        <p dir="auto">
          <IconInfoCircle size={13} aria-hidden className="inline" />
          {message.note}
        </p>
      )}
    </div>
  );
}

export function Said({ message }: { message: Message }) {
  const { t } = useTranslation();
  const seesDeliveries = useMay('deliveries.read');
  if (message.deletedAt) return <span className="i3">{t(message.direction === 'in' ? 'thread.deletedByCustomer' : 'thread.deleted')}</span>;
  if (message.kind === 'unsupported')
    return (
      <span className="i2">
        <IconBolt size={15} aria-hidden className="inline" />
        {t('thread.notUnderstood')}{' '}
        {seesDeliveries && message.deliveryId && (
          <Link to="/deliveries/$deliveryId" params={{ deliveryId: message.deliveryId }} className="link">
            {t('thread.seeDelivery')}
          </Link>
        )}
        {message.text && (
          <span className="block">
            <Text>{message.text}</Text>
          </span>
        )}
      </span>
    );
  if (message.kind === 'postback')
    return (
      <span>
        <IconHandClick size={16} aria-hidden className="inline" />
        <span className="i2">{t('thread.pressed')}</span> {message.text ? <Text>{message.text}</Text> : <code>{message.payload}</code>}
      </span>
    );
  return message.text ? <Text>{message.text}</Text> : null;
}

export function Versions({ message }: { message: Message }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!message.editedAt || message.deletedAt) return null;
  return (
    <div className="versions t12 i3">
      <button
        type="button"
        className="link quiet"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        disabled={message.versions.length === 0}
      >
        {t('thread.edited', { time: clockTime(message.editedAt) })}
      </button>
      {open && (
        <ol>
          {message.versions.map((version) => (
            <li key={version.at}>
              <time className="num">{clockTime(version.at)}</time> <Text>{version.text ?? ''}</Text>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
