import { createStore } from './store';

/** A call in this browser, whoever carries it. */
export type LineCall = {
  from: string;
  accept(): void;
  decline(): void;
  hangUp(): void;
  mute(on: boolean): void;
  press(digit: string): void;
  onEnd(ended: (failed: boolean) => void): void;
};
export type Line = { close(): void; renew(token: string): void };
export type LineEvents = { ready(): void; rings(call: LineCall): void; wantsToken(): void; fails(why: 'microphone' | 'line'): void };
/** Opens a line with a token; the carrier's code is loaded only then. */
export type OpenLine = (token: string, on: LineEvents) => Promise<Line>;

export type PhoneState =
  | { kind: 'off' }
  | { kind: 'connecting' }
  | { kind: 'ready' }
  | { kind: 'trouble'; why: 'microphone' | 'line' }
  | { kind: 'rings'; call: LineCall }
  | { kind: 'talks'; call: LineCall; since: number; muted: boolean };

export const phone = createStore<PhoneState>({ kind: 'off' });

/** One phone, perhaps with several lines (one per inbox); one call at a time, others hear that we are busy. */
export class BrowserPhone {
  private lines: Line[] = [];
  private closed = false;

  constructor(
    private readonly open: OpenLine,
    private readonly tokens: () => Promise<string[]>,
    private readonly now: () => number = Date.now,
  ) {}

  async start() {
    phone.set({ kind: 'connecting' });
    try {
      const tokens = await this.tokens();
      const events: LineEvents = {
        ready: () => {
          if (phone.get().kind === 'connecting' || phone.get().kind === 'trouble') phone.set({ kind: 'ready' });
        },
        rings: (call) => this.rings(call),
        wantsToken: () => void this.renew(),
        fails: (why) => {
          if (phone.get().kind !== 'talks') phone.set({ kind: 'trouble', why });
        },
      };
      for (const token of tokens) {
        const line = await this.open(token, events);
        if (this.closed) line.close();
        else this.lines.push(line);
      }
    } catch {
      if (!this.closed) phone.set({ kind: 'trouble', why: 'line' });
    }
  }

  stop() {
    this.closed = true;
    for (const line of this.lines) line.close();
    this.lines = [];
    phone.set({ kind: 'off' });
  }

  private async renew() {
    try {
      const tokens = await this.tokens();
      this.lines.forEach((line, i) => {
        const token = tokens[i];
        if (token) line.renew(token);
      });
    } catch {
      // The line says when its token is over; until then it goes on.
    }
  }

  private rings(call: LineCall) {
    const kind = phone.get().kind;
    if (kind === 'rings' || kind === 'talks') {
      call.decline();
      return;
    }
    call.onEnd((failed) => {
      const state = phone.get();
      if ((state.kind === 'rings' || state.kind === 'talks') && state.call === call)
        phone.set(failed ? { kind: 'trouble', why: 'line' } : { kind: 'ready' });
    });
    phone.set({ kind: 'rings', call });
  }

  answer = () => {
    const state = phone.get();
    if (state.kind !== 'rings') return;
    state.call.accept();
    phone.set({ kind: 'talks', call: state.call, since: this.now(), muted: false });
  };
}

export const declineCall = () => {
  const state = phone.get();
  if (state.kind === 'rings') {
    state.call.decline();
    phone.set({ kind: 'ready' });
  }
};
export const endCall = () => {
  const state = phone.get();
  if (state.kind === 'talks') {
    state.call.hangUp();
    phone.set({ kind: 'ready' });
  }
};
export const muteCall = (on: boolean) => {
  const state = phone.get();
  if (state.kind === 'talks') {
    state.call.mute(on);
    phone.set({ ...state, muted: on });
  }
};
export const pressKey = (digit: string) => {
  const state = phone.get();
  if (state.kind === 'talks') state.call.press(digit);
};
