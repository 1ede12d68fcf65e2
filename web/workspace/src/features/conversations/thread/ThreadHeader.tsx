import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import {
  IconAlarm,
  IconArrowBackUp,
  IconArrowLeft,
  IconCircleCheck,
  IconDots,
  IconMailOpened,
  IconTicket,
  IconUserCircle,
  IconUserShare,
  IconWorld,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '~/api/session';
import type { ChannelId, ConversationDetail } from '~/api/types';
import { ChannelMark, channelName } from '~/components/Channel';
import { Tag } from '~/components/parts';
import { Why } from '~/features/routing/Why';
import { ticketAbout } from '~/features/tickets/OpenTicket';
import { showKeys } from '~/lib/actions';
import { nameOf } from '~/lib/people';
import { presence } from '~/lib/presence';
import { dayAndTime, snoozeTimes, span, useNow } from '~/lib/time';
import type { Commands } from '../commands';
import { assignOpen, snoozeOpen } from './ConversationActions';

type Props = {
  detail: ConversationDetail;
  commands: Commands;
  counts: ReadonlyMap<ChannelId, number>;
  channels: ChannelId[];
  only: ChannelId | undefined;
  onPick: (channel?: ChannelId) => void;
  small: boolean;
  onClose: () => void;
  panel: { shown: boolean; toggle: () => void };
};
const icon = { size: 18, stroke: 1.7 } as const;
const withKey = (label: string, keys: string) => `${label} (${showKeys(keys)})`;

export function ThreadHeader({ detail, commands, counts, channels, only, onPick, small, onClose, panel }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  const mayAssign = useMay('conversations.assign');
  const resolved = detail.status === 'resolved';
  const Heading = small ? 'h1' : 'h2';
  const name = nameOf(detail.customer);
  const subtitle = detail.subject ?? (detail.customer.name ? detail.customer.address : null);
  return (
    <header>
      <div className="title">
        {small && (
          <ActionIcon aria-label={t('thread.back')} onClick={onClose} className="back">
            <IconArrowLeft size={20} stroke={1.7} className="flips" />
          </ActionIcon>
        )}
        <div className="col names">
          <Heading className="cut">
            {small ? (
              <button type="button" className="cut" onClick={panel.toggle}>
                <bdi>{name}</bdi>
              </button>
            ) : (
              <bdi>{name}</bdi>
            )}
          </Heading>
          <span className="t12 i3 cut">
            {detail.audience !== 'private' && (
              <span
                className={detail.audience === 'public' ? 'public-ink b' : undefined}
                title={detail.audience === 'public' ? t('audience.publicLong') : undefined}
              >
                {detail.audience === 'public' && <IconWorld size={13} stroke={1.8} aria-hidden className="inline" />}
                {t(`audience.${detail.audience}`)}
                {subtitle && <span className="sep"> · </span>}
              </span>
            )}
            {subtitle && <bdi>{subtitle}</bdi>}
          </span>
        </div>
        <span className="end row row-4">
          {detail.waitingSince && !small && (
            <span className="sla" title={t('list.waits')}>
              {t('thread.waits', { time: span(now - Date.parse(detail.waitingSince)) })}
            </span>
          )}
          {mayAssign && (
            <Tooltip label={withKey(t('do.assign'), 'a')}>
              <ActionIcon aria-label={t('do.assign')} onClick={() => assignOpen.set(true)}>
                <IconUserShare {...icon} />
              </ActionIcon>
            </Tooltip>
          )}
          {!small && (
            <>
              {!resolved && <SnoozeMenu commands={commands} />}
              <Tooltip label={withKey(t('do.panel'), 'i')}>
                <ActionIcon aria-label={t('do.panel')} aria-pressed={panel.shown} onClick={panel.toggle}>
                  <IconUserCircle {...icon} />
                </ActionIcon>
              </Tooltip>
            </>
          )}
          <Menu position="bottom-end" width={220}>
            <Menu.Target>
              <ActionIcon aria-label={t('do.more')}>
                <IconDots {...icon} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {small && (
                <Menu.Item leftSection={<IconUserCircle size={16} />} onClick={panel.toggle}>
                  {t('do.panel')}
                </Menu.Item>
              )}
              {small && !resolved && (
                <Menu.Item leftSection={<IconAlarm size={16} />} onClick={() => snoozeOpen.set(true)}>
                  {t('do.snooze')}
                </Menu.Item>
              )}
              {small && (
                <Menu.Item
                  leftSection={<IconCircleCheck size={16} />}
                  onClick={() => void (resolved ? commands.reopen() : commands.resolve())}
                >
                  {t(resolved ? 'do.reopen' : 'do.resolve')}
                </Menu.Item>
              )}
              <Menu.Item
                leftSection={<IconTicket size={16} />}
                onClick={() => ticketAbout.set({ conversationId: detail.id, subject: detail.subject })}
              >
                {t('do.ticket')}
              </Menu.Item>
              <Menu.Item leftSection={<IconMailOpened size={16} />} onClick={() => void commands.markUnread()}>
                {t('do.unread')}
              </Menu.Item>
              {detail.status === 'snoozed' && (
                <Menu.Item leftSection={<IconArrowBackUp size={16} />} onClick={() => void commands.reopen()}>
                  {t('do.wake')}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
          {!small && (
            <Tooltip label={withKey(t(resolved ? 'do.reopen' : 'do.resolve'), 'e')}>
              <Button
                variant="default"
                leftSection={
                  resolved ? <IconArrowBackUp size={16} stroke={1.8} className="flips" /> : <IconCircleCheck size={16} stroke={1.8} />
                }
                onClick={() => void (resolved ? commands.reopen() : commands.resolve())}
              >
                {t(resolved ? 'do.reopen' : 'do.resolve')}
              </Button>
            </Tooltip>
          )}
        </span>
      </div>
      <div className="strands" role="toolbar" aria-label={t('thread.channels')}>
        {channels.map((channel) => (
          <button key={channel} type="button" className="chipb" aria-pressed={only === channel} onClick={() => onPick(channel)}>
            <ChannelMark channel={channel} size={20} quiet />
            <span className="sr-s">{channelName(channel)}</span>
            <span className="num i3 t12">{counts.get(channel) ?? 0}</span>
          </button>
        ))}
        <span className="end t12 i3 cut who">
          {detail.status === 'snoozed' && detail.snoozedUntil && (
            <Tag>{t('thread.snoozedUntil', { time: dayAndTime(detail.snoozedUntil) })}</Tag>
          )}
          {detail.senderUnverified && <Tag tone="warn">{t('thread.unverified')}</Tag>}
          <Owner detail={detail} />
          <Why detail={detail} />
          <Others id={detail.id} />
        </span>
      </div>
    </header>
  );
}

function Owner({ detail }: { detail: ConversationDetail }) {
  const { t } = useTranslation();
  return <span>{detail.assignee ? t('thread.assignedTo', { name: detail.assignee.name }) : t('thread.unassigned')}</span>;
}

/** Who else has it open, or is answering right now. */
function Others({ id }: { id: string }) {
  const { t } = useTranslation();
  const people = presence.use((all) => all[id]);
  const typing = people?.find((person) => person.state === 'typing');
  const [first, ...more] = people ?? [];
  if (!first) return null;
  return (
    <b className="presence" role="status">
      {typing
        ? t('thread.answering', { name: typing.name })
        : more.length > 0
          ? t('thread.viewingMore', { name: first.name, count: more.length })
          : t('thread.viewing', { name: first.name })}
    </b>
  );
}

function SnoozeMenu({ commands }: { commands: Commands }) {
  const { t } = useTranslation();
  const open = snoozeOpen.use();
  return (
    <Menu opened={open} onChange={(next) => snoozeOpen.set(next)} position="bottom-end" width={250}>
      <Menu.Target>
        <ActionIcon aria-label={t('do.snooze')} title={withKey(t('do.snooze'), 'z')}>
          <IconAlarm {...icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('snooze.title')}</Menu.Label>
        {snoozeTimes(new Date()).map(({ id, until }) => (
          <Menu.Item
            key={id}
            rightSection={<span className="t12 i3">{dayAndTime(until.getTime())}</span>}
            onClick={() => void commands.snooze(until)}
          >
            {t(`snooze.${id}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
