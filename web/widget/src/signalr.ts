// SignalR's JSON hub protocol, the part a chat needs: handshake, invocations both ways, completions, pings, close.
// Hand-written, because the official client alone would eat two thirds of the widget's size budget.

const RS = '\x1e';

export type Frame =
  | { type: 1; target: string; arguments: unknown[]; invocationId?: string }
  | { type: 3; invocationId: string; result?: unknown; error?: string }
  | { type: 6 }
  | { type: 7; error?: string; allowReconnect?: boolean };

export const handshake = `{"protocol":"json","version":1}${RS}`;
export const encode = (frame: Frame) => JSON.stringify(frame) + RS;

/** Splits what arrives into records; a record cut in two waits for its other half. */
export class Records {
  private rest = '';

  push(chunk: string): unknown[] {
    const parts = (this.rest + chunk).split(RS);
    this.rest = parts.pop() ?? '';
    return parts.filter((part) => part !== '').map((part) => JSON.parse(part) as unknown);
  }
}

export interface HubEvents {
  up(): void;
  message(target: string, args: unknown[]): void;
  /** Once, whatever the reason. `opened`: whether the handshake had succeeded. */
  down(opened: boolean): void;
}

/** A way to the server, over a socket or without one. */
export interface Line {
  invoke(target: string, ...args: unknown[]): Promise<unknown>;
  notify(target: string, ...args: unknown[]): void;
  end(): void;
}

const pingEvery = 15_000;
const deadAfter = 35_000;
const answerWithin = 15_000;
/** A blocked socket may neither open nor fail. */
const openWithin = 10_000;

/** One socket, from handshake to close. Reconnecting is the link's business. */
export class HubSocket implements Line {
  private socket: WebSocket;
  private records = new Records();
  private waiting = new Map<
    string,
    { resolve: (value: unknown) => void; reject: (error: Error) => void; timer: ReturnType<typeof setTimeout> }
  >();
  private count = 0;
  private opened = false;
  private over = false;
  private pings: ReturnType<typeof setInterval>;
  private watchdog: ReturnType<typeof setTimeout>;

  constructor(
    url: string,
    private events: HubEvents,
    Socket: typeof WebSocket = WebSocket,
  ) {
    this.socket = new Socket(url);
    this.socket.onopen = () => this.socket.send(handshake);
    this.socket.onmessage = (event) => this.receive(String(event.data));
    this.socket.onclose = () => this.end();
    this.socket.onerror = () => this.end();
    this.watchdog = setTimeout(() => this.end(), openWithin);
    this.pings = setInterval(() => this.opened && this.socket.send(encode({ type: 6 })), pingEvery);
  }

  invoke(target: string, ...args: unknown[]): Promise<unknown> {
    if (!this.opened || this.over) return Promise.reject(new Error('not connected'));
    const invocationId = String(++this.count);
    return new Promise((resolve, reject) => {
      // No answer in time: the line is dead in one direction. A new socket sends what is unacknowledged again.
      const timer = setTimeout(() => this.end(), answerWithin);
      this.waiting.set(invocationId, { resolve, reject, timer });
      this.socket.send(encode({ type: 1, target, arguments: args, invocationId }));
    });
  }

  /** Fire and forget. */
  notify(target: string, ...args: unknown[]) {
    if (this.opened && !this.over) this.socket.send(encode({ type: 1, target, arguments: args }));
  }

  end() {
    if (this.over) return;
    this.over = true;
    clearInterval(this.pings);
    clearTimeout(this.watchdog);
    for (const call of this.waiting.values()) {
      clearTimeout(call.timer);
      call.reject(new Error('connection lost'));
    }
    this.waiting.clear();
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = this.socket.onerror = null;
    this.socket.close();
    this.events.down(this.opened);
  }

  private receive(data: string) {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.end(), deadAfter);
    let records: unknown[];
    try {
      records = this.records.push(data);
    } catch {
      return this.end();
    }
    for (const record of records) if (!this.over) this.take(record as Frame & { error?: string });
  }

  private take(frame: Frame & { error?: string }) {
    if (!this.opened) {
      if (frame.error) return this.end();
      this.opened = true;
      return this.events.up();
    }
    switch (frame.type) {
      case 1:
        return this.events.message(frame.target, frame.arguments ?? []);
      case 3: {
        const call = this.waiting.get(frame.invocationId);
        if (!call) return;
        this.waiting.delete(frame.invocationId);
        clearTimeout(call.timer);
        return frame.error === undefined ? call.resolve(frame.result) : call.reject(new Error(frame.error));
      }
      case 7:
        return this.end();
    }
  }
}
