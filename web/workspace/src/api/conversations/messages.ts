import { useInfiniteQuery } from '@tanstack/react-query';
import { call, query } from '../http';
import { type Page, type Pages, paged } from '../paging';
import type { Message } from '../types';

export const messagesKey = (id: string) => ['conversations', 'messages', id] as const;
export const newestMessages = (id: string, before: string | null, signal?: AbortSignal) =>
  call<Page<Message>>(`/conversations/${id}/messages${query({ before, limit: 50 })}`, { signal });

export const useMessages = (id: string) =>
  useInfiniteQuery({
    queryKey: messagesKey(id),
    queryFn: ({ pageParam, signal }) => newestMessages(id, pageParam, signal),
    ...paged,
    staleTime: 15_000,
  });

const later = (a: Message, b: Message) => Date.parse(a.sentAt) - Date.parse(b.sentAt) || a.seq - b.seq;

/**
 * Lays a freshly read newest page over the pages already loaded: what changed is replaced, what is new comes on top,
 * what the server no longer has in that stretch goes. Null when the two do not touch: then messages could be missing
 * between them and everything has to be read again.
 */
export function mergeNewest(pages: Pages<Message>, fresh: Page<Message>): Pages<Message> | null {
  const known = new Set(pages.pages.flatMap((page) => page.items.map((message) => message.id)));
  const touches = fresh.nextCursor === null || known.size === 0 || fresh.items.some((message) => known.has(message.id));
  const [first, ...rest] = pages.pages;
  if (!touches || !first) return null;
  const byId = new Map(fresh.items.map((message) => [message.id, message]));
  const oldest = fresh.nextCursor === null ? undefined : fresh.items.at(-1);
  const gone = (message: Message) => !byId.has(message.id) && (oldest === undefined || later(message, oldest) > 0);
  const renew = (items: Message[]) => items.flatMap((message) => (gone(message) ? [] : [byId.get(message.id) ?? message]));
  const added = fresh.items.filter((message) => !known.has(message.id));
  return {
    ...pages,
    pages: [{ ...first, items: [...added, ...renew(first.items)] }, ...rest.map((page) => ({ ...page, items: renew(page.items) }))],
  };
}

/** One message as the server has it now. */
export function putMessage(pages: Pages<Message>, message: Message): Pages<Message> {
  const known = pages.pages.some((page) => page.items.some((other) => other.id === message.id));
  return {
    ...pages,
    pages: pages.pages.map((page, i) => ({
      ...page,
      items: known
        ? page.items.map((other) => (other.id === message.id ? message : other))
        : i === 0
          ? [message, ...page.items]
          : page.items,
    })),
  };
}
export const takeMessage = (pages: Pages<Message>, id: string): Pages<Message> => ({
  ...pages,
  pages: pages.pages.map((page) => ({ ...page, items: page.items.filter((message) => message.id !== id) })),
});
