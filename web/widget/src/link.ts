import { type HubEvents, HubSocket, type Line } from './signalr';

export interface LinkEvents {
  /** The address to connect to. `renew`: the last one was turned away before the handshake, so the token may be stale. */
  url(renew: boolean): Promise<string>;
  up(): void;
  down(): void;
  message(target: string, args: unknown[]): void;
  /** A line for where sockets are blocked. */
  poll(events: HubEvents): Line;
}

const delays = [500, 1000, 2000, 5000, 10_000, 20_000, 30_000];
const stableAfter = 10_000;
/** So many sockets turned away in a row, each with a fresh session, are no accident: something on the way lets none through. */
const blockedAfter = 2;

/** Keeps one line alive: reconnects with backoff and jitter, at once when the browser comes back online; without a socket where none gets through. */
export class Link {
  up = false;
  private line: Line | null = null;
  private turnedAway = 0;
  private polling = false;
  private wanted = false;
  private connecting = false;
  private renew = false;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stable: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;

  constructor(
    private events: LinkEvents,
    private Socket: typeof WebSocket | undefined = globalThis.WebSocket,
    private random: () => number = Math.random,
  ) {}

  open() {
    if (this.wanted) return;
    this.wanted = true;
    void this.connect();
  }

  close() {
    this.wanted = false;
    this.turn++;
    this.connecting = false;
    clearTimeout(this.timer);
    this.line?.end();
  }

  /** Starts over with a new address. */
  reopen() {
    const was = this.wanted;
    this.close();
    this.tries = 0;
    if (was) this.open();
  }

  /** The browser says that it is online or in sight again. */
  kick() {
    if (this.wanted && !this.line && !this.connecting) {
      clearTimeout(this.timer);
      void this.connect();
    }
  }

  invoke(target: string, ...args: unknown[]) {
    return this.line?.invoke(target, ...args) ?? Promise.reject(new Error('not connected'));
  }

  notify(target: string, ...args: unknown[]) {
    this.line?.notify(target, ...args);
  }

  private async connect() {
    const turn = ++this.turn;
    this.connecting = true;
    let asked = false;
    try {
      const url = await this.events.url(this.renew);
      if (turn !== this.turn || !this.wanted) return;
      this.renew = false;
      const events = { up: () => this.onUp(), down: (opened: boolean) => this.onDown(opened), message: this.events.message };
      asked = true;
      this.polling = !this.Socket || this.turnedAway >= blockedAfter;
      this.line = this.Socket && !this.polling ? new HubSocket(url, events, this.Socket) : this.events.poll(events);
    } catch {
      // No session; or a browser that refuses even to make the socket.
      if (asked) this.turnedAway++;
      if (turn === this.turn) this.later();
    } finally {
      if (turn === this.turn) this.connecting = false;
    }
  }

  private onUp() {
    this.up = true;
    // A server that accepts and hangs up at once must not be hammered.
    this.stable = setTimeout(() => {
      this.tries = 0;
    }, stableAfter);
    this.events.up();
  }

  private onDown(opened: boolean) {
    clearTimeout(this.stable);
    this.line = null;
    this.renew = !opened;
    // After a socket that was open the next is a socket again; after a line without, one try is enough to know better.
    this.turnedAway = opened ? (this.polling ? blockedAfter - 1 : 0) : this.turnedAway + 1;
    const was = this.up;
    this.up = false;
    if (was) this.events.down();
    this.later();
  }

  private later() {
    if (!this.wanted) return;
    const delay = delays[Math.min(this.tries++, delays.length - 1)] ?? 30_000;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), delay * (0.5 + this.random() / 2));
  }
}
