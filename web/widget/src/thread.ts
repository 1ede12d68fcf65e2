import type { Message } from './protocol';

/** Adds or replaces by id, in the order of time; of equal times, the one heard first stays first. A receipt never falls back. */
export function merge(list: Message[], incoming: Message[]): Message[] {
  const merged = [...list];
  for (const message of incoming) {
    const at = merged.findIndex((m) => m.id === message.id);
    const known = merged[at];
    if (known) {
      const next = known.status === 'seen' && message.status === 'sent' ? { ...message, status: known.status } : message;
      if (next.at === known.at) {
        merged[at] = next;
        continue;
      }
      merged.splice(at, 1);
      insert(merged, next);
    } else {
      insert(merged, message);
    }
  }
  return merged;
}

function insert(list: Message[], message: Message) {
  const time = Date.parse(message.at);
  let at = list.length;
  while (at > 0 && Date.parse(list[at - 1]?.at ?? '') > time) at--;
  list.splice(at, 0, message);
}

/** Everything the visitor wrote up to and including this one was seen. */
export function markSeen(list: Message[], id: string): Message[] {
  const end = list.findIndex((m) => m.id === id);
  return end < 0
    ? list
    : list.map((m, i) => (i <= end && m.from === 'visitor' && m.status !== 'seen' ? { ...m, status: 'seen' as const } : m));
}

/**
 * What to ask for after a gap: a few messages before the last one heard, because one that was committed late may sit just above it.
 * Merging makes the overlap harmless.
 */
export function gapCursor(list: Message[]): string | undefined {
  const heard = list.filter((m) => !m.local && m.kind !== 'joined');
  return heard[Math.max(0, heard.length - 5)]?.id;
}

export const lastOfOurs = (list: Message[]) => list.findLast((m) => m.from !== 'visitor' && m.kind !== 'joined' && !m.local);

export type Line =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'joined'; key: string; name: string }
  | { kind: 'message'; key: string; message: Message; first: boolean; last: boolean };

const runGap = 5 * 60_000;
const dayOf = (at: string) => new Date(at).toDateString();
const sameRun = (a: Message | undefined, b: Message | undefined) =>
  !!a &&
  !!b &&
  a.kind !== 'joined' &&
  b.kind !== 'joined' &&
  a.from === b.from &&
  a.name === b.name &&
  dayOf(a.at) === dayOf(b.at) &&
  Date.parse(b.at) - Date.parse(a.at) < runGap;

/** The thread as it is drawn: day breaks, who joined, and runs by one author. */
export function lines(list: Message[]): Line[] {
  const out: Line[] = [];
  list.forEach((message, i) => {
    const before = list[i - 1];
    if (!before || dayOf(before.at) !== dayOf(message.at)) out.push({ kind: 'day', key: `day-${dayOf(message.at)}`, at: message.at });
    if (message.kind === 'joined') out.push({ kind: 'joined', key: message.id, name: message.name ?? '' });
    else out.push({ kind: 'message', key: message.id, message, first: !sameRun(before, message), last: !sameRun(message, list[i + 1]) });
  });
  return out;
}
