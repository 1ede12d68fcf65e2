import type { Message } from '~/api/types';
import { createStore } from '~/lib/store';

/** What the provider refused, in words, beside the message it was about. */
export const refusedActs = createStore<Record<string, string>>({});
export const refuseAct = (id: string, why: string | null) =>
  refusedActs.set((all) => {
    const { [id]: _, ...rest } = all;
    return why === null ? rest : { ...rest, [id]: why };
  });

/** The provider shows one account for all of us, and keeps one reaction of each kind. */
export const isOurs = (message: Message, emoji: string) => message.reactions.some((one) => one.emoji === emoji && one.ours);

export const isPublic = (message: Pick<Message, 'kind' | 'private' | 'answersComment'>) =>
  message.kind === 'comment' && !message.private && !message.answersComment;

/** "4 min 07 s" */
export function callLength(seconds: number): { minutes: number; seconds: string } {
  return { minutes: Math.floor(seconds / 60), seconds: String(Math.floor(seconds % 60)).padStart(2, '0') };
}

const missed = new Set(['noAnswer', 'busy', 'canceled', 'failed']);
export type CallState = 'ringing' | 'inProgress' | 'completed' | 'missed' | 'busy' | 'failed' | 'voicemail' | 'canceled';
/** A state of a newer server is shown as a plain call. */
export function callState(state: string): CallState {
  if (state === 'initiated' || state === 'ringing') return 'ringing';
  if (state === 'noAnswer') return 'missed';
  if (missed.has(state)) return state as CallState;
  return state === 'inProgress' || state === 'voicemail' ? state : 'completed';
}
