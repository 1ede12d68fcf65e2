import { IconAlertTriangle, IconCheck, IconClock, IconLock, IconWorld } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationItem, Me } from '~/api/types';
import { Avatar } from '~/components/Avatar';
import { ChannelMark, channelName, StrandTicks } from '~/components/Channel';
import { Tag } from '~/components/parts';
import { callLength, callState } from '~/features/conversations/thread/acts';
import { isCall } from '~/lib/channels';
import { nameOf } from '~/lib/people';
import { ago, clockTime, dayAndTime, span } from '~/lib/time';

type Props = { item: ConversationItem; density: Me['density']; on: boolean; now: number; me: string };
export const ConversationRow = memo(function ConversationRow({ item, density, on, now, me }: Props) {
  const { t } = useTranslation();
  const name = nameOf(item.customer);
  const [first, ...rest] = item.channels;
  const others = [...new Set(rest.map((one) => one.channel))].filter((channel) => channel !== first?.channel).slice(0, 3);
  const at = item.lastMessage?.at ?? item.openedAt;
  const preview = <Preview item={item} me={me} />;
  const waiting = <Waiting item={item} now={now} />;
  const link = {
    to: '/inbox/$conversationId' as const,
    params: { conversationId: item.id },
    search: (old: object) => old,
    className: `conv ${on ? 'on' : ''} ${item.unread > 0 ? 'unread' : ''}`,
    'aria-current': on ? ('true' as const) : undefined,
    draggable: false,
  };
  const unread = item.unread > 0 && <span className="sr">{t('list.unread', { count: item.unread })}</span>;
  // The roomy row has a tag for it; the others a mark with the same meaning.
  const inPublic = item.audience === 'public' && (
    <span className="public-ink" role="img" aria-label={t('audience.public')} title={t('audience.public')}>
      <IconWorld size={14} stroke={1.8} aria-hidden className="inline" />
    </span>
  );
  if (density === 'dense')
    return (
      <Link {...link}>
        {first && <ChannelMark channel={first.channel} size={18} />}
        <span className="name cut t13">
          <bdi>{name}</bdi>
          {unread}
        </span>
        {inPublic}
        <span className="grow cut">{preview}</span>
        {waiting}
      </Link>
    );
  const ticks = (
    <StrandTicks channels={others} label={t('list.alsoOn', { channels: others.map((channel) => channelName(channel)).join(', ') })} />
  );
  return (
    <Link {...link}>
      <Avatar name={name} photo={item.customer.photoId} channel={first?.channel} size={density === 'compact' ? 28 : 36} />
      <span className="col lines">
        <span className="row row-6">
          <span className="name cut" dir="auto">
            <bdi>{name}</bdi>
            {first && <span className="sr">{channelName(first.channel)}</span>}
            {density === 'compact' && inPublic}
            {unread}
          </span>
          {ticks}
          <time className="end t12 i3 num when" dateTime={at}>
            <bdi>{ago(at, now)}</bdi>
          </time>
        </span>
        {density === 'compact' ? (
          <span className="row row-6">
            {preview}
            <span className="end">{waiting}</span>
          </span>
        ) : (
          <>
            {preview}
            <span className="row row-6 meta">
              {item.senderUnverified && <Tag tone="warn">{t('list.unverified')}</Tag>}
              {item.audience !== 'private' && (
                <Tag tone={item.audience === 'public' ? 'public' : ''}>
                  {item.audience === 'public' && <IconWorld size={12} stroke={1.8} aria-hidden />}
                  {t(`audience.${item.audience}`)}
                </Tag>
              )}
              {item.subject && !item.senderUnverified && item.audience !== 'public' && (
                <span className="tag subject">
                  <span className="cut" dir="auto">
                    <bdi>{item.subject}</bdi>
                  </span>
                </span>
              )}
              {item.assignee ? (
                <span title={item.assignee.name} className="row">
                  <Avatar name={item.assignee.name} size={20} />
                  <span className="sr">{t('list.assignedTo', { name: item.assignee.name })}</span>
                </span>
              ) : (
                <span className="t12 i3 unassigned">{t('list.unassigned')}</span>
              )}
              <span className="end">{waiting}</span>
            </span>
          </>
        )}
      </span>
    </Link>
  );
});

function Preview({ item, me }: { item: ConversationItem; me: string }) {
  const { t } = useTranslation();
  const last = item.lastMessage;
  if (!last) return <span className="prev cut i3">{t('list.noMessage')}</span>;
  const who =
    last.author === 'agent' ? (item.assignee?.id === me ? t('list.you') : t('list.us')) : last.author === 'ai' ? t('list.ai') : null;
  return (
    <span className="prev cut" dir="auto">
      {last.private && <IconLock size={12} aria-hidden className="inline" />}
      {who && `${who}: `}
      {last.text ??
        (last.call
          ? [t(`call.${callState(last.call.state)}`), last.call.seconds ? t('call.length', callLength(last.call.seconds)) : null]
              .filter(Boolean)
              .join(' · ')
          : last.attachment
            ? t(`attachment.kind.${last.attachment}`)
            : isCall(last.channel)
              ? t('channel.voice')
              : t('list.noText'))}
    </span>
  );
}

/** How long the customer has waited for an answer, or what else holds the conversation. */
function Waiting({ item, now }: { item: ConversationItem; now: number }) {
  const { t } = useTranslation();
  const status = item.lastMessage?.status;
  if (status === 'failed' || status === 'unconfirmed')
    return (
      <span className="sla late">
        <IconAlertTriangle size={12} aria-hidden />
        {t(status === 'failed' ? 'list.notSent' : 'list.unconfirmed')}
      </span>
    );
  if (item.status === 'snoozed' && item.snoozedUntil)
    return (
      <span className="sla paused" title={t('list.snoozedUntil', { time: dayAndTime(item.snoozedUntil) })}>
        <svg width={12} height={12} viewBox="0 0 12 12" aria-hidden>
          <path d="M4 2.5v7M8 2.5v7" stroke="currentColor" strokeWidth={2} strokeLinecap="round" />
        </svg>
        <bdi>{dayAndTime(item.snoozedUntil)}</bdi>
      </span>
    );
  if (item.status === 'resolved')
    return (
      <span className="sla met">
        <IconCheck size={13} stroke={2.2} aria-hidden />
        {t('status.resolved')}
      </span>
    );
  if (!item.waitingSince) return null;
  return (
    <span className="sla" title={t('list.waitingSince', { time: clockTime(item.waitingSince) })}>
      <IconClock size={12} stroke={2} aria-hidden />
      <span className="sr">{t('list.waits')}</span>
      <bdi>{span(now - Date.parse(item.waitingSince))}</bdi>
    </span>
  );
}
