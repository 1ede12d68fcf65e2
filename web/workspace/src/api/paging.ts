import type { InfiniteData } from '@tanstack/react-query';

export type Page<T> = { items: T[]; nextCursor: string | null };
export type Pages<T> = InfiniteData<Page<T>, string | null>;

/** Every list of the API pages by cursor in the same way. */
export const paged = {
  initialPageParam: null as string | null,
  getNextPageParam: (last: { nextCursor: string | null }) => last.nextCursor,
};
export const flat = <T>(data: { pages: Page<T>[] } | undefined): T[] => data?.pages.flatMap((page) => page.items) ?? [];
