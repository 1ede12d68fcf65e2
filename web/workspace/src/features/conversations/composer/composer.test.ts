import { describe, expect, it } from 'vitest';
import { minute, thread } from '~/test/make';
import { addressOf, targetsOf, usualTarget } from './targets';
import { fill, isFilled, partsOf } from './template';

const closed = { ok: false, code: 'window_closed', reason: 'Closed', windowUntil: minute(0), templates: true, readers: [] } as const;
const reach = {
  inboxId: 'i9',
  inboxName: 'Mail',
  channel: 'email',
  address: 'h@x.example',
  identityId: 'id9',
  threadId: null,
  ok: true,
  code: null,
  reason: null,
  windowUntil: null,
  templates: false,
};

describe('where an answer goes', () => {
  const whatsapp = thread('wa', 'whatsapp', { lastInboundAt: minute(50) });
  const chat = thread('ch', 'livechat', { lastInboundAt: minute(10) });
  it('is the thread the customer wrote on last, while it is open', () => {
    expect(usualTarget(targetsOf({ threads: [chat, whatsapp], reachable: [] }))?.key).toBe('wa');
  });
  it('is another open thread when that one is closed', () => {
    const shut = { ...whatsapp, send: { ...closed, readers: [] } };
    expect(usualTarget(targetsOf({ threads: [chat, shut], reachable: [reach] }))?.key).toBe('ch');
  });
  it('is not a call while there is something one can write on', () => {
    const call = thread('call', 'voice', { lastInboundAt: minute(30) });
    expect(usualTarget(targetsOf({ threads: [chat, whatsapp, call], reachable: [] }))?.key).toBe('wa');
    expect(usualTarget(targetsOf({ threads: [call], reachable: [reach] }))?.key).toBe('call');
  });
  it('stays the closed thread rather than a channel nobody chose', () => {
    const shut = { ...whatsapp, send: { ...closed, readers: [] } };
    expect(usualTarget(targetsOf({ threads: [shut], reachable: [reach] }))).toMatchObject({ key: 'wa', ok: false, templates: true });
    expect(usualTarget(targetsOf({ threads: [], reachable: [reach] }))?.key).toBe('i9/id9');
    expect(usualTarget([])).toBeUndefined();
  });
  it('lists a thread once even when it is also reachable, open ones first', () => {
    const shut = { ...whatsapp, send: { ...closed, readers: [] } };
    const list = targetsOf({ threads: [shut, chat], reachable: [{ ...reach, threadId: 'wa' }, reach] });
    expect(list.map((one) => [one.key, one.ok])).toEqual([
      ['ch', true],
      ['i9/id9', true],
      ['wa', false],
    ]);
  });
  it('is told to the server by thread, or by inbox and handle', () => {
    const [first, second] = targetsOf({ threads: [chat], reachable: [reach] });
    expect(addressOf(first!)).toEqual({ channelThreadId: 'ch' });
    expect(addressOf(second!)).toEqual({ inboxId: 'i9', identityId: 'id9' });
  });
});

describe('templates', () => {
  const template = {
    name: 'n',
    language: 'en',
    category: 'Utility',
    body: 'Hi {{1}}, {{2}} is ready',
    header: 'For {{1}}',
    parameters: 2,
    headerParameters: 1,
  };
  it('shows variables where they stand', () => {
    expect(partsOf(template.body)).toEqual([{ text: 'Hi ' }, { slot: 0 }, { text: ', ' }, { slot: 1 }, { text: ' is ready' }]);
    expect(fill('{{2}} {{1}} {{2}}', ['a', 'b'])).toBe('b a b');
    expect(fill('{{name}} and {{order}}', ['a', 'b'])).toBe('a and b');
  });
  it('can be sent when nothing is missing', () => {
    expect(isFilled(template, ['x'], ['a', 'b'])).toBe(true);
    expect(isFilled(template, ['x'], ['a', ' '])).toBe(false);
    expect(isFilled(template, [''], ['a', 'b'])).toBe(false);
  });
});
