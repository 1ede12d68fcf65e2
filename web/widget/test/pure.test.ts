import { describe, expect, it } from 'vitest';
import { post, take } from '../src/bridge';
import { Words } from '../src/i18n';
import { linkify, safeFile, safeLink } from '../src/linkify';
import { en } from '../src/locales/en';
import { Outbox } from '../src/outbox';
import type { Message } from '../src/protocol';
import { browserStore, memoryStore } from '../src/store';
import { gapCursor, lines, markSeen, merge } from '../src/thread';
import { problemOf } from '../src/ui/Form';
import { initials } from '../src/ui/parts';

const message = (id: string, at: string, change: Partial<Message> = {}): Message => ({
  id,
  from: 'agent',
  name: 'Ani',
  text: id,
  files: [],
  at,
  status: null,
  ...change,
});

describe('links', () => {
  const hrefs = (text: string) => linkify(text).flatMap((p) => (p.href ? [p.href] : []));
  it.each([
    ['see https://shop.example/a.', ['https://shop.example/a']],
    ['(https://shop.example/a_(b))', ['https://shop.example/a_(b)']],
    ['www.shop.example, and', ['https://www.shop.example/']],
    ['https://a.example https://b.example', ['https://a.example/', 'https://b.example/']],
    ['HTTP://SHOP.EXAMPLE/X', ['http://shop.example/X']],
    ['javascript:alert(1)', []],
    ['data:text/html,<script>', []],
    ['https://bank.example@evil.example/', []],
    ['https://', []],
    ['xhttps://no.example', []],
    ['https://shop.example/"onmouseover="x', ['https://shop.example/']],
    ['https://shop.example/<script>', ['https://shop.example/']],
    ['https://shop.example/\u202egpj.exe', ['https://shop.example/']],
    ['انظر https://shop.example/أ؟', ['https://shop.example/%D8%A3']],
  ])('%s', (text, expected) => expect(hrefs(text)).toEqual(expected));

  it('lose no text', () => {
    const text = 'a https://shop.example/x). b www.c.example!';
    expect(
      linkify(text)
        .map((p) => p.text)
        .join(''),
    ).toBe(text);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//evil.example',
    'file:///etc',
  ])('elsewhere never leads to %s', (url) => expect(safeLink(url)).toBeUndefined());
  it.each(['https://wa.example/1', 'mailto:help@shop.example', 'tel:+6581234455'])('elsewhere may lead to %s', (url) =>
    expect(safeLink(url)).toBe(url),
  );
  it.each(['https://evil.example/x', '//evil.example', '/widget/files/../../api', 'javascript:x', '/api/v1/files/1', null])(
    'files never come from %s',
    (url) => expect(safeFile(url)).toBeUndefined(),
  );
  it('files come from our folder', () => expect(safeFile('/widget/files/0b1c?t=abc.def')).toBe('/widget/files/0b1c?t=abc.def'));
});

