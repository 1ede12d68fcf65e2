import type { QueryClient } from '@tanstack/react-query';
import type { RefObject } from 'react';
import { cancelMessage, confirmMessage, retryMessage } from '~/api/conversations/commands';
import { messagesKey, putMessage, takeMessage } from '~/api/conversations/messages';
import type { Pages } from '~/api/paging';
import type { ConversationDetail, Message } from '~/api/types';
import type { Outbox } from '~/lib/outbox';
import { complainAbout } from '~/lib/problem';
import type { ComposerHandle } from '../composer/Composer';
import type { Target } from '../composer/targets';

type Tools = {
  client: QueryClient;
  detail: ConversationDetail;
  targets: Target[];
  composer: RefObject<ComposerHandle | null>;
  outbox: Outbox;
};

/** What can be done to one message, from where it stands. */
export function useMessageActions({ client, detail, targets, composer, outbox }: Tools) {
  const change = (update: (pages: Pages<Message>) => Pages<Message>) =>
    client.setQueryData<Pages<Message>>(messagesKey(detail.id), (pages) => pages && update(pages));
  const replace = async (answer: Promise<Message>) => {
    try {
      const message = await answer;
      change((pages) => putMessage(pages, message));
    } catch (error) {
      complainAbout(error);
    }
  };
  const restored = (message: Message) => ({ text: message.text ?? '', note: message.private });
  return {
    retry: (message: Message) => replace(retryMessage(message.id)),
    confirm: (message: Message, arrived: boolean) => replace(confirmMessage(message.id, arrived)),
    undo: async (message: Message) => {
      try {
        await cancelMessage(message.id);
        change((pages) => takeMessage(pages, message.id));
        composer.current?.restore(restored(message));
      } catch (error) {
        complainAbout(error);
      }
    },
    reply: (message: Message) =>
      composer.current?.restore({
        note: false,
        target: targets.find((target) => target.threadId === message.threadId)?.key ?? null,
        replyTo: { id: message.id, text: message.text, author: message.author.name },
      }),
    /** The best other way to reach the customer, for a message that could not be sent on its own channel. */
    elsewhere: (message: Message) => targets.find((target) => target.ok && target.channel !== message.channel),
    sendElsewhere: (message: Message, target: Target) => composer.current?.restore({ ...restored(message), target: target.key }),
    openTemplate: (message: Message) => {
      composer.current?.restore({ note: false, target: targets.find((target) => target.threadId === message.threadId)?.key ?? null });
      composer.current?.openTemplates();
    },
    canUseTemplate: (message: Message) => targets.some((target) => target.threadId === message.threadId && target.templates),
    editPending: (clientId: string) => {
      const entry = outbox.remove(clientId);
      if (entry) composer.current?.restore({ text: entry.body.text, note: entry.body.private ?? false });
    },
    discardPending: (clientId: string) => void outbox.remove(clientId),
    sendAnyway: (clientId: string) => outbox.sendAnyway(clientId),
  };
}
export type MessageActions = ReturnType<typeof useMessageActions>;
