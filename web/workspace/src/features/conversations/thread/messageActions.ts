import type { QueryClient } from '@tanstack/react-query';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { type Act, actOnMessage } from '~/api/conversations/acts';
import { cancelMessage, confirmMessage, retryMessage } from '~/api/conversations/commands';
import { messagesKey, putMessage, takeMessage } from '~/api/conversations/messages';
import type { Pages } from '~/api/paging';
import type { ConversationDetail, Message } from '~/api/types';
import { isCall } from '~/lib/channels';
import type { Outbox } from '~/lib/outbox';
import { complainAbout, isAway, wordsFor } from '~/lib/problem';
import { say } from '~/lib/toast';
import type { ComposerHandle } from '../composer/Composer';
import type { Target } from '../composer/targets';
import { refuseAct } from './acts';

type Tools = {
  client: QueryClient;
  detail: ConversationDetail;
  targets: Target[];
  composer: RefObject<ComposerHandle | null>;
  outbox: Outbox;
};

/** What can be done to one message, from where it stands. */
export function useMessageActions({ client, detail, targets, composer, outbox }: Tools) {
  const { t } = useTranslation();
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
  /** True when the provider agreed; what it refused stands beside the message. */
  const act = async (message: Message, what: Act) => {
    try {
      const changed = await actOnMessage(message.id, what);
      refuseAct(message.id, null);
      change((pages) => putMessage(pages, changed));
      return true;
    } catch (error) {
      if (isAway(error)) complainAbout(error);
      else refuseAct(message.id, wordsFor(error));
      return false;
    }
  };
  const hide = async (message: Message): Promise<void> => {
    if (await act(message, { kind: 'hide' })) say(t('did.hidden'), () => void unhide(message));
  };
  const unhide = async (message: Message): Promise<void> => {
    if (await act(message, { kind: 'unhide' })) say(t('did.unhidden'), () => void hide(message));
  };
  const restored = (message: Message) => ({ text: message.text ?? '', note: message.private });
  return {
    act,
    hide,
    unhide,
    forgetRefusal: (message: Message) => refuseAct(message.id, null),
    /** Throws what the provider said: the editor keeps the text and shows it there. */
    edit: async (message: Message, text: string) => {
      const changed = await actOnMessage(message.id, { kind: 'edit', text });
      change((pages) => putMessage(pages, changed));
    },
    replyPrivately: (message: Message) =>
      composer.current?.restore({
        note: false,
        replyTo: null,
        privateTo: { id: message.id, text: message.text, author: message.author.name, channel: message.channel },
      }),
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
        privateTo: null,
        target: targets.find((target) => target.threadId === message.threadId)?.key ?? null,
        replyTo: { id: message.id, text: message.text, author: message.author.name },
      }),
    /** The best other way to reach the customer, for a message that could not be sent on its own channel. */
    elsewhere: (message: Message) => targets.find((target) => target.ok && !isCall(target.channel) && target.channel !== message.channel),
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
