import { describe, expect, it } from 'vitest';
import { message, minute } from '~/test/make';
import type { Pages } from '../paging';
import type { ConversationItem, Message } from '../types';
import type { ListFilter } from './list';
import { mergeNewest, putMessage, takeMessage } from './messages';
import { upsert } from './upsert';

const item = (id: string, at: number, more: Partial<ConversationItem> = {}): ConversationItem => ({
  id,
  status: 'open',
  subject: null,
  audience: 'private',
  senderUnverified: false,
  customer: { id: `p${id}`, name: id, address: null, photoId: null },
  assignee: null,
  channels: [{ channel: 'email', inboxId: 'i1' }],
  lastMessage: {
    id: 'm',
    text: '',
    author: 'customer',
    private: false,
    channel: 'email',
    at: minute(at),
    attachment: null,
    status: null,
    call: null,
  },
  unread: 0,
  waitingSince: minute(at),
  snoozedUntil: null,
  openedAt: minute(0),
  updatedAt: minute(at),
  version: 1,
  ...more,
});
const pages = <T>(...list: T[][]): Pages<T> => ({
  pages: list.map((items, i) => ({ items, nextCursor: i < list.length - 1 ? `p${i}` : null })),
  pageParams: list.map(() => null),
});
const ids = (data: Pages<{ id: string }>) => data.pages.map((page) => page.items.map((one) => one.id));
const all: ListFilter = { view: 'all', status: 'open', sort: 'newest' };

describe('a changed conversation in a loaded list', () => {
  const loaded = pages([item('a', 50), item('b', 40)], [item('c', 30)]);
  it('moves to the top when somebody writes', () => expect(ids(upsert(loaded, item('c', 60), all, 'me'))).toEqual([['c', 'a', 'b'], []]));
  it('finds its place by the chosen order', () => {
    expect(ids(upsert(loaded, item('d', 45), all, 'me'))).toEqual([['a', 'd', 'b'], ['c']]);
    const oldest = pages([item('c', 30), item('b', 40)]);
    expect(ids(upsert(oldest, item('d', 35), { ...all, sort: 'oldest' }, 'me'))).toEqual([['c', 'd', 'b']]);
    expect(ids(upsert(oldest, item('d', 1, { waitingSince: null }), { ...all, sort: 'waiting' }, 'me'))).toEqual([['c', 'b', 'd']]);
  });
  it('leaves when it no longer fits', () => {
    expect(ids(upsert(loaded, item('a', 50, { status: 'resolved' }), all, 'me'))).toEqual([['b'], ['c']]);
    expect(ids(upsert(loaded, item('a', 50, { assignee: { id: 'you', name: '' } }), { ...all, view: 'mine' }, 'me'))).toEqual([
      ['b'],
      ['c'],
    ]);
    expect(ids(upsert(loaded, item('a', 50), { ...all, inbox: 'i2' }, 'me'))).toEqual([['b'], ['c']]);
  });
  it('is not put below what is loaded while more can be loaded', () => {
    const more: Pages<ConversationItem> = { pages: [{ items: [item('a', 50)], nextCursor: 'x' }], pageParams: [null] };
    expect(ids(upsert(more, item('z', 1), all, 'me'))).toEqual([['a']]);
  });
});

describe('messages read again', () => {
  const loaded: Pages<Message> = {
    pages: [
      { items: [message('d', 4), message('c', 3)], nextCursor: 'x' },
      { items: [message('b', 2), message('a', 1)], nextCursor: null },
    ],
    pageParams: [null, 'x'],
  };
  it('replaces what changed and adds what is new', () => {
    const merged = mergeNewest(loaded, { items: [message('e', 5), message('d', 4, { text: 'new' }), message('c', 3)], nextCursor: 'y' })!;
    expect(ids(merged)).toEqual([
      ['e', 'd', 'c'],
      ['b', 'a'],
    ]);
    expect(merged.pages[0]!.items[1]!.text).toBe('new');
  });
  it('drops what the server no longer has in that stretch, and only there', () => {
    expect(ids(mergeNewest(loaded, { items: [message('e', 5), message('c', 3)], nextCursor: 'y' })!)).toEqual([
      ['e', 'c'],
      ['b', 'a'],
    ]);
  });
  it('asks for everything when messages could be missing between', () => {
    expect(mergeNewest(loaded, { items: [message('z', 90), message('y', 80)], nextCursor: 'w' })).toBeNull();
  });
  it('puts and takes one message', () => {
    expect(ids(putMessage(loaded, message('e', 5)))[0]).toEqual(['e', 'd', 'c']);
    expect(putMessage(loaded, message('b', 2, { text: 'x' })).pages[1]!.items[0]!.text).toBe('x');
    expect(ids(takeMessage(loaded, 'c'))).toEqual([['d'], ['b', 'a']]);
  });
});
