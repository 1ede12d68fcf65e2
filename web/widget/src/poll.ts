import { type Api, Refused } from './http';
import type { HubEvents, Line } from './signalr';

const paths: Record<string, [string, (arg: unknown) => unknown]> = {
  Send: ['messages', (said) => said],
  LeaveEmail: ['messages', (said) => said],
  Seen: ['seen', (messageId) => ({ messageId })],
  Typing: ['typing', (typing) => ({ typing })],
};

/** The socket's stand-in where none gets through: one request waits for news, others say something. */
export class PollLine implements Line {
  private stop = new AbortController();
  private opened = false;

  constructor(
    private api: Api,
    private token: string,
    private events: HubEvents,
  ) {
    void this.listen();
  }

  invoke(target: string, arg: unknown): Promise<unknown> {
    const [path, body] = paths[target] ?? [target, (said: unknown) => said];
    return this.api.say(this.token, path, body(arg), this.stop.signal).catch((error) => {
      // The token ran out or the network is gone: a new line asks for a new session. Anything else is this call's own.
      if (!(error instanceof Refused) || error.status === 401) this.end();
      throw error;
    });
  }

  notify(target: string, arg: unknown) {
    this.invoke(target, arg).catch(() => undefined);
  }

  end() {
    if (this.stop.signal.aborted) return;
    this.stop.abort();
    this.events.down(this.opened);
  }

  private async listen() {
    let last: number | null = null;
    try {
      while (!this.stop.signal.aborted) {
        const heard = await this.api.heard(this.token, last, this.stop.signal);
        last = heard.last;
        for (const { target, body } of heard.items) this.events.message(target, [body]);
        // Up only now: what is committed from this number on is heard, what was before fills the gap.
        if (!this.opened || heard.gap) this.events.up();
        this.opened = true;
      }
    } catch {
      this.end();
    }
  }
}