describe('the thread', () => {
  it('sorts by time, whatever the order of arrival, and shows each message once', () => {
    const [a, b, c] = [message('a', '2026-03-01T10:00:00Z'), message('b', '2026-03-01T10:00:01Z'), message('c', '2026-03-01T10:00:02.5Z')];
    for (const order of [
      [a, b, c],
      [c, b, a],
      [b, a, c, a, b],
    ]) {
      expect(order.reduce<Message[]>((list, m) => merge(list, [m]), []).map((m) => m.id)).toEqual(['a', 'b', 'c']);
    }
  });

  it('takes an edit in place and never takes a receipt back', () => {
    const seen = message('a', '2026-03-01T10:00:00Z', { from: 'visitor', status: 'seen' });
    expect(merge([seen], [{ ...seen, text: 'new', status: 'sent' }])).toEqual([{ ...seen, text: 'new' }]);
  });

  it('moves a message to the time that the server gave it', () => {
    const mine = message('mine', '2026-03-01T10:00:09Z', { local: true });
    const merged = merge([mine, message('later', '2026-03-01T10:00:10Z')], [message('mine', '2026-03-01T10:00:11Z')]);
    expect(merged.map((m) => m.id)).toEqual(['later', 'mine']);
  });

  it('marks all of the visitor up to the seen one', () => {
    const list = ['a', 'b', 'c'].map((id) => message(id, '2026-03-01T10:00:00Z', { from: 'visitor', status: 'sent' }));
    expect(markSeen(list, 'b').map((m) => m.status)).toEqual(['seen', 'seen', 'sent']);
    expect(markSeen(list, 'unknown')).toBe(list);
  });

  it('asks after a message that the server knows', () => {
    const list = [
      message('a', '2026-03-01T10:00:00Z'),
      message('b', '2026-03-01T10:00:01Z', { local: true }),
      message('j', '2026-03-01T10:00:02Z', { kind: 'joined' }),
    ];
    expect(gapCursor(list)).toBe('a');
    expect(gapCursor([])).toBeUndefined();
  });

  it('breaks at days and joins runs by one author', () => {
    const day = (d: number, h: number, m: number) => new Date(2026, 2, d, h, m).toISOString();
    const drawn = lines([
      message('a', day(1, 10, 0)),
      message('b', day(1, 10, 4)),
      message('c', day(1, 10, 10)),
      message('d', day(1, 10, 11), { name: 'Tom' }),
      message('e', day(2, 0, 1), { name: 'Tom' }),
    ]);
    expect(drawn.map((l) => (l.kind === 'message' ? `${l.key}${l.first ? '^' : ''}${l.last ? '$' : ''}` : l.kind))).toEqual([
      'day',
      'a^',
      'b$',
      'c^$',
      'd^$',
      'day',
      'e^$',
    ]);
  });
});

