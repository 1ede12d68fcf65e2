import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Activity } from '~/api/types';
import { channelName } from '~/components/Channel';
import { clockTime, dayAndTime, fullTime } from '~/lib/time';

/** One line for what happened between two messages; open, one line each with its time. */
export function Activities({ items }: { items: Activity[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const first = items[0];
  if (!first) return null;
  if (items.length === 1)
    return (
      <p className="fold single" title={fullTime(first.at)} dir="auto">
        <Said activity={first} /> · {clockTime(first.at)}
      </p>
    );
  const [, ...rest] = items;
  return (
    <div>
      <button type="button" className="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} aria-hidden className={`flips turns ${open ? 'open' : ''}`} />
        <span dir="auto" className="cut">
          <b>{sentence(first, t)}</b>
          {!open && ` · ${rest.map((activity) => sentence(activity, t)).join(', ')}`}
        </span>
      </button>
      {open && (
        <ul className="foldlist">
          {items.map((activity) => (
            <li key={activity.id} className="row" dir="auto">
              <span className="grow">
                <Said activity={activity} />
              </span>
              <time className="num" dateTime={activity.at} title={fullTime(activity.at)}>
                {clockTime(activity.at)}
              </time>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Said({ activity }: { activity: Activity }) {
  const { t } = useTranslation();
  const to = activity.kind === 'conversation.linked' || activity.kind === 'conversation.parted' ? activity.data.conversationId : null;
  return (
    <>
      <b>{sentence(activity, t)}</b>
      {to && (
        <>
          {' '}
          <Link to="/inbox/$conversationId" params={{ conversationId: to }} search={(old: object) => old} className="link">
            {t('activity.openOther')}
          </Link>
        </>
      )}
      {activity.data.ticketId && (
        <>
          {' '}
          <Link to="/tickets/$ticketId" params={{ ticketId: activity.data.ticketId }} className="link">
            {t('ticket.label')}
          </Link>
        </>
      )}
    </>
  );
}

const pick = (data: Activity['data'], ...names: string[]) => names.map((name) => data[name]).find(Boolean) ?? null;

/** "Ani gave it to Tom." A kind from a newer server is named as it is. */
export function sentence({ kind, actor, data }: Activity, t: TFunction): string {
  const who = actor.name ?? (actor.kind === 'customer' ? t('activity.theCustomer') : 'Braid');
  const channel = pick(data, 'channel');
  const values = {
    who,
    to: pick(data, 'assigneeName', 'agentName', 'assignee', 'name') ?? '',
    until: pick(data, 'until', 'snoozedUntil') ? dayAndTime(pick(data, 'until', 'snoozedUntil')!) : '',
    channel: channel ? channelName(channel) : (pick(data, 'inboxName') ?? ''),
    reason: pick(data, 'reason', 'detail') ?? '',
    kind,
  };
  switch (kind) {
    case 'conversation.opened':
      return t(channel ? 'activity.openedOn' : 'activity.opened', values);
    case 'conversation.assigned':
      if (!values.to) return t('activity.unassigned', values);
      if (data.routing) return t('activity.routed', values);
      return actor.name === values.to ? t('activity.took', values) : t('activity.assigned', values);
    case 'conversation.returned':
      return t('activity.returned', values);
    case 'conversation.transferred':
      return t('activity.transferred', { ...values, to: pick(data, 'teamName') ?? '' });
    case 'conversation.resolved':
      return t('activity.resolved', values);
    case 'conversation.reopened':
      return t('activity.reopened', values);
    case 'conversation.snoozed':
      return t('activity.snoozed', values);
    case 'conversation.linked':
      return t('activity.linked', values);
    case 'conversation.parted':
      return t('activity.parted');
    case 'conversation.woke':
      return t('activity.woke', values);
    case 'ticket.opened':
      return t('activity.ticketOpened', { who, n: data.number ?? '' });
    case 'ticket.solved':
      return t('activity.ticketSolved', { who, n: data.number ?? '' });
    case 'ticket.reopened':
      return t('activity.ticketReopened', { who, n: data.number ?? '' });
    case 'survey.answered':
      return t('activity.rated', { who, n: data.rating ?? '' });
    case 'thread.joined':
      return t('activity.joined', values);
    case 'delivery.bounced':
      return t('activity.bounced', values);
    default:
      return t('activity.other', values);
  }
}
