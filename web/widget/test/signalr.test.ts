import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encode, HubSocket, handshake, Records } from '../src/signalr';
import { FakeSocket } from './fakes';

const RS = '\x1e';

describe('records', () => {
  it('come apart at the separator', () => {
    expect(new Records().push(`{"type":6}${RS}{"type":7}${RS}`)).toEqual([{ type: 6 }, { type: 7 }]);
  });

  it('wait for their other half', () => {
    const records = new Records();
    expect(records.push('{"type"')).toEqual([]);
    expect(records.push(`:6}${RS}{"a`)).toEqual([{ type: 6 }]);
    expect(records.push(`":1}${RS}`)).toEqual([{ a: 1 }]);
  });

  it('are written as the protocol says', () => {
    expect(handshake).toBe(`{"protocol":"json","version":1}${RS}`);
    expect(encode({ type: 1, target: 'Send', arguments: [{ text: 'hi' }], invocationId: '1' })).toBe(
      `{"type":1,"target":"Send","arguments":[{"text":"hi"}],"invocationId":"1"}${RS}`,
    );
  });
});

describe('the socket', () => {
  const events = { up: vi.fn(), message: vi.fn(), down: vi.fn() };
  let hub: HubSocket;
  let server: FakeSocket;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.clearAllMocks();
    hub = new HubSocket('ws://x/hub', events, FakeSocket.type);
    server = FakeSocket.last();
    server.accept();
  });
  afterEach(() => {
    hub.end();
    vi.useRealTimers();
  });

  it('shakes hands before anything else', () => {
    expect(server.sent).toEqual([{ protocol: 'json', version: 1 }]);
    expect(events.up).not.toHaveBeenCalled();
    server.say({});
    expect(events.up).toHaveBeenCalledOnce();
  });

  it('is down when the handshake is refused', () => {
    server.say({ error: 'no such protocol' });
    expect(events.down).toHaveBeenCalledWith(false);
    expect(events.up).not.toHaveBeenCalled();
  });

  it('gives each call its own answer', async () => {
    server.say({});
    const first = hub.invoke('Send', { n: 1 });
    const second = hub.invoke('Send', { n: 2 });
    const [one, two] = server.calls('Send');
    server.say(
      { type: 3, invocationId: two?.invocationId, result: 'second' },
      { type: 3, invocationId: one?.invocationId, result: 'first' },
    );
    expect([await first, await second]).toEqual(['first', 'second']);
  });

  it('fails a call that the server fails', async () => {
    server.say({});
    const call = hub.invoke('Send');
    server.say({ type: 3, invocationId: server.calls('Send')[0]?.invocationId, error: 'database is away' });
    await expect(call).rejects.toThrow('database is away');
    expect(events.down).not.toHaveBeenCalled();
  });

  it('hands on what the server says', () => {
    server.say({}, { type: 1, target: 'message', arguments: [{ id: 'm' }] });
    expect(events.message).toHaveBeenCalledWith('message', [{ id: 'm' }]);
  });

  it('fails what waits when the line breaks, and says so once', async () => {
    server.say({});
    const call = hub.invoke('Send');
    server.drop();
    await expect(call).rejects.toThrow('connection lost');
    hub.end();
    expect(events.down).toHaveBeenCalledOnce();
    expect(events.down).toHaveBeenCalledWith(true);
  });

  it('takes a call without an answer for a dead line', async () => {
    server.say({});
    const call = hub.invoke('Send').catch((error: Error) => error.message);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await call).toBe('connection lost');
    expect(events.down).toHaveBeenCalledWith(true);
  });

  it('pings, and gives up a server that is silent', async () => {
    server.say({});
    await vi.advanceTimersByTimeAsync(34_000);
    expect(server.sent.filter((frame) => (frame as { type?: number }).type === 6)).toHaveLength(2);
    server.say({ type: 6 });
    await vi.advanceTimersByTimeAsync(34_000);
    expect(events.down).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(events.down).toHaveBeenCalledWith(true);
  });

  it('ends on a close frame and on nonsense', () => {
    server.say({}, { type: 7, error: 'bye' });
    expect(events.down).toHaveBeenCalledOnce();
    hub = new HubSocket('ws://x/hub', events, FakeSocket.type);
    FakeSocket.last().accept();
    FakeSocket.last().raw(`{}${RS}not json${RS}`);
    expect(events.down).toHaveBeenCalledTimes(2);
  });
});