describe('the outbox', () => {
  it('keeps the order of one millisecond and survives another tab', () => {
    const store = memoryStore();
    const one = new Outbox(
      store,
      'v',
      () => 5,
      (
        (n) => () =>
          `z${9 - n++}`
      )(0),
    );
    one.add({ kind: 'message', text: 'first', files: [] });
    one.add({ kind: 'message', text: 'second', files: [] });
    const other = new Outbox(
      store,
      'v',
      () => 7,
      () => 'x',
    );
    other.add({ kind: 'message', text: 'third', files: [] });
    expect(one.all().map((i) => i.text)).toEqual(['first', 'second', 'third']);
    other.done(one.all()[0]?.clientId ?? '');
    expect(one.next()?.text).toBe('second');
  });

  it("is the visitor's own", () => {
    const store = memoryStore();
    new Outbox(
      store,
      'v',
      () => 1,
      () => 'a',
    ).add({ kind: 'message', text: 'x', files: [] });
    expect(new Outbox(store, 'w').all()).toEqual([]);
  });

  it('passes over what it cannot read', () => {
    const store = memoryStore();
    store.set('q.v.broken', '{');
    store.set('q.v.strange', '{"clientId":1}');
    expect(new Outbox(store, 'v').all()).toEqual([]);
  });

  it('makes ids of 128 random bits', () => {
    const box = new Outbox(memoryStore(), 'v');
    const ids = new Set(Array.from({ length: 100 }, () => box.add({ kind: 'message', text: 'x', files: [] }).clientId));
    expect(ids.size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('the store', () => {
  it('works without storage', () => {
    const store = browserStore('p.', () => {
      throw new DOMException('denied', 'SecurityError');
    });
    store.set('a', '1');
    expect(store.get('a')).toBe('1');
  });

  it('keeps in memory what a full disk refuses', () => {
    const disk = { full: false, map: new Map<string, string>() };
    const storage = {
      getItem: (k: string) => disk.map.get(k) ?? null,
      setItem: (k: string, v: string) => {
        if (disk.full) throw new DOMException('full', 'QuotaExceededError');
        disk.map.set(k, v);
      },
      removeItem: (k: string) => disk.map.delete(k),
      key: (i: number) => [...disk.map.keys()][i] ?? null,
      get length() {
        return disk.map.size;
      },
    } as unknown as Storage;
    const store = browserStore('p.', () => storage);
    store.set('a', '1');
    disk.full = true;
    store.set('a', '2');
    store.set('b', '3');
    expect([store.get('a'), store.get('b'), store.keys().sort()]).toEqual(['2', '3', ['a', 'b']]);
    store.remove('a');
    expect(store.get('a')).toBeNull();
  });
});

describe('the bridge', () => {
  const from = {} as Window;
  const event = (data: unknown, source: unknown = from, origin = 'https://shop.example') => ({ data, source, origin }) as MessageEvent;
  const sent = (message: Parameters<typeof post>[2]) => {
    let data: unknown;
    const target = {
      postMessage: (d: unknown) => {
        data = d;
      },
    };
    post(target as unknown as Window, 'https://shop.example', message);
    return data;
  };

  it('takes its own messages', () =>
    expect(take(event(sent({ type: 'open' })), from, 'https://shop.example')).toMatchObject({ type: 'open' }));
  it.each([
    ['another window', event(sent({ type: 'open' }), {})],
    ['another origin', event(sent({ type: 'open' }), from, 'https://evil.example')],
    ['no window', event(sent({ type: 'open' }), null)],
    ["somebody else's words", event({ type: 'open' })],
    ['text', event('open')],
    ['nothing', event(null)],
  ])('ignores %s', (_, bad) => expect(take(bad, from, 'https://shop.example')).toBeNull());
});

describe('the forms', () => {
  it.each([
    ['email', 'kim@example.org', true, null],
    ['email', 'kim@example', true, 'badEmail'],
    ['email', 'kim example.org', false, 'badEmail'],
    ['email', '  ', true, 'needed'],
    ['email', '', false, null],
    ['phone', '+65 8123 (44-55)', true, null],
    ['phone', '81234455', true, 'badPhone'],
    ['name', '', true, 'needed'],
    ['text', ' ', true, 'needed'],
  ] as const)('%s "%s"', (field, value, required, problem) => expect(problemOf(field, value, required)).toBe(problem));
});

describe('languages', () => {
  const packs = import.meta.glob<Record<string, string>>('../src/locales/*.json', { eager: true, import: 'default' });

  it('are all there', () => expect(Object.keys(packs)).toHaveLength(4));
  it.each(Object.entries(packs))('%s has every text, in order, with its slots', (_, texts) => {
    // The order too: files are named by these texts, and the build sorts by the English ones.
    expect(Object.keys(texts)).toEqual(Object.keys(en));
    for (const [key, text] of Object.entries(en)) {
      expect((texts[key] ?? '').match(/\{\w+\}/g)?.sort() ?? []).toEqual(text.match(/\{\w+\}/g)?.sort() ?? []);
      expect(texts[key]?.trim()).toBeTruthy();
    }
  });

  it('fall back to English', async () => {
    expect((await Words.load(['', 'xx', '<script>'])).locale).toBe('en');
    expect((await Words.load(['tlh', 'en-GB'])).locale).toBe('en-GB');
  });

  it('keep names of the other direction apart', () => {
    expect(new Words('en', en).t('joined', { name: 'لينا' })).toBe('\u2068لينا\u2069 joined and has read everything above');
    expect(new Words('en', en).t('joined', { name: 'Ani' })).toBe('Ani joined and has read everything above');
  });

  it('speak of times', () => {
    const words = new Words('en', en);
    const now = new Date(2026, 2, 2, 9);
    expect(words.span(180)).toBe('3 minutes');
    expect(words.span(7200)).toBe('2 hours');
    expect(words.day(new Date(2026, 2, 2, 1), now)).toBe('Today');
    expect(words.day(new Date(2026, 2, 1, 23), now)).toBe('Yesterday');
    expect(words.day(new Date(2026, 1, 1), now)).toBe('February 1');
    expect(words.until(new Date(2026, 2, 2, 17), now)).toBe('in 8 hours');
  });
});

it.each([
  ['Ani Lestari', 'AL'],
  ['ani', 'A'],
  ['', ''],
  ['  Ana  Maria  Ruiz ', 'AR'],
  ['😀 Smith', '😀S'],
])('initials of "%s"', (name, expected) => expect(initials(name)).toBe(expected));
