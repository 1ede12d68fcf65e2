import { describe, expect, it } from 'vitest';
import type { Api } from '../src/http';
import type { Store } from '../src/store';
import { Visits } from '../src/visits';

function about(kept: boolean) {
  const texts = new Map<string, string>();
  const store: Store = {
    get: (key) => texts.get(key) ?? null,
    set: (key, value) => void texts.set(key, value),
    remove: (key) => void texts.delete(key),
    keys: () => [...texts.keys()],
  };
  const told: { url: string; title: string; ago: number }[][] = [];
  const api = {
    visits: async (_: string, pages: { url: string; title: string; ago: number }[]) => {
      told.push(pages);
      return { kept };
    },
  } as unknown as Api;
  let now = 1000;
  const visits = new Visits(api, store, () => now);
  return { visits, told, pass: (ms: number) => (now += ms) };
}

describe('pages a visitor was on', () => {
  it('are told once, with how long ago it was, and the same page in a row is one', async () => {
    const { visits, told, pass } = about(true);
    visits.add('https://shop.example/', 'Shop');
    visits.add('https://shop.example/', 'Shop');
    pass(500);
    visits.add('https://shop.example/cart', 'Cart');
    await visits.flush('token');
    await visits.flush('token');
    expect(told).toEqual([
      [
        { url: 'https://shop.example/', title: 'Shop', ago: 500 },
        { url: 'https://shop.example/cart', title: 'Cart', ago: 0 },
      ],
    ]);
  });

  it('wait while nobody knows the visitor, the last twenty of them', async () => {
    const { visits, told } = about(false);
    for (let i = 0; i < 30; i++) visits.add(`https://shop.example/${i}`, '');
    await visits.flush('token');
    await visits.flush('');
    await visits.flush('token');
    expect(told.map((pages) => [pages.length, pages[0]?.url])).toEqual([
      [20, 'https://shop.example/10'],
      [20, 'https://shop.example/10'],
    ]);
  });
});
