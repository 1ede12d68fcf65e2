import { ApiProblem } from '~/api/http';
import type { Message, Outgoing } from '~/api/types';
import { read, write } from './storage';
import { createStore } from './store';

/**
 * waiting: goes out when the server can be reached. sending: on its way now. conflict: a newer message came first, the
 * person decides. refused: the server said no, with its reason; kept until the person edits or discards it.
 */
export type OutboxEntry = {
  clientId: string;
  conversationId: string;
  body: Outgoing;
  createdAt: string;
  state: 'waiting' | 'sending' | 'conflict' | 'refused';
  reason: string | null;
  attachmentNames: string[];
};

type Post = (entry: OutboxEntry) => Promise<Message>;
type Hooks = { accepted: (entry: OutboxEntry, message: Message) => void };

/**
 * What was written here and is not yet known to be with the server. It survives a reload and a lost connection; each
 * entry keeps one client id for ever, so sending it twice gives one message.
 */
export class Outbox {
  readonly entries;
  private running = new Set<string>();
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly storageKey: string,
    private readonly post: Post,
    private readonly hooks: Hooks,
    private readonly delay = (failures: number) => Math.min(30_000, 1000 * 2 ** failures),
  ) {
    // Whatever was on its way when the page closed may have arrived: the same client id makes sending again harmless.
    const kept = read<OutboxEntry[]>(storageKey, []).map(
      (entry): OutboxEntry => (entry.state === 'sending' ? { ...entry, state: 'waiting' } : entry),
    );
    this.entries = createStore<OutboxEntry[]>(kept);
  }

  add(conversationId: string, body: Outgoing, attachmentNames: string[], clientId: string = crypto.randomUUID(), now = new Date()) {
    const entry: OutboxEntry = {
      clientId,
      conversationId,
      body,
      createdAt: now.toISOString(),
      state: 'waiting',
      reason: null,
      attachmentNames,
    };
    this.set([...this.entries.get(), entry]);
    void this.flush();
    return entry;
  }

  /** Only what is not on its way can be taken back. */
  remove(clientId: string): OutboxEntry | null {
    const entry = this.entries.get().find((other) => other.clientId === clientId);
    if (!entry || entry.state === 'sending') return null;
    this.set(this.entries.get().filter((other) => other !== entry));
    return entry;
  }

  /** The server decided against it, so nothing was stored: it goes out under a new client id. */
  sendAnyway(clientId: string) {
    const entry = this.remove(clientId);
    if (!entry) return;
    const { lastSeenMessageId: _, ...body } = entry.body;
    this.add(entry.conversationId, body, entry.attachmentNames);
  }

  /** One conversation's messages leave one after the other; conversations do not wait for each other. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    const waiting = new Set(
      this.entries
        .get()
        .filter((entry) => entry.state === 'waiting')
        .map((entry) => entry.conversationId),
    );
    await Promise.all([...waiting].map((conversationId) => this.drain(conversationId)));
  }

  stop() {
    clearTimeout(this.timer);
  }

  private async drain(conversationId: string) {
    if (this.running.has(conversationId)) return;
    this.running.add(conversationId);
    try {
      for (;;) {
        const entry = this.entries.get().find((other) => other.conversationId === conversationId && other.state === 'waiting');
        if (!entry || !(await this.attempt(entry))) return;
      }
    } finally {
      this.running.delete(conversationId);
    }
  }

  private async attempt(entry: OutboxEntry) {
    this.change(entry.clientId, { state: 'sending' });
    try {
      const message = await this.post(entry);
      this.failures = 0;
      this.hooks.accepted(entry, message);
      this.set(this.entries.get().filter((other) => other.clientId !== entry.clientId));
      return true;
    } catch (error) {
      const problem = error instanceof ApiProblem ? error : new ApiProblem(0, 'unreachable', '');
      if (problem.passing) {
        this.change(entry.clientId, { state: 'waiting' });
        this.timer = setTimeout(() => void this.flush(), problem.retryAfter ? problem.retryAfter * 1000 : this.delay(this.failures++));
        return false;
      }
      this.change(entry.clientId, { state: problem.code === 'newer_message' ? 'conflict' : 'refused', reason: problem.detail });
      return true;
    }
  }

  private change(clientId: string, change: Partial<OutboxEntry>) {
    this.set(this.entries.get().map((entry) => (entry.clientId === clientId ? { ...entry, ...change } : entry)));
  }

  private set(entries: OutboxEntry[]) {
    this.entries.set(entries);
    write(this.storageKey, entries.length === 0 ? undefined : entries);
  }
}
