import { describe, expect, it } from 'vitest';
import type { Rich, RichPlan, RichSupport } from '~/api/types';
import { addPart, degradedOf, dropPart, finished, limitsOf, nativeOf, problemOf, titleLimit } from './rich';

const reply = (title: string) => ({ kind: 'reply' as const, title, value: '' });

describe('what is sent', () => {
  it('leaves out rows nobody filled in', () => {
    expect(finished({ buttons: [reply(' Yes '), reply('')] })).toEqual({ buttons: [{ kind: 'reply', title: 'Yes', value: 'Yes' }] });
    expect(finished({ buttons: [reply('')] })).toBeNull();
    expect(finished(null)).toBeNull();
  });
  it('tells two choices of the same words apart', () =>
    expect(finished({ quickReplies: [reply('Later'), reply('Later')] })?.quickReplies?.map((one) => one.value)).toEqual([
      'Later',
      'Later (2)',
    ]));
  it('takes the spaces out of a number, not out of an address', () => {
    const buttons = [
      { kind: 'call' as const, title: 'Call', value: '+49 30 555 01' },
      { kind: 'link' as const, title: 'Read', value: ' https://lindenhof.example/a ' },
    ];
    expect(finished({ buttons })?.buttons?.map((one) => one.value)).toEqual(['+493055501', 'https://lindenhof.example/a']);
  });
  it('names each row of a list', () => {
    const rich: Rich = {
      list: {
        button: 'Choose',
        sections: [
          {
            title: null,
            rows: [
              { id: '', title: 'Red', description: ' ' },
              { id: '', title: '', description: null },
            ],
          },
        ],
      },
    };
    expect(finished(rich)?.list?.sections[0]?.rows).toEqual([{ id: 'Red', title: 'Red', description: null }]);
  });
});

describe('what keeps it from being sent', () => {
  it.each<[Rich | null, ReturnType<typeof problemOf>]>([
    [null, null],
    [{ buttons: [reply('Yes')] }, null],
    [{ buttons: [reply('')] }, 'empty'],
    [{ buttons: [{ kind: 'link', title: '', value: 'https://a.example' }] }, 'title'],
    [{ buttons: [{ kind: 'link', title: 'Site', value: 'a.example' }] }, 'link'],
    [{ buttons: [{ kind: 'call', title: 'Call', value: '030 123' }] }, 'call'],
    [{ buttons: [{ kind: 'call', title: 'Call', value: '+49 30 55501' }] }, null],
    [{ list: { button: '', sections: [{ title: null, rows: [{ id: '', title: 'Red', description: null }] }] } }, 'listButton'],
    [{ cards: [{ title: '', subtitle: 'cheap', imageUrl: null, buttons: [] }] }, 'cardTitle'],
    [{ cards: [{ title: 'Rack', subtitle: null, imageUrl: 'rack.png', buttons: [] }] }, 'picture'],
    [{ location: { latitude: Number.NaN, longitude: 13, name: null, address: null } }, 'location'],
    [{ location: { latitude: 91, longitude: 13, name: null, address: null } }, 'location'],
    [{ location: { latitude: 52.5, longitude: 13.4, name: null, address: null } }, null],
  ])('%j: %s', (rich, expected) => expect(problemOf(rich)).toBe(expected));
});

it('adds a part once and is nothing again when the last is removed', () => {
  const one = addPart(null, 'buttons');
  expect(addPart(one, 'buttons')).toBe(one);
  const two = addPart(one, 'location');
  expect(dropPart(two, 'location')).toEqual(one);
  expect(dropPart(one, 'buttons')).toBeNull();
});

const none = {
  replyButtons: 0,
  linkButtons: 0,
  callButtons: 0,
  buttonTitleLength: 20,
  buttonsTogether: 0,
  listRows: 0,
  quickReplies: 0,
  cards: 0,
} as RichSupport;
it('counts a title against the channel that would show it, else against what may be sent at all', () => {
  expect(titleLimit('buttons', { ...none, replyButtons: 3 })).toBe(20);
  expect(titleLimit('buttons', none)).toBe(80);
  expect(titleLimit('list', { ...none, listRows: 10, rowTitleLength: 24 })).toBe(24);
});

it('tells how much a channel shows, and nothing where it shows none', () => {
  expect(limitsOf('buttons', { ...none, replyButtons: 3, linkButtons: 1 })).toEqual({ n: 4, length: 20 });
  expect(limitsOf('buttons', { ...none, replyButtons: 3, linkButtons: 3, buttonsTogether: 3 })).toEqual({ n: 3, length: 20 });
  expect(limitsOf('cards', { ...none, cards: 10 })).toEqual({ n: 10, length: null });
  expect(limitsOf('list', none)).toBeNull();
  expect(limitsOf('location', none)).toBeNull();
});

it('says of a plan what stays and what becomes text', () => {
  const plan = {
    text: '',
    header: null,
    footer: null,
    buttons: [reply('Yes'), reply('No')],
    list: null,
    quickReplies: [],
    cards: [],
    location: null,
    degraded: ['the location', 'cards', 'something newer'],
    hasNative: true,
  } satisfies RichPlan;
  expect(nativeOf(plan)).toEqual([{ part: 'buttons', count: 2 }]);
  expect(degradedOf(plan)).toEqual(['location', 'cards']);
});
