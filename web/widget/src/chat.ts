// The chat without its screens: who the visitor is, what was said, what still has to be sent, and the line to the server.
// Longer than most files, because the order of these steps is the story: session, link, gap, outbox.

import { type Api, Refused } from './http';
import { Link } from './link';
import { Outbox, type Outgoing } from './outbox';
import { PollLine } from './poll';
import type { Ack, Config, ContinueOn, FileInfo, Message, PreChat, Session } from './protocol';
import type { Store } from './store';
import { gapCursor, lastOfOurs, markSeen, merge } from './thread';
import { Visits } from './visits';

export interface State {
  /** waiting: for a signed identity. gone: this inbox is closed to us, and nothing is shown. */
  phase: 'starting' | 'ready' | 'waiting' | 'gone';
  config: Config | null;
  me: Session['me'];
  messages: Message[];
  pending: Outgoing[];
  more: boolean;
  continueOn: ContinueOn[];
  unread: number;
  link: 'idle' | 'connecting' | 'up' | 'lost';
  typing: string | null;
  asked: boolean;
  /** Where the visitor asked to be answered, besides here. */
  answerTo: string | null;
  /** The signed identity ran out: only the page can mend it. */
  expired: boolean;
}

export interface ChatEvents {
  changed(state: State): void;
  identity(problem: 'identityRequired' | 'identityExpired' | 'identityRefused'): void;
  heard(): void;
}

export interface Surroundings {
  api: Api;
  store: Store;
  locale: string;
  page: () => { url: string; origin: string };
  Socket?: typeof WebSocket;
  newId?: () => string;
}

const typingEvery = 3000;
const typingEnds = 6000;
/** So long after a message the server surely knows who wrote it. */
const knownAfter = 4000;

export class Chat {
  state: State = {
    phase: 'starting',
    config: null,
    me: null,
    messages: [],
    pending: [],
    more: false,
    continueOn: [],
    unread: 0,
    link: 'idle',
    typing: null,
    asked: false,
    answerTo: null,
    expired: false,
  };
  private token = '';
  private visitorId = '';
  private outbox: Outbox | null = null;
  private link: Link;
  private visits: Visits;
  private identity: string | undefined;
  private flushing = false;
  private watching = false;
  private seen = '';
  private typedAt = 0;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;
  private failures = 0;
  private older: Promise<void> | null = null;

  constructor(
    private around: Surroundings,
    private events: ChatEvents,
  ) {
    this.visits = new Visits(around.api, around.store);
    this.link = new Link(
      {
        url: async (renew) => {
          if (renew) await this.renew();
          return this.around.api.hub(this.token);
        },
        up: () => this.onUp(),
        down: () => this.set({ link: 'lost', typing: null }),
        message: (target, args) => this.hear(target, args),
        poll: (events) => new PollLine(this.around.api, this.token, events),
      },
      around.Socket,
    );
  }

  async start(identity?: string) {
    if (identity) this.identity = identity;
    const turn = ++this.turn;
    clearTimeout(this.retryTimer);
    try {
      const session = await this.fetchSession();
      if (turn === this.turn) this.enter(session);
    } catch (error) {
      if (turn !== this.turn || this.stopAt(error)) return;
      const after = error instanceof Refused && error.retryAfter ? error.retryAfter * 1000 : Math.min(60_000, 1000 * 2 ** this.failures++);
      this.retryTimer = setTimeout(() => void this.start(), after);
      if (this.state.phase === 'ready') this.set({ link: 'lost' });
    }
  }

  identify(token: string) {
    if (token === this.identity) return;
    void this.start(token);
  }

  /** Forgets the visitor on this browser. */
  shutdown() {
    this.turn++;
    clearTimeout(this.retryTimer);
    this.link.close();
    for (const key of this.around.store.keys()) this.around.store.remove(key);
    this.token = this.visitorId = '';
    this.identity = undefined;
    this.set({ phase: 'gone', messages: [], pending: [], unread: 0, link: 'idle' });
  }

  /** The visitor looks at the thread (or not). */
  watch(watching: boolean) {
    this.watching = watching;
    if (watching) {
      this.connect();
      this.markSeen();
    }
  }

  /** Another page of the site. Told only once the visitor has written. */
  visited(url: string, title: string) {
    this.visits.add(url, title);
    if (this.state.asked && this.state.phase === 'ready') void this.visits.flush(this.token);
  }

  wake() {
    this.link.kick();
  }

  send(text: string, files: FileInfo[] = [], preChat?: PreChat) {
    this.queue({ kind: 'message', text, files, ...(preChat ? { preChat } : {}) });
  }

  leaveEmail(email: string, text: string) {
    this.queue({ kind: 'email', text, files: [], email });
    this.around.store.set(`answer.${this.visitorId}`, email);
    this.set({ answerTo: email });
  }

  retry(clientId: string) {
    this.outbox?.retry(clientId);
    this.showPending();
    void this.flush();
  }

