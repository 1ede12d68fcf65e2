import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { activitiesKey } from '~/api/conversations/activities';
import { assign, markRead, markUnread, reopen, resolve, snooze } from '~/api/conversations/commands';
import { countsKey } from '~/api/conversations/counts';
import { putConversation } from '~/api/conversations/upsert';
import { useSession } from '~/api/session';
import type { ConversationItem } from '~/api/types';
import { complainAbout, isAway } from '~/lib/problem';
import { dayAndTime } from '~/lib/time';
import { say } from '~/lib/toast';

/** What can be done to a conversation, each with its undo. */
export function useCommands(item: ConversationItem) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { me } = useSession();
  const run = async (command: Promise<ConversationItem>, said?: { text: string; undo: () => void }) => {
    try {
      putConversation(client, await command, me.id);
      void client.invalidateQueries({ queryKey: countsKey });
      void client.invalidateQueries({ queryKey: activitiesKey(item.id) });
      if (said) say(said.text, said.undo);
    } catch (error) {
      complainAbout(error);
    }
  };
  /** Back to how it was before, whatever that was. */
  const restore = () =>
    void run(
      item.status === 'resolved'
        ? resolve(item.id)
        : item.status === 'snoozed' && item.snoozedUntil
          ? snooze(item.id, item.snoozedUntil)
          : reopen(item.id),
    );
  return {
    assign: (agent: { id: string; name: string } | null, note?: string) => {
      const before = item.assignee?.id ?? null;
      const text =
        agent === null ? t('did.unassigned') : agent.id === me.id ? t('did.assignedToMe') : t('did.assigned', { name: agent.name });
      return run(assign(item.id, agent?.id ?? null, note), { text, undo: () => void run(assign(item.id, before)) });
    },
    resolve: () => run(resolve(item.id), { text: t('did.resolved'), undo: restore }),
    reopen: () => run(reopen(item.id), { text: t('did.reopened'), undo: restore }),
    snooze: (until: Date) =>
      run(snooze(item.id, until.toISOString()), { text: t('did.snoozed', { time: dayAndTime(until.getTime()) }), undo: restore }),
    // Nobody asked for it: it happens by looking, and again at the next look.
    markRead: () => run(markRead(item.id).catch((error) => (isAway(error) ? item : Promise.reject(error)))),
    markUnread: () => run(markUnread(item.id)),
  };
}
export type Commands = ReturnType<typeof useCommands>;
