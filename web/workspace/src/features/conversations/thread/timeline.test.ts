import { describe, expect, it } from 'vitest';
import { bringForward } from '~/lib/rail';
import { activity, message, minute, thread } from '~/test/make';
import { folded, place, startingOrder, timeline } from './timeline';

const kinds = (rows: { piece: { kind: string } }[]) => rows.map((row) => row.piece.kind);
const out = { direction: 'out' } as const;

describe('timeline', () => {
  it('orders by time sent, then by sequence, whatever the order of arrival', () => {
    const rows = timeline({ messages: [message('c', 5), message('b', 2, { seq: 9 }), message('a', 2, { seq: 3 })], activities: [] });
    expect(rows.map((row) => row.key)).toEqual([expect.stringContaining('day'), 'a', 'b', 'c']);
  });

  it('joins one voice within five minutes into a run and shows the receipt on its last', () => {
    const rows = timeline({
      messages: [message('a', 0, out), message('b', 3, out), message('c', 9, out), message('d', 10)],
      activities: [],
    }).slice(1);
    expect(rows.map(({ piece }) => piece.kind === 'message' && [piece.same, piece.last])).toEqual([
      [false, false],
      [true, true],
      [false, true],
      [false, true],
    ]);
  });

  it('does not join over channels, authors or a note', () => {
    const messages = [
      message('a', 0),
      message('b', 1, { channel: 'email' }),
      message('c', 1, { channel: 'email', private: true, kind: 'note', ...out }),
      message('d', 2, { channel: 'email' }),
    ];
    expect(timeline({ messages, activities: [] }).filter(({ piece }) => piece.kind === 'message' && piece.same)).toEqual([]);
  });

  it('draws the line above the first message nobody has seen, and only there', () => {
    const messages = [message('a', 0), message('b', 1, out), message('c', 2), message('d', 3)];
    expect(kinds(timeline({ messages, activities: [], seenUpTo: 'a' }))).toEqual([
      'day',
      'message',
      'message',
      'unread',
      'message',
      'message',
    ]);
    expect(kinds(timeline({ messages, activities: [], seenUpTo: 'd' }))).not.toContain('unread');
    expect(kinds(timeline({ messages, activities: [], seenUpTo: undefined }))).not.toContain('unread');
    expect(kinds(timeline({ messages, activities: [], seenUpTo: null }))).not.toContain('unread');
  });

  it('folds what happened between two messages into one row', () => {
    const rows = timeline({
      messages: [message('a', 0), message('b', 9)],
      activities: [activity('y', 3), activity('x', 2), activity('z', 12)],
    });
    expect(kinds(rows)).toEqual(['day', 'message', 'activities', 'message', 'activities']);
    const first = rows[2]!.piece;
    expect(first.kind === 'activities' && first.items.map((one) => one.id)).toEqual(['x', 'y']);
  });

  it('holds activities back that lie above the oldest loaded message', () => {
    const input = { messages: [message('a', 10)], activities: [activity('x', 1), activity('y', 11)] };
    expect(kinds(timeline({ ...input, complete: false }))).toEqual(['day', 'message', 'activities']);
    expect(kinds(timeline({ ...input, complete: true }))).toEqual(['day', 'activities', 'message', 'activities']);
  });

  it('breaks at each day', () => {
    const rows = timeline({ messages: [message('a', 0), message('b', 60 * 24 * 3)], activities: [] });
    expect(kinds(rows)).toEqual(['day', 'message', 'day', 'message']);
  });

  it('shows what is still in the outbox at the end, until the server has it', () => {
    const entry = {
      clientId: 'k1',
      conversationId: 'c1',
      body: { text: 'hi' },
      createdAt: minute(4),
      state: 'sending',
      reason: null,
      attachmentNames: [],
    } as const;
    const pending = [{ ...entry, body: { text: 'hi' }, attachmentNames: [] }];
    expect(kinds(timeline({ messages: [message('a', 0)], activities: [], pending }))).toEqual(['day', 'message', 'pending']);
    const both = timeline({ messages: [message('a', 0), message('b', 4, { ...out, clientId: 'k1' })], activities: [], pending });
    expect(kinds(both)).toEqual(['day', 'message', 'message']);
    // The same key before and after, so that the row on screen stays the row.
    expect(both.at(-1)!.key).toBe('k1');
  });
});

describe('the rail', () => {
  it('brings the strand in use to the front and draws four at most', () => {
    expect(bringForward(['email', 'chat'], 'email')).toEqual(['chat', 'email']);
    expect(bringForward(['a', 'b', 'c', 'd'], 'e')).toEqual(['b', 'c', 'd', 'e']);
    const order = ['a', 'b'];
    expect(bringForward(order, 'b')).toBe(order);
  });

  it('crosses where somebody changes the channel, not for notes and activities', () => {
    const messages = [
      message('a', 0, { channel: 'livechat' }),
      message('b', 30),
      message('n', 31, { ...out, private: true, kind: 'note', channel: null }),
      message('c', 32),
    ];
    const rows = place(timeline({ messages, activities: [activity('x', 31)] }));
    expect(rows.filter((row) => row.switched).map((row) => row.key)).toEqual(['a', 'b']);
    const b = rows.find((row) => row.key === 'b')!;
    expect([b.before, b.after, b.gap]).toEqual([['livechat'], ['livechat', 'whatsapp'], 30 * 60_000]);
    expect(rows.find((row) => row.key === 'n')!.channel).toBe('whatsapp');
  });

  it('joins each row to the next without a break', () => {
    const channels = ['a', 'b', 'c', 'd', 'e', 'b', 'a', 'e'];
    const rows = place(
      timeline({ messages: channels.map((channel, i) => message(`m${i}`, i * 10, { channel })), activities: [activity('x', 15)] }),
    );
    for (const [i, row] of rows.entries()) expect(row.before).toEqual(rows[i - 1]?.after ?? []);
  });

  it('goes on with the strands that ran above the oldest loaded message', () => {
    const threads = [
      thread('t2', 'email', { firstAt: minute(5) }),
      thread('t1', 'livechat', { firstAt: minute(0) }),
      thread('t3', 'telegram', { firstAt: minute(50) }),
    ];
    expect(startingOrder(threads, message('a', 20), false)).toEqual(['livechat', 'email']);
    expect(startingOrder(threads, message('a', 20), true)).toEqual([]);
  });

  it('folds other channels to one countable line when a strand is picked, and keeps the days', () => {
    const messages = [
      message('a', 0, { channel: 'livechat' }),
      message('b', 1, { channel: 'email' }),
      message('c', 2),
      message('d', 3),
      message('e', 60 * 24 * 2, { channel: 'email' }),
    ];
    const rows = folded(place(timeline({ messages, activities: [] })), 'whatsapp');
    expect(kinds(rows)).toEqual(['day', 'folded', 'message', 'message', 'day', 'folded']);
    const fold = rows[1]!.piece;
    expect(fold.kind === 'folded' && [fold.count, fold.channels]).toEqual([2, ['livechat', 'email']]);
    for (const [i, row] of rows.entries()) if (i > 0) expect(row.before).toEqual(rows[i - 1]!.after);
  });
});
