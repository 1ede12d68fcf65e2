import { beforeEach, expect, it, vi } from 'vitest';
import { BrowserPhone, declineCall, endCall, type LineCall, type LineEvents, muteCall, phone, pressKey } from './phone';

const call = (from = '+4930') => {
  let end: (failed: boolean) => void = () => {};
  const made: LineCall = {
    from,
    accept: vi.fn(),
    decline: vi.fn(),
    hangUp: vi.fn(),
    mute: vi.fn(),
    press: vi.fn(),
    onEnd: (ended) => {
      end = ended;
    },
  };
  return { made, ends: (failed = false) => end(failed) };
};

const opened = async (tokens = ['one']) => {
  const lines: { events: LineEvents; close: ReturnType<typeof vi.fn>; renew: ReturnType<typeof vi.fn> }[] = [];
  const device = new BrowserPhone(
    async (_, events) => {
      const line = { events, close: vi.fn(), renew: vi.fn() };
      lines.push(line);
      events.ready();
      return line;
    },
    async () => tokens,
    () => 1000,
  );
  await device.start();
  return { device, lines };
};

beforeEach(() => phone.set({ kind: 'off' }));

it('takes a call: it rings, is answered, muted, keyed and ended', async () => {
  const { device, lines } = await opened();
  expect(phone.get()).toEqual({ kind: 'ready' });
  const { made } = call();
  lines[0]!.events.rings(made);
  expect(phone.get().kind).toBe('rings');
  device.answer();
  expect(phone.get()).toEqual({ kind: 'talks', call: made, since: 1000, muted: false });
  muteCall(true);
  pressKey('5');
  expect(made.mute).toHaveBeenCalledWith(true);
  expect(made.press).toHaveBeenCalledWith('5');
  endCall();
  expect(made.hangUp).toHaveBeenCalled();
  expect(phone.get().kind).toBe('ready');
});

it('declines a second call while one is spoken, and goes back when the caller hangs up', async () => {
  const { device, lines } = await opened(['one', 'two']);
  const [first, second] = [call('+1'), call('+2')];
  lines[0]!.events.rings(first.made);
  device.answer();
  lines[1]!.events.rings(second.made);
  expect(second.made.decline).toHaveBeenCalled();
  first.ends();
  expect(phone.get().kind).toBe('ready');
});

it('can be declined, renews its tokens, and says what is wrong', async () => {
  const { device, lines } = await opened();
  const { made } = call();
  lines[0]!.events.rings(made);
  declineCall();
  expect(made.decline).toHaveBeenCalled();
  lines[0]!.events.wantsToken();
  await vi.waitFor(() => expect(lines[0]!.renew).toHaveBeenCalledWith('one'));
  lines[0]!.events.fails('microphone');
  expect(phone.get()).toEqual({ kind: 'trouble', why: 'microphone' });
  device.stop();
  expect(lines[0]!.close).toHaveBeenCalled();
  expect(phone.get().kind).toBe('off');
});

it('without a line there is no phone', async () => {
  const device = new BrowserPhone(
    () => Promise.reject(new Error('no')),
    async () => ['one'],
  );
  await device.start();
  expect(phone.get()).toEqual({ kind: 'trouble', why: 'line' });
});
