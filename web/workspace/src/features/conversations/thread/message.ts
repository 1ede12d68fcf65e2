import type { ConversationDetail, Message } from '~/api/types';
import { nameOf } from '~/lib/people';

/** Mail is shown as a card with its subject, everything else as a bubble. */
export const isMail = (message: Pick<Message, 'kind' | 'channel' | 'subject' | 'html' | 'private'>) =>
  !message.private &&
  message.kind !== 'comment' &&
  message.kind !== 'call' &&
  (message.channel === 'email' || message.html || message.subject !== null);

export const authorOf = (message: Message, detail: ConversationDetail) =>
  message.author.name ?? (message.author.kind === 'customer' ? nameOf(detail.customer) : message.author.kind === 'ai' ? 'AI' : 'Braid');
