import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Chat, type State } from '../src/chat';
import { Api } from '../src/http';
import type { Message, Session } from '../src/protocol';
import { memoryStore, type Store } from '../src/store';
import { FakeSocket, session } from './fakes';

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString();
const message = (id: string, second: number, change: Partial<Message> = {}): Message => ({
  id,
  from: 'agent',
  name: 'Ani',
  text: id,
  files: [],
  at: at(second),
  status: null,
  ...change,
});

/** The server's HTTP side: sessions as told, and a thread that answers after= and before= as the contract says. */
class Server {
  sessions: (Session | { status: number; code: string })[] = [];
  thread: Message[] = [];
  asked: { path: string; body: Record<string, unknown> | null; token: string | null }[] = [];
  offline = false;
  /** What the next polls bring; without, a poll waits until it is given up. */
  news: { items: { target: string; body: unknown }[]; last: number; gap: boolean }[] = [];

  fetch = (async (input: string, init: RequestInit = {}) => {
    if (this.offline) throw new TypeError('network');
    const url = new URL(input, 'http://x');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : null;
    this.asked.push({ path: url.pathname + url.search, body, token: new Headers(init.headers).get('Authorization') });
    if (url.pathname.endsWith('/events')) {
      if (!url.searchParams.has('after')) return Response.json({ items: [], last: 7, gap: false });
      const next = this.news.shift();
      if (next) return Response.json(next);
      return new Promise<Response>((_, reject) => init.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))));
    }
    if (init.method === 'POST' && url.pathname.endsWith('/seen')) return new Response(null, { status: 204 });
    if (init.method === 'POST' && url.pathname.endsWith('/messages')) return Response.json({ id: body?.clientId, at: at(9) });
    if (url.pathname.endsWith('/session')) {
      const next = this.sessions.length > 1 ? this.sessions.shift() : this.sessions[0];
      return next && 'status' in next ? Response.json({ code: next.code }, { status: next.status }) : Response.json(next);
    }
    const after = url.searchParams.get('after');
    const before = url.searchParams.get('before');
    const place = this.thread.findIndex((m) => m.id === (after ?? before));
    const items = before ? this.thread.slice(0, place) : after ? this.thread.slice(place + 1) : this.thread;
    return Response.json({ items, more: false });
  }) as typeof fetch;
}

