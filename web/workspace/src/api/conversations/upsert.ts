import type { QueryClient } from '@tanstack/react-query';
import type { Page, Pages } from '../paging';
import type { ConversationDetail, ConversationItem } from '../types';
import { detailKey } from './detail';
import { type ListFilter, listsKey, type Sort } from './list';

const time = (iso: string | null | undefined) => (iso ? Date.parse(iso) : Number.NaN);
const lastAt = (item: ConversationItem) => time(item.lastMessage?.at ?? item.openedAt);
const order: Record<Sort, (a: ConversationItem, b: ConversationItem) => number> = {
  newest: (a, b) => lastAt(b) - lastAt(a),
  oldest: (a, b) => lastAt(a) - lastAt(b),
  waiting: (a, b) =>
    (a.waitingSince ? time(a.waitingSince) : Number.MAX_VALUE) - (b.waitingSince ? time(b.waitingSince) : Number.MAX_VALUE),
};

/** Whether the server would list this conversation under that filter; a text search it alone can answer. */
export const fits = (item: ConversationItem, filter: ListFilter, me: string) =>
  (filter.status === 'any' || filter.status === item.status) &&
  (filter.view === 'all' || (filter.view === 'mine' ? item.assignee?.id === me : item.assignee === null)) &&
  (!filter.inbox || item.channels.some((channel) => channel.inboxId === filter.inbox));

/** One changed conversation into one loaded list: out of its old place, into its new one when it belongs there. */
export function upsert(pages: Pages<ConversationItem>, item: ConversationItem, filter: ListFilter, me: string): Pages<ConversationItem> {
  const known = pages.pages.some((page) => page.items.some((other) => other.id === item.id));
  if (filter.q && !known) return pages;
  const without: Page<ConversationItem>[] = pages.pages.map((page) => ({
    ...page,
    items: page.items.filter((other) => other.id !== item.id),
  }));
  if (!fits(item, filter, me)) return { ...pages, pages: without };
  const compare = order[filter.sort];
  for (const [n, page] of without.entries()) {
    const at = page.items.findIndex((other) => compare(item, other) < 0);
    const last = n === without.length - 1;
    if (at < 0 && (!last || page.nextCursor !== null)) continue;
    const items = at < 0 ? [...page.items, item] : [...page.items.slice(0, at), item, ...page.items.slice(at)];
    return { ...pages, pages: without.map((other, i) => (i === n ? { ...page, items } : other)) };
  }
  return { ...pages, pages: without };
}

/** A conversation as the server has it now, into every list and into its own page. An older version never wins. */
export function putConversation(client: QueryClient, item: ConversationItem | ConversationDetail, me: string) {
  client.setQueryData<ConversationDetail>(detailKey(item.id), (old) =>
    'threads' in item ? item : old && old.version <= item.version ? { ...old, ...item } : old,
  );
  for (const [key, pages] of client.getQueriesData<Pages<ConversationItem>>({ queryKey: listsKey })) {
    if (pages) client.setQueryData(key, upsert(pages, item, key[2] as ListFilter, me));
  }
}

export function dropConversation(client: QueryClient, id: string) {
  for (const [key, pages] of client.getQueriesData<Pages<ConversationItem>>({ queryKey: listsKey })) {
    if (!pages) continue;
    client.setQueryData(key, {
      ...pages,
      pages: pages.pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) })),
    });
  }
}
