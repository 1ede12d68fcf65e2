import { Modal } from '@mantine/core';
import {
  IconAlarm,
  IconArrowBackUp,
  IconCheck,
  IconCircleCheck,
  IconLock,
  IconMailOpened,
  IconMessageReply,
  IconTicket,
  IconUserCircle,
  IconUserOff,
  IconUserShare,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgents } from '~/api/agents';
import { activitiesKey } from '~/api/conversations/activities';
import { putConversation } from '~/api/conversations/upsert';
import { transfer } from '~/api/routing';
import { useMay, useSession } from '~/api/session';
import { useTeams } from '~/api/teams';
import type { ChannelId, ConversationDetail } from '~/api/types';
import { Avatar } from '~/components/Avatar';
import { channelName } from '~/components/Channel';
import { ticketAbout } from '~/features/tickets/OpenTicket';
import { type Action, useActions } from '~/lib/actions';
import { useLayout } from '~/lib/layout';
import { complainAbout } from '~/lib/problem';
import { createStore } from '~/lib/store';
import { dayAndTime, snoozeTimes } from '~/lib/time';
import { say } from '~/lib/toast';
import type { Commands } from '../commands';
import type { ComposerHandle } from '../composer/Composer';

export const assignOpen = createStore(false);
export const snoozeOpen = createStore(false);

type Props = {
  detail: ConversationDetail;
  commands: Commands;
  channels: ChannelId[];
  onPick: (channel?: ChannelId) => void;
  composer: RefObject<ComposerHandle | null>;
};

