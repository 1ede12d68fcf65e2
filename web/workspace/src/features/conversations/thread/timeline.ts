import type { Activity, ChannelId, ChannelThread, Message } from '~/api/types';
import type { OutboxEntry } from '~/lib/outbox';
import { bringForward, type Order } from '~/lib/rail';

export type Piece =
  | { kind: 'day'; at: number }
  | { kind: 'unread'; at: number }
  | { kind: 'message'; message: Message; same: boolean; last: boolean }
  | { kind: 'pending'; entry: OutboxEntry }
  | { kind: 'activities'; items: Activity[] }
  | { kind: 'folded'; count: number; channels: ChannelId[] };

/** A piece with where every strand runs before and after it. `gap` is the time since the message before, at a switch. */
export type Row = {
  key: string;
  piece: Piece;
  before: Order;
  after: Order;
  channel: ChannelId | undefined;
  switched: boolean;
  gap: number | null;
};

const runMinutes = 5;
const at = (iso: string) => Date.parse(iso);
const day = (time: number) => new Date(time).toDateString();
const isSaid = (message: Message) => !message.private && message.kind !== 'note';
const sameVoice = (a: Message, b: Message) =>
  a.direction === b.direction &&
  a.author.kind === b.author.kind &&
  a.author.id === b.author.id &&
  a.author.name === b.author.name &&
  isSaid(a) === isSaid(b) &&
  a.channel === b.channel;

export const inOrder = (messages: Message[]) => [...messages].sort((a, b) => at(a.sentAt) - at(b.sentAt) || a.seq - b.seq);

type Input = {
  messages: Message[];
  activities: Activity[];
  pending?: OutboxEntry[];
  /** The newest message somebody here had seen when the conversation was opened; undefined: draw no line. */
  seenUpTo?: string | null | undefined;
  /** False while older messages are still to be loaded: activities above the first message are held back. */
  complete?: boolean;
};

/** Everything that happened, top to bottom: days, messages in runs, activities folded to one line per stretch. */
export function timeline({ messages, activities, pending = [], seenUpTo, complete = true }: Input): { key: string; piece: Piece }[] {
  const said = inOrder(messages);
  const start = said[0] ? at(said[0].sentAt) : Number.NEGATIVE_INFINITY;
  const acts = activities.filter((activity) => complete || at(activity.at) >= start).sort((a, b) => at(a.at) - at(b.at));
  const rows: { key: string; piece: Piece }[] = [];
  let today = '';
  let lineDrawn = seenUpTo === undefined;
  let seen = seenUpTo === null;
  let a = 0;

  const enterDay = (time: number) => {
    if (day(time) === today) return;
    today = day(time);
    rows.push({ key: `day ${today}`, piece: { kind: 'day', at: time } });
  };
  const takeActivities = (until: number) => {
    for (; a < acts.length && at(acts[a]!.at) <= until; a++) {
      const activity = acts[a]!;
      enterDay(at(activity.at));
      const open = rows.at(-1);
      if (open?.piece.kind === 'activities') open.piece = { kind: 'activities', items: [...open.piece.items, activity] };
      else rows.push({ key: `activity ${activity.id}`, piece: { kind: 'activities', items: [activity] } });
    }
  };

  for (const [i, message] of said.entries()) {
    const time = at(message.sentAt);
    takeActivities(time);
    enterDay(time);
    if (!lineDrawn && seen && message.direction === 'in') {
      lineDrawn = true;
      if (i > 0) rows.push({ key: 'unread', piece: { kind: 'unread', at: time } });
    }
    const previous = rows.at(-1)?.piece;
    const joins =
      previous?.kind === 'message' && sameVoice(previous.message, message) && time - at(previous.message.sentAt) < runMinutes * 60_000;
    if (joins) rows[rows.length - 1]!.piece = { ...previous, last: false };
    rows.push({ key: message.clientId ?? message.id, piece: { kind: 'message', message, same: joins, last: true } });
    if (message.id === seenUpTo) seen = true;
  }
  takeActivities(Number.POSITIVE_INFINITY);
  const stored = new Set(said.map((message) => message.clientId));
  for (const entry of pending.filter((entry) => !stored.has(entry.clientId))) {
    enterDay(at(entry.createdAt));
    rows.push({ key: entry.clientId, piece: { kind: 'pending', entry } });
  }
  return rows;
}

/** The strands that were already running above the first loaded message. */
export const startingOrder = (threads: ChannelThread[], firstLoaded: Message | undefined, complete: boolean): Order =>
  complete || !firstLoaded
    ? []
    : threads
        .filter((thread) => at(thread.firstAt) < at(firstLoaded.sentAt))
        .sort((a, b) => at(a.firstAt) - at(b.firstAt))
        .reduce<Order>((order, thread) => bringForward(order, thread.channel), []);

/** Where every strand runs before and after each row: a pure fold, cheap enough for each new message. */
export function place(
  pieces: { key: string; piece: Piece }[],
  start: Order = [],
  channelOf: (entry: OutboxEntry) => ChannelId | undefined = () => undefined,
): Row[] {
  let order = start;
  let spoken: number | null = null;
  return pieces.map(({ key, piece }) => {
    const before = order;
    let channel = order.at(-1);
    let switched = false;
    let gap: number | null = null;
    const speaks = piece.kind === 'message' ? isSaid(piece.message) : piece.kind === 'pending' && !piece.entry.body.private;
    if (speaks) {
      const next =
        (piece.kind === 'message' ? piece.message.channel : piece.kind === 'pending' ? channelOf(piece.entry) : undefined) ?? channel;
      const time = piece.kind === 'message' ? at(piece.message.sentAt) : piece.kind === 'pending' ? at(piece.entry.createdAt) : Number.NaN;
      switched = next !== undefined && next !== channel;
      if (switched && spoken !== null) gap = time - spoken;
      if (next) order = bringForward(order, next);
      channel = next;
      spoken = time;
    }
    return { key, piece, before, after: order, channel, switched, gap };
  });
}

const saysSomething = (row: Row) => row.piece.kind === 'message' || row.piece.kind === 'pending';

/** With a strand picked, each run on other channels folds to one line, so nothing is lost from sight. */
export function folded(rows: Row[], only: ChannelId): Row[] {
  const out: Row[] = [];
  let run: Row[] = [];
  const close = () => {
    const said = run.filter(saysSomething);
    const first = run[0];
    const last = run.at(-1);
    if (first && last && said.length > 0) {
      const channels = [...new Set(said.flatMap((row) => (row.channel ? [row.channel] : [])))];
      const piece: Piece = { kind: 'folded', count: said.length, channels };
      out.push({
        key: `folded ${first.key}`,
        piece,
        before: first.before,
        after: last.after,
        channel: last.channel,
        switched: false,
        gap: null,
      });
    }
    run = [];
  };
  for (const row of rows) {
    if (row.piece.kind === 'day') {
      close();
      out.push(row);
    } else if (row.channel === only) {
      close();
      out.push(row);
    } else run.push(row);
  }
  close();
  return out;
}