describe('the chat', () => {
  let server: Server;
  let store: Store;
  let chat: Chat;
  let ids: number;
  const events = { changed: vi.fn<(state: State) => void>(), identity: vi.fn(), heard: vi.fn() };
  const socket = () => FakeSocket.last();
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const tab = () =>
    new Chat(
      {
        api: new Api('in', '/widget/', server.fetch),
        store,
        locale: 'en',
        page: () => ({ url: 'https://shop.example/', origin: 'https://shop.example' }),
        Socket: FakeSocket.type,
        newId: () => `c-${++ids}`,
      },
      events,
    );
  const begin = async () => {
    await chat.start();
    chat.watch(true);
    await settle();
    socket().welcome();
    await settle();
  };

  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 2, 1, 12) });
    vi.clearAllMocks();
    FakeSocket.all = [];
    ids = 0;
    server = new Server();
    server.sessions = [session()];
    store = memoryStore();
    chat = tab();
  });
  afterEach(() => {
    chat.shutdown();
    vi.useRealTimers();
  });

  it('opens no socket for a stranger who only passes by', async () => {
    await chat.start();
    await settle();
    expect(FakeSocket.all).toHaveLength(0);
    expect(chat.state.phase).toBe('ready');
  });

  it('connects with the visitor token when the visitor looks', async () => {
    await begin();
    expect(new URL(socket().url).searchParams.get('token')).toBe('t-1');
    expect(chat.state.link).toBe('up');
  });

  it('listens for answers when there is history', async () => {
    server.sessions = [session({ messages: [message('a', 1)], unread: 1 })];
    await chat.start();
    await settle();
    expect(FakeSocket.all).toHaveLength(1);
    expect(chat.state.unread).toBe(1);
  });

  it('keeps a message until it is acknowledged', async () => {
    await begin();
    chat.send('Hello');
    await settle();
    const [call] = socket().calls('Send');
    expect(call?.arguments).toEqual([{ clientId: 'c-1', text: 'Hello', files: [] }]);
    expect(store.keys()).toContain('q.v-1.c-1');
    socket().answer(call, { id: 'c-1', at: at(5) });
    await settle();
    expect(store.keys()).not.toContain('q.v-1.c-1');
    expect(chat.state.pending).toEqual([]);
    expect(chat.state.messages.map((m) => [m.id, m.status])).toEqual([['c-1', 'sent']]);
  });

  it('sends again, under the same id, what a broken line left unanswered', async () => {
    await begin();
    chat.send('Hello');
    await settle();
    socket().drop();
    await settle();
    expect(chat.state.link).toBe('lost');
    await vi.advanceTimersByTimeAsync(1000);
    expect(FakeSocket.all).toHaveLength(2);
    socket().welcome();
    await settle();
    expect(
      socket()
        .calls('Send')
        .map((c) => c.arguments),
    ).toEqual([[{ clientId: 'c-1', text: 'Hello', files: [] }]]);
  });

  it('does not send again what the gap shows as arrived', async () => {
    await begin();
    chat.send('Hello');
    await settle();
    socket().drop();
    server.thread = [message('c-1', 3, { from: 'visitor', text: 'Hello', status: 'sent' })];
    await vi.advanceTimersByTimeAsync(1000);
    socket().accept();
    await settle();
    socket().say({});
    await settle();
    socket().answer(socket().calls('Send')[0], { id: 'c-1', at: at(3) });
    await settle();
    expect(chat.state.messages.map((m) => m.id)).toEqual(['c-1']);
    expect(chat.state.pending).toEqual([]);
  });

  it('keeps what was written through a reload and sends it then', async () => {
    await begin();
    socket().drop();
    chat.send('one');
    chat.send('two');
    await settle();
    const next = tab();
    await next.start();
    await settle();
    expect(next.state.pending.map((p) => p.text)).toEqual(['one', 'two']);
    socket().welcome();
    await settle();
    const [first] = socket().calls('Send');
    expect(first?.arguments[0]).toMatchObject({ clientId: 'c-1', text: 'one' });
    expect(socket().calls('Send')).toHaveLength(1);
    socket().answer(first, { id: 'c-1', at: at(1) });
    await settle();
    expect(socket().calls('Send')[1]?.arguments[0]).toMatchObject({ clientId: 'c-2', text: 'two' });
    next.shutdown();
  });

  it('waits as long as the server asks', async () => {
    await begin();
    chat.send('Hello');
    await settle();
    socket().answer(socket().calls('Send')[0], { refused: 'too_fast', retryAfter: 7 });
    await vi.advanceTimersByTimeAsync(6900);
    expect(socket().calls('Send')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(socket().calls('Send')).toHaveLength(2);
  });

  it('shows what the server refuses, lets the rest pass, and tries again when asked to', async () => {
    await begin();
    chat.send('refused');
    chat.send('fine');
    await settle();
    socket().answer(socket().calls('Send')[0], { refused: 'too_long' });
    await settle();
    socket().answer(socket().calls('Send')[1], { id: 'c-2', at: at(2) });
    await settle();
    expect(chat.state.pending.map((p) => [p.clientId, p.failed])).toEqual([['c-1', 'too_long']]);
    chat.retry('c-1');
    await settle();
    expect(socket().calls('Send')[2]?.arguments[0]).toMatchObject({ clientId: 'c-1' });
  });

  it('tries again by itself when the server stumbles', async () => {
    await begin();
    chat.send('Hello');
    await settle();
    socket().say({ type: 3, invocationId: socket().calls('Send')[0]?.invocationId, error: 'database is away' });
    await vi.advanceTimersByTimeAsync(3000);
    expect(socket().calls('Send')).toHaveLength(2);
    expect(chat.state.pending).toHaveLength(1);
  });

  it('leaves an email address with the message', async () => {
    await begin();
    chat.leaveEmail('kim@example.org', 'My buckle snapped');
    await settle();
    expect(socket().calls('LeaveEmail')[0]?.arguments).toEqual([{ clientId: 'c-1', email: 'kim@example.org', text: 'My buckle snapped' }]);
    expect(chat.state.answerTo).toBe('kim@example.org');
    const next = tab();
    await next.start();
    expect(next.state.answerTo).toBe('kim@example.org');
    next.shutdown();
  });

  it('asks for what it missed, with an overlap, and shows nothing twice', async () => {
    server.thread = [1, 2, 3, 4, 5, 6, 7].map((n) => message(`m${n}`, n));
    server.sessions = [session({ messages: server.thread })];
    await begin();
    socket().drop();
    server.thread.splice(6, 0, message('late', 6.5));
    server.thread.push(message('new', 9));
    await vi.advanceTimersByTimeAsync(1000);
    socket().welcome();
    await settle();
    expect(server.asked.at(-1)?.path).toBe('/widget/in/messages?after=m3');
    expect(server.asked.at(-1)?.token).toBe('Bearer t-1');
    expect(chat.state.messages.map((m) => m.id)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'late', 'm7', 'new']);
  });

  it('counts what came while nobody looked, and marks it seen when somebody does', async () => {
    await begin();
    chat.watch(false);
    socket().push('message', message('a', 1));
    socket().push('message', message('b', 2));
    socket().push('message', message('b', 2, { text: 'edited', edited: true }));
    expect(chat.state.unread).toBe(2);
    expect(socket().calls('Seen')).toHaveLength(0);
    chat.watch(true);
    expect(chat.state.unread).toBe(0);
    expect(
      socket()
        .calls('Seen')
        .map((c) => c.arguments),
    ).toEqual([['b']]);
    chat.watch(true);
    expect(socket().calls('Seen')).toHaveLength(1);
  });

  it('counts what came while the line was broken', async () => {
    await begin();
    chat.watch(false);
    socket().drop();
    server.thread = [message('a', 1)];
    await vi.advanceTimersByTimeAsync(1000);
    socket().welcome();
    await settle();
    expect(chat.state.unread).toBe(1);
  });

  it('shows receipts, who joined and who types', async () => {
    await begin();
    socket().push('message', message('c-9', 1, { from: 'visitor', status: 'sent' }));
    socket().push('status', { id: 'c-9', status: 'seen' });
    socket().push('joined', { id: 'j', name: 'Ani', at: at(2) });
    socket().push('agentTyping', { name: 'Ani', typing: true });
    expect(chat.state.messages.map((m) => [m.kind, m.status])).toEqual([
      [undefined, 'seen'],
      ['joined', null],
    ]);
    expect(chat.state.typing).toBe('Ani');
    await vi.advanceTimersByTimeAsync(6000);
    expect(chat.state.typing).toBeNull();
  });

  it('says that the visitor types at most every three seconds', async () => {
    await begin();
    chat.typing(true);
    chat.typing(true);
    await vi.advanceTimersByTimeAsync(3000);
    chat.typing(true);
    chat.typing(false);
    chat.typing(false);
    expect(
      socket()
        .calls('Typing')
        .map((c) => c.arguments[0]),
    ).toEqual([true, true, false]);
  });

  it('gets a new token when the old one is turned away before the handshake', async () => {
    await begin();
    socket().drop();
    await vi.advanceTimersByTimeAsync(1000);
    server.sessions = [session({ visitorToken: 't-2' })];
    socket().drop();
    await vi.advanceTimersByTimeAsync(2000);
    expect(new URL(socket().url).searchParams.get('token')).toBe('t-2');
  });

  it('backs off while the server is away, and comes at once when the browser is back', async () => {
    await begin();
    server.offline = true;
    for (let i = 0; i < 8; i++) {
      socket().drop();
      await vi.advanceTimersByTimeAsync(30_000);
    }
    const tries = FakeSocket.all.length;
    server.offline = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(FakeSocket.all.length).toBeLessThanOrEqual(tries + 1);
    chat.wake();
    await settle();
    socket().welcome();
    await settle();
    expect(chat.state.link).toBe('up');
  });

  it('shows nothing where it is not allowed', async () => {
    server.sessions = [{ status: 403, code: 'origin_not_allowed' }];
    await chat.start();
    expect(chat.state.phase).toBe('gone');
  });

  it('tries again when the server is in trouble', async () => {
    server.sessions = [{ status: 503, code: 'database_unavailable' }, session()];
    await chat.start();
    expect(chat.state.phase).toBe('starting');
    await vi.advanceTimersByTimeAsync(1000);
    expect(chat.state.phase).toBe('ready');
  });

  describe('with a signed identity', () => {
    it('waits for it where it is required', async () => {
      server.sessions = [{ status: 401, code: 'identity_required' }, session({ signed: true, threadId: 'user:42' })];
      await chat.start();
      expect(chat.state.phase).toBe('waiting');
      expect(events.identity).toHaveBeenCalledWith('identityRequired');
      chat.identify('jwt');
      await settle();
      expect(chat.state.phase).toBe('ready');
      expect(server.asked.at(-1)?.body?.identityToken).toBe('jwt');
    });

    it('goes on as a stranger when the site signs nonsense, and says so', async () => {
      server.sessions = [{ status: 401, code: 'identity_refused' }, session()];
      await chat.start('nonsense');
      expect(events.identity).toHaveBeenCalledWith('identityRefused');
      expect(server.asked.at(-1)?.body).not.toHaveProperty('identityToken');
      expect(chat.state.phase).toBe('ready');
    });

    it('never falls back to a stranger when it has expired', async () => {
      server.sessions = [session({ signed: true, threadId: 'user:42', messages: [message('a', 1)] })];
      await chat.start('jwt');
      chat.watch(true);
      await settle();
      server.sessions = [{ status: 401, code: 'identity_expired' }];
      socket().drop();
      await vi.advanceTimersByTimeAsync(1000);
      expect(events.identity).toHaveBeenCalledWith('identityExpired');
      expect(chat.state.expired).toBe(true);
      expect(chat.state.messages).toHaveLength(1);
      const tries = FakeSocket.all.length;
      await vi.advanceTimersByTimeAsync(120_000);
      expect(FakeSocket.all).toHaveLength(tries);
      server.sessions = [session({ visitorToken: 't-2', signed: true, threadId: 'user:42' })];
      chat.identify('fresh');
      await settle();
      expect(new URL(socket().url).searchParams.get('token')).toBe('t-2');
    });

    it('moves to the new visitor and shows nothing of the one before', async () => {
      await begin();
      socket().push('message', message('private', 1));
      chat.send('mine');
      server.sessions = [session({ visitorToken: 't-9', visitorId: 'v-9', threadId: 'user:43', signed: true })];
      chat.identify('jwt-of-another');
      await settle();
      expect(chat.state.messages).toEqual([]);
      expect(chat.state.pending).toEqual([]);
      expect(new URL(socket().url).searchParams.get('token')).toBe('t-9');
      socket().welcome();
      await settle();
      expect(socket().calls('Send')).toEqual([]);
    });
  });

  it('forgets the visitor on shutdown', async () => {
    await begin();
    chat.send('Hello');
    chat.shutdown();
    expect(store.keys()).toEqual([]);
    expect(socket().closed).toBe(true);
    expect(chat.state.messages).toEqual([]);
  });

  describe('where no socket gets through', () => {
    const saidTo = (path: string) => server.asked.filter((call) => call.path.endsWith(path) && call.body !== null);
    const open = async () => {
      server.sessions = [session({ messages: [message('a', 1)] })];
      await chat.start();
      chat.watch(true);
      // Two sockets are turned away, each after a fresh session; then it goes on without.
      for (let tries = 0; tries < 2; tries++) {
        await settle();
        socket().drop();
        await vi.advanceTimersByTimeAsync(2000);
      }
      await settle();
    };

    it('asks for news and says what it has to say in plain requests', async () => {
      server.thread = [message('a', 1)];
      server.news = [{ items: [{ target: 'message', body: message('b', 2) }], last: 8, gap: false }];
      const sockets = FakeSocket.all.length;
      await open();
      expect(FakeSocket.all.length - sockets).toBe(2);
      expect(chat.state.link).toBe('up');
      expect(chat.state.messages.map((m) => m.id)).toEqual(['a', 'b']);
      expect(server.asked.filter((call) => call.path.includes('/events')).map((call) => call.path)).toEqual([
        '/widget/in/events',
        '/widget/in/events?after=7',
        '/widget/in/events?after=8',
      ]);
      expect(saidTo('/seen').at(-1)?.body).toEqual({ messageId: 'b' });
      chat.send('Hello');
      await settle();
      expect(saidTo('/messages').at(-1)?.body).toMatchObject({ text: 'Hello' });
      expect(chat.state.pending).toEqual([]);
      expect(chat.state.messages.at(-1)).toMatchObject({ text: 'Hello', status: 'sent' });
    });

    it('reads the thread again when too much has happened', async () => {
      server.thread = [message('a', 1), message('b', 2), message('c', 3)];
      server.news = [{ items: [], last: 9000, gap: true }];
      await open();
      expect(chat.state.messages.map((m) => m.id)).toEqual(['a', 'b', 'c']);
    });

    it('gives one socket another chance when the line breaks', async () => {
      await open();
      server.offline = true;
      const sockets = FakeSocket.all.length;
      chat.send('Hello');
      await settle();
      expect(chat.state.link).toBe('lost');
      expect(chat.state.pending).toHaveLength(1);
      server.offline = false;
      await vi.advanceTimersByTimeAsync(2000);
      expect(FakeSocket.all.length - sockets).toBe(1);
      socket().drop();
      await vi.advanceTimersByTimeAsync(6000);
      expect(chat.state.link).toBe('up');
      expect(chat.state.pending).toEqual([]);
    });
  });
});
