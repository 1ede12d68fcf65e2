import { useCallback, useState } from 'react';
import { useSession } from '~/api/session';
import type { Rich, StoredFile } from '~/api/types';
import { read, write } from '~/lib/storage';

export type Draft = {
  text: string;
  note: boolean;
  target: string | null;
  replyTo: { id: string; text: string | null; author: string | null } | null;
  /** The public comment this answers in private. */
  privateTo: { id: string; text: string | null; author: string | null; channel: string | null } | null;
  rich: Rich | null;
  subject: string;
  files: StoredFile[];
};
export const emptyDraft: Draft = {
  text: '',
  note: false,
  target: null,
  replyTo: null,
  privateTo: null,
  rich: null,
  subject: '',
  files: [],
};
const isEmpty = (draft: Draft) =>
  !draft.text && !draft.note && !draft.target && !draft.replyTo && !draft.privateTo && !draft.rich && draft.files.length === 0;

/** What is being written stays with the conversation, over reloads and visits elsewhere. */
export function useDraft(conversationId: string) {
  const { me } = useSession();
  const key = `braid.draft.${me.id}.${conversationId}`;
  const [draft, set] = useState<Draft>(() => ({ ...emptyDraft, ...read<Partial<Draft>>(key, {}) }));
  const change = useCallback(
    (next: Partial<Draft> | ((old: Draft) => Partial<Draft>)) =>
      set((old) => {
        const made = { ...old, ...(typeof next === 'function' ? next(old) : next) };
        write(key, isEmpty(made) ? undefined : made);
        return made;
      }),
    [key],
  );
  return [draft, change] as const;
}
