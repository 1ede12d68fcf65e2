import { activitiesKey } from '~/api/conversations/activities';
import { postMessage } from '~/api/conversations/commands';
import { countsKey } from '~/api/conversations/counts';
import { detailKey } from '~/api/conversations/detail';
import { messagesKey, putMessage } from '~/api/conversations/messages';
import type { Pages } from '~/api/paging';
import type { Message } from '~/api/types';
import { Outbox } from '~/lib/outbox';
import { wentPrivate } from '~/lib/privateReply';
import { queryClient } from './queryClient';

const boxes = new Map<string, Outbox>();

/** One per person and workspace, so that nobody sends what somebody else wrote in the same browser. */
export function outboxOf(workspaceId: string, personId: string) {
  const key = `braid.outbox.${workspaceId}.${personId}`;
  let box = boxes.get(key);
  if (!box) {
    box = new Outbox(key, (entry) => postMessage(entry.conversationId, entry.clientId, entry.body), {
      accepted: (entry, message) => {
        accept(message);
        if (message.conversationId === entry.conversationId) return;
        void queryClient.invalidateQueries({ queryKey: activitiesKey(entry.conversationId) });
        wentPrivate.set({ from: entry.conversationId, to: message.conversationId });
      },
    });
    boxes.set(key, box);
  }
  return box;
}

/** The accepted message takes its entry's place at once; events bring the rest. */
export function accept(message: Message) {
  queryClient.setQueryData<Pages<Message>>(messagesKey(message.conversationId), (pages) => pages && putMessage(pages, message));
  void queryClient.invalidateQueries({ queryKey: detailKey(message.conversationId) });
  void queryClient.invalidateQueries({ queryKey: countsKey });
}