/** The conversation's actions, for keyboard and palette, and the two small dialogs they open. */
export function ConversationActions({ detail, commands, channels, onPick, composer }: Props) {
  const { t } = useTranslation();
  const { me } = useSession();
  const mayAssign = useMay('conversations.assign');
  const layout = useLayout();
  const resolved = detail.status === 'resolved';
  const own = (actions: Omit<Action, 'group'>[]): Action[] => actions.map((action) => ({ ...action, group: 'conversation' }));
  useActions([
    ...own([
      { id: 'reply', label: t('do.reply'), keys: 'r', icon: IconMessageReply, run: () => composer.current?.write(false) },
      { id: 'note', label: t('do.note'), keys: 'n', icon: IconLock, run: () => composer.current?.write(true) },
      { id: 'channel', label: t('do.switchChannel'), keys: 'c', icon: IconMessageReply, run: () => composer.current?.openChannels() },
      resolved
        ? { id: 'reopen', label: t('do.reopen'), keys: 'e', icon: IconArrowBackUp, run: () => void commands.reopen() }
        : { id: 'resolve', label: t('do.resolve'), keys: 'e', icon: IconCircleCheck, run: () => void commands.resolve() },
      ...(resolved ? [] : [{ id: 'snooze', label: t('do.snooze'), keys: 'z', icon: IconAlarm, run: () => snoozeOpen.set(true) }]),
      {
        id: 'ticket',
        label: t('do.ticket'),
        keys: 't',
        icon: IconTicket,
        run: () => ticketAbout.set({ conversationId: detail.id, subject: detail.subject }),
      },
      { id: 'unread', label: t('do.unread'), keys: 'u', icon: IconMailOpened, run: () => void commands.markUnread() },
    ]),
    ...(mayAssign
      ? own([
          { id: 'assign', label: t('do.assign'), keys: 'a', icon: IconUserShare, run: () => assignOpen.set(true) },
          ...(detail.assignee?.id === me.id
            ? []
            : [{ id: 'take', label: t('do.take'), keys: 'm', icon: IconUserCircle, run: () => void commands.assign(me) }]),
        ])
      : []),
    ...own(
      channels.slice(0, 9).map((channel, i) => ({
        id: `strand ${channel}`,
        label: t('do.onlyChannel', { channel: channelName(channel) }),
        keys: String(i + 1),
        hidden: true,
        run: () => onPick(channel),
      })),
    ),
    ...own([{ id: 'strands', label: t('do.allChannels'), keys: '0', hidden: true, run: () => onPick(undefined) }]),
  ]);
  const assigning = assignOpen.use();
  const snoozing = snoozeOpen.use() && layout === 'phone';
  return (
    <>
      <Modal
        opened={assigning}
        onClose={() => assignOpen.set(false)}
        title={<b>{t('assign.title')}</b>}
        size={420}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {assigning && <AssignList detail={detail} commands={commands} />}
      </Modal>
      <Modal
        opened={snoozing}
        onClose={() => snoozeOpen.set(false)}
        title={<b>{t('snooze.title')}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <div className="picklist">
          {snoozeTimes(new Date()).map(({ id, until }) => (
            <button
              key={id}
              type="button"
              className="it"
              onClick={() => {
                snoozeOpen.set(false);
                void commands.snooze(until);
              }}
            >
              <span className="grow">{t(`snooze.${id}`)}</span>
              <span className="t12 i3">{dayAndTime(until.getTime())}</span>
            </button>
          ))}
        </div>
      </Modal>
    </>
  );
}

function AssignList({ detail, commands }: { detail: ConversationDetail; commands: Commands }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { me } = useSession();
  const { data: agents } = useAgents();
  const [text, setText] = useState('');
  const active = (agents ?? [{ ...me, online: true, state: 'active' as const }]).filter((agent) => agent.state === 'active');
  const found = active
    .filter((agent) => agent.name.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase()))
    .sort((a, b) => Number(b.id === me.id) - Number(a.id === me.id) || Number(b.online) - Number(a.online) || a.name.localeCompare(b.name));
  const teams = (useTeams().data ?? []).filter((team) => team.name.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase()));
  const toTeam = (team: { id: string; name: string }) => {
    assignOpen.set(false);
    transfer(detail.id, team.id).then((item) => {
      putConversation(client, item, me.id);
      void client.invalidateQueries({ queryKey: activitiesKey(detail.id) });
      say(t('assign.toTeam', { team: team.name }), () => void commands.assign(detail.assignee));
    }, complainAbout);
  };
  const choose = (agent: { id: string; name: string } | null) => {
    assignOpen.set(false);
    void commands.assign(agent);
  };
  return (
    <div className="picklist">
      <input
        data-autofocus
        className="find"
        aria-label={t('assign.find')}
        placeholder={t('assign.find')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && found[0]) choose(found[0]);
        }}
      />
      <div className="scroll found">
        {found.map((agent) => (
          <button key={agent.id} type="button" className="it" onClick={() => choose(agent)}>
            <Avatar name={agent.name} size={26} state={agent.online ? 'online' : 'away'} ring="var(--b-surface)" />
            <span className="grow cut">
              <bdi>{agent.name}</bdi>
            </span>
            {agent.id === me.id && <span className="t12 i3">{t('assign.you')}</span>}
            {detail.assignee?.id === agent.id && <IconCheck size={16} aria-label={t('assign.now')} />}
          </button>
        ))}
        {detail.assignee && !text && (
          <button type="button" className="it" onClick={() => choose(null)}>
            <IconUserOff size={18} stroke={1.6} aria-hidden />
            <span className="grow">{t('assign.nobody')}</span>
          </button>
        )}
        {teams.length > 0 && <p className="eyebrow nothing">{t('assign.teams')}</p>}
        {teams.map((team) => (
          <button key={team.id} type="button" className="it" onClick={() => toTeam(team)}>
            <IconUsersGroup size={18} stroke={1.6} aria-hidden />
            <span className="grow cut">
              <bdi>{team.name}</bdi>
            </span>
          </button>
        ))}
        {found.length === 0 && teams.length === 0 && <p className="t13 i2 nothing">{t('assign.noneFound')}</p>}
      </div>
    </div>
  );
}
