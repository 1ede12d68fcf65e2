import { describe, expect, it } from 'vitest';
import type { EventItem } from '~/api/types';
import { EventFeed } from './feed';

const event = (number: number): EventItem => ({
  number,
  kind: 'message.received',
  at: '',
  conversationId: 'c',
  messageId: null,
  customerId: null,
  inboxId: null,
  data: null,
});

/** Numbers 1 to n; this person may not see every third. */
function world() {
  let last = 0;
  const visible = (number: number) => number % 3 !== 0;
  const between = (after: number, until: number) =>
    Array.from({ length: until - after }, (_, i) => after + 1 + i)
      .filter(visible)
      .map(event);
  return {
    write: (count: number) => {
      const before = last;
      last += count;
      return { items: between(before, last), last };
    },
    source: async (after: number | null) => {
      if (after === null) return { items: [], last };
      const items = between(after, last).slice(0, 5);
      return { items, last: items.length === 5 ? items.at(-1)!.number : last };
    },
    all: () => between(0, last).map((one) => one.number),
    last: () => last,
  };
}
function follow(source: (after: number | null) => Promise<{ items: EventItem[]; last: number }>, most?: number) {
  const seen: number[] = [];
  const reloads: number[] = [];
  const feed = new EventFeed(
    source,
    (items) => seen.push(...items.map((one) => one.number)),
    () => reloads.push(seen.length),
    most,
  );
  return { feed, seen, reloads };
}

describe('EventFeed', () => {
  it('starts where the server is and reads everything once', async () => {
    const { write, source } = world();
    write(7);
    const { feed, seen, reloads } = follow(source);
    await feed.catchUp();
    expect([feed.position, seen, reloads]).toEqual([7, [], [0]]);
  });

  it('fills a gap page by page and never applies an event twice', async () => {
    const server = world();
    const { feed, seen } = follow(server.source);
    await feed.catchUp();
    const frame = server.write(4);
    feed.frame(frame);
    feed.frame(frame);
    server.write(20);
    await feed.catchUp();
    feed.frame(frame);
    expect(seen).toEqual(server.all());
    expect(feed.position).toBe(server.last());
  });

  it('holds frames back while it fills, so that a later frame does not hide the gap', async () => {
    const server = world();
    const { feed, seen } = follow(server.source);
    await feed.catchUp();
    server.write(8);
    const filling = feed.catchUp();
    feed.frame(server.write(5));
    await filling;
    expect(seen).toEqual(server.all());
  });

  it('keeps its place when the server fails midway, and goes on from there', async () => {
    const server = world();
    let calls = 0;
    const { feed, seen } = follow((after) => (++calls === 3 ? Promise.reject(new Error('away')) : server.source(after)));
    await feed.catchUp();
    server.write(30);
    await expect(feed.catchUp()).rejects.toThrow('away');
    feed.frame(server.write(0));
    await feed.catchUp();
    expect(seen).toEqual(server.all());
  });

  it('reads everything anew when it is too far behind', async () => {
    const server = world();
    const { feed, seen, reloads } = follow(server.source, 10);
    await feed.catchUp();
    server.write(200);
    await feed.catchUp();
    expect(reloads).toHaveLength(2);
    expect(feed.position).toBe(200);
    feed.frame(server.write(1));
    expect(seen.at(-1)).not.toBe(200);
  });

  it('converges with lost, repeated and late frames in any mix', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      let state = seed;
      const random = (n: number) => {
        state = (state * 48_271) % 2_147_483_647;
        return state % n;
      };
      const server = world();
      const { feed, seen } = follow(server.source);
      await feed.catchUp();
      for (let step = 0; step < 30; step++) {
        const frame = server.write(random(6));
        const fate = random(4);
        if (fate === 0) await feed.catchUp();
        else if (fate === 1) {
          // The socket broke and this frame with it; what is pushed next comes after the gap.
          feed.lost();
          feed.frame(server.write(random(3)));
          if (random(2) === 0) await feed.catchUp();
        } else {
          feed.frame(frame);
          if (fate === 3) feed.frame(frame);
        }
      }
      await feed.catchUp();
      expect(seen).toEqual(server.all());
    }
  });
});