  discard(clientId: string) {
    this.outbox?.done(clientId);
    this.showPending();
  }

  typing(typing: boolean) {
    if (!this.link.up) return;
    const now = Date.now();
    if (typing && now - this.typedAt < typingEvery) return;
    if (!typing && this.typedAt === 0) return;
    this.typedAt = typing ? now : 0;
    this.link.notify('Typing', typing);
  }

  upload(file: File): Promise<FileInfo> {
    return this.around.api.upload(this.token, file);
  }

  /** Reads the page before the first message shown. */
  loadOlder(): Promise<void> {
    const first = this.state.messages.find((m) => m.kind !== 'joined' && !m.local);
    if (!this.state.more || !first) return Promise.resolve();
    this.older ??= this.around.api
      .messages(this.token, { before: first.id })
      .then((page) => this.set({ messages: merge(this.state.messages, page.items), more: page.more }))
      .catch(() => undefined)
      .finally(() => {
        this.older = null;
      });
    return this.older;
  }

  private async fetchSession(): Promise<Session> {
    const { api, store, locale, page } = this.around;
    const { url, origin } = page();
    const visitorToken = store.get('token');
    const request = { locale, page: url, origin, ...(visitorToken ? { visitorToken } : {}) };
    try {
      return await api.session({ ...request, ...(this.identity ? { identityToken: this.identity } : {}) });
    } catch (error) {
      if (!(error instanceof Refused && error.code === 'identity_refused' && this.identity)) throw error;
      // The site's mistake must not shut its visitors out: they are strangers then, as if nobody had signed in.
      this.identity = undefined;
      this.events.identity('identityRefused');
      return api.session(request);
    }
  }

  /** True when trying again by ourselves is no use. */
  private stopAt(error: unknown): boolean {
    if (!(error instanceof Refused)) return false;
    if (error.code === 'identity_required' || error.code === 'identity_expired') {
      this.link.close();
      this.set({
        phase: this.state.phase === 'ready' ? 'ready' : 'waiting',
        link: this.state.phase === 'ready' ? 'lost' : 'idle',
        expired: true,
      });
      this.events.identity(error.code === 'identity_required' ? 'identityRequired' : 'identityExpired');
      return true;
    }
    if (error.status === 403 || error.status === 404) {
      this.link.close();
      this.set({ phase: 'gone', link: 'idle' });
      return true;
    }
    return false;
  }

  private async renew() {
    const turn = this.turn;
    try {
      const session = await this.fetchSession();
      // Somebody signed in meanwhile: this answer speaks of the visitor before.
      if (turn !== this.turn) throw new Error('overtaken');
      this.enter(session, true);
    } catch (error) {
      this.stopAt(error);
      throw error;
    }
  }

  private enter(session: Session, renewing = false) {
    const sameVisitor = session.visitorId === this.visitorId;
    const sameThread = sameVisitor && session.threadId === this.around.store.get('thread');
    const tokenChanged = session.visitorToken !== this.token;
    this.failures = 0;
    this.token = session.visitorToken;
    this.visitorId = session.visitorId;
    this.around.store.set('token', session.visitorToken);
    this.around.store.set('thread', session.threadId);
    if (!sameVisitor || !this.outbox) this.outbox = new Outbox(this.around.store, this.visitorId, undefined, this.around.newId);
    const messages = merge(sameThread ? this.state.messages : [], session.messages);
    this.set({
      phase: 'ready',
      expired: false,
      answerTo: this.around.store.get(`answer.${this.visitorId}`),
      config: session.config,
      me: session.me,
      messages,
      more: sameThread && this.state.messages.length > 0 ? this.state.more : session.more,
      continueOn: session.continueOn,
      unread: session.unread,
      pending: this.outbox.all(),
      asked: messages.some((m) => m.from === 'visitor') || this.outbox.all().length > 0,
    });
    this.settle(session.messages);
    if (this.state.asked) void this.visits.flush(this.token);
    if (!renewing && tokenChanged) this.link.reopen();
    // A stranger who has not said anything costs no socket.
    if (this.watching || messages.length > 0 || this.state.pending.length > 0) this.connect();
  }

  private connect() {
    if (this.state.phase !== 'ready') return;
    if (this.state.link === 'idle') this.set({ link: 'connecting' });
    this.link.open();
  }

  private onUp() {
    this.set({ link: 'up' });
    // First the socket, then the gap: whatever is committed between the two comes either way.
    void this.fillGap();
    void this.flush();
    this.seen = '';
    this.markSeen();
  }

  private async fillGap() {
    const token = this.token;
    try {
      for (let more = true; more && token === this.token; ) {
        const after = gapCursor(this.state.messages);
        const page = await this.around.api.messages(token, after ? { after } : {});
        if (token !== this.token) return;
        const before = lastOfOurs(this.state.messages)?.id;
        this.set({ messages: merge(this.state.messages, page.items) });
        this.settle(page.items);
        if (lastOfOurs(this.state.messages)?.id !== before) this.news(page.items);
        more = page.more && gapCursor(this.state.messages) !== after && after !== undefined;
      }
    } catch {
      // The socket brings what comes next; the gap is asked for again at the next reconnect, or now if only this call failed.
      if (this.link.up && token === this.token) this.retryTimer = setTimeout(() => void this.fillGap(), 3000);
    }
  }

