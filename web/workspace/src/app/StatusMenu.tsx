import { Menu } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSession } from '~/api/session';
import { type Availability, sayStatus, teamsKey, useAgentWork, type WorkStatus } from '~/api/teams';
import { connection } from '~/lib/connection';
import { complainAbout } from '~/lib/problem';

const said: WorkStatus[] = ['automatic', 'online', 'busy', 'away', 'offline'];

export const dotOf = (availability: Availability | undefined): 'online' | 'away' | 'busy' | undefined =>
  availability === 'online'
    ? 'online'
    : availability === 'busy' || availability === 'wrapUp'
      ? 'busy'
      : availability === 'away'
        ? 'away'
        : undefined;

/** How the router sees me. */
export function useMyWork() {
  const { me } = useSession();
  const work = useAgentWork();
  const offline = connection.use((now) => now.state === 'offline');
  const mine = work.data?.find((one) => one.agentId === me.id);
  return { mine, availability: offline ? ('offline' as const) : mine?.availability };
}

/** Whether I take new conversations: by what I do, or as I say. */
export function StatusMenu() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { me } = useSession();
  const { mine, availability } = useMyWork();
  const say = (status: WorkStatus) =>
    void sayStatus(me.id, { status }).then(() => client.invalidateQueries({ queryKey: teamsKey }), complainAbout);
  return (
    <>
      <Menu.Label>{t('status.title', { state: t(`status.${availability ?? 'offline'}`) })}</Menu.Label>
      {said.map((status) => (
        <Menu.Item
          key={status}
          leftSection={<i className={`dot ${status === 'automatic' ? 'auto' : status}`} aria-hidden />}
          rightSection={mine?.status === status ? <IconCheck size={15} aria-hidden /> : undefined}
          aria-current={mine?.status === status}
          onClick={() => say(status)}
        >
          {t(`status.say.${status}`)}
        </Menu.Item>
      ))}
      <Menu.Divider />
    </>
  );
}
