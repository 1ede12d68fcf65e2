import type { Session } from '../src/protocol';

interface Call {
  type: 1;
  target: string;
  arguments: unknown[];
  invocationId?: string;
}

/** The server's end of a WebSocket: what the widget sent, and the means to answer, drop or refuse. */
export class FakeSocket {
  static all: FakeSocket[] = [];
  static type = FakeSocket as unknown as typeof WebSocket;
  static last = () => FakeSocket.all.at(-1) as FakeSocket;

  sent: unknown[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  send(data: string) {
    if (this.closed) throw new Error('sent on a closed socket');
    this.sent.push(
      ...data
        .split('\x1e')
        .filter(Boolean)
        .map((record) => JSON.parse(record) as unknown),
    );
  }
  close() {
    this.closed = true;
  }

  accept() {
    this.onopen?.();
  }
  /** Opens and answers the handshake. */
  welcome() {
    this.accept();
    this.say({});
  }
  say(...frames: unknown[]) {
    this.raw(frames.map((frame) => `${JSON.stringify(frame)}\x1e`).join(''));
  }
  raw(data: string) {
    this.onmessage?.({ data });
  }
  push(target: string, arg: unknown) {
    this.say({ type: 1, target, arguments: [arg] });
  }
  drop() {
    this.closed = true;
    this.onclose?.();
  }
  calls(target: string) {
    return this.sent.filter((frame): frame is Call => (frame as Call).target === target);
  }
  answer(call: Call | undefined, result: unknown) {
    this.say({ type: 3, invocationId: call?.invocationId, result });
  }
}

export const session = (change: Partial<Session> = {}): Session => ({
  visitorToken: 't-1',
  visitorId: 'v-1',
  threadId: 'v-1',
  signed: false,
  me: null,
  config: {
    name: 'Arunika',
    color: '#2c5a4a',
    greeting: null,
    preChat: { mode: 'off', fields: [] },
    online: true,
    replySeconds: 180,
    backAt: null,
    offlineText: null,
  },
  unread: 0,
  messages: [],
  more: false,
  continueOn: [],
  ...change,
});