  private queue(what: Parameters<Outbox['add']>[0]) {
    if (!this.outbox) return;
    this.outbox.add(what);
    this.set({ asked: true });
    this.showPending();
    this.connect();
    void this.flush();
  }

  private showPending() {
    this.set({ pending: this.outbox?.all() ?? [] });
  }

  /** One at a time and in order: what is acknowledged is durable, what is not stays for the next connection. */
  private async flush() {
    if (this.flushing) return;
    this.flushing = true;
    const outbox = this.outbox;
    try {
      for (let next = outbox?.next(); next && outbox && outbox === this.outbox && this.link.up; next = outbox.next()) {
        const ack = (await this.link.invoke(next.kind === 'email' ? 'LeaveEmail' : 'Send', bodyOf(next))) as Ack;
        if (ack.refused === 'too_fast') await pause((ack.retryAfter ?? 5) * 1000);
        else if (ack.refused) outbox.fail(next.clientId, ack.refused);
        else {
          outbox.done(next.clientId);
          setTimeout(() => void this.visits.flush(this.token), knownAfter);
          this.set({
            messages: merge(
              this.state.messages,
              [localMessage(next, ack.at)].filter((m) => !this.state.messages.some((known) => known.id === m.id)),
            ),
          });
        }
        this.showPending();
      }
    } catch {
      if (this.link.up) setTimeout(() => void this.flush(), 3000);
    } finally {
      this.flushing = false;
    }
    if (outbox !== this.outbox) void this.flush();
  }

  private hear(target: string, args: unknown[]) {
    const arg = (args[0] ?? {}) as Record<string, unknown>;
    switch (target) {
      case 'message': {
        const message = arg as unknown as Message;
        const fresh = !this.state.messages.some((m) => m.id === message.id);
        this.set({ messages: merge(this.state.messages, [message]) });
        this.settle([message]);
        if (fresh) this.news([message]);
        return;
      }
      case 'status':
        if (arg.status === 'seen') this.set({ messages: markSeen(this.state.messages, String(arg.id)) });
        return;
      case 'joined':
        return this.set({
          messages: merge(this.state.messages, [
            {
              id: String(arg.id),
              kind: 'joined',
              from: 'agent',
              name: String(arg.name ?? ''),
              text: null,
              files: [],
              at: String(arg.at),
              status: null,
            },
          ]),
        });
      case 'agentTyping':
        clearTimeout(this.typingTimer);
        if (arg.typing) this.typingTimer = setTimeout(() => this.set({ typing: null }), typingEnds);
        return this.set({ typing: arg.typing ? String(arg.name ?? '') : null });
      case 'availability':
        if (this.state.config) {
          this.set({
            config: { ...this.state.config, online: arg.online === true, backAt: typeof arg.backAt === 'string' ? arg.backAt : null },
          });
        }
        return;
    }
  }

  /** A message of the visitor's that the server has, from whichever tab, needs no sending. */
  private settle(items: Message[]) {
    const known = new Set(items.filter((m) => m.from === 'visitor').map((m) => m.id));
    const settled = this.state.pending.filter((p) => known.has(p.clientId));
    if (settled.length === 0) return;
    for (const item of settled) this.outbox?.done(item.clientId);
    this.showPending();
  }

  private news(items: Message[]) {
    const ours = items.filter((m) => m.from !== 'visitor' && m.kind !== 'joined' && !m.deleted);
    if (ours.length === 0) return;
    clearTimeout(this.typingTimer);
    if (this.watching) {
      this.set({ typing: null });
      this.markSeen();
    } else {
      this.set({ typing: null, unread: this.state.unread + ours.length });
    }
    this.events.heard();
  }

  private markSeen() {
    if (!this.watching) return;
    if (this.state.unread > 0) this.set({ unread: 0 });
    const last = lastOfOurs(this.state.messages);
    if (!last || last.id === this.seen || !this.link.up) return;
    this.seen = last.id;
    this.link.invoke('Seen', last.id).catch(() => {
      this.seen = '';
    });
  }

  private set(change: Partial<State>) {
    this.state = { ...this.state, ...change };
    this.events.changed(this.state);
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function bodyOf(item: Outgoing) {
  const { clientId, text, files, preChat, email } = item;
  return item.kind === 'email'
    ? { clientId, email, text }
    : { clientId, text, files: files.map((f) => f.id), ...(preChat ? { preChat } : {}) };
}

const localMessage = (item: Outgoing, at: string): Message => ({
  id: item.clientId,
  from: 'visitor',
  name: null,
  text: item.text,
  files: item.files,
  at,
  status: 'sent',
  local: true,
});
