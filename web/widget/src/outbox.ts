import type { FileInfo, PreChat } from './protocol';
import type { Store } from './store';

export interface Outgoing {
  clientId: string;
  kind: 'message' | 'email';
  text: string;
  files: FileInfo[];
  preChat?: PreChat;
  email?: string;
  /** When the visitor pressed send, in milliseconds: the order of sending. */
  at: number;
  /** Why the server will not take it; it waits for the visitor then. */
  failed?: string;
}

/**
 * What the visitor wrote and the server has not acknowledged. One storage key per message, so that two tabs never overwrite each
 * other's list; both may send the same message, which the client id makes harmless.
 */
export class Outbox {
  private last = 0;

  constructor(
    private store: Store,
    private visitorId: string,
    private now: () => number = Date.now,
    private newId: () => string = randomId,
  ) {}

  add(what: Pick<Outgoing, 'kind' | 'text' | 'files'> & Partial<Pick<Outgoing, 'preChat' | 'email'>>): Outgoing {
    // Two messages of one millisecond keep their order.
    this.last = Math.max(this.now(), this.last + 1);
    const item: Outgoing = { ...what, clientId: this.newId(), at: this.last };
    this.write(item);
    return item;
  }

  all(): Outgoing[] {
    return this.store
      .keys()
      .filter((key) => key.startsWith(this.prefix))
      .map((key) => parse(this.store.get(key)))
      .filter((item): item is Outgoing => item !== null)
      .sort((a, b) => a.at - b.at || (a.clientId < b.clientId ? -1 : 1));
  }

  next(): Outgoing | undefined {
    return this.all().find((item) => !item.failed);
  }

  done(clientId: string) {
    this.store.remove(this.prefix + clientId);
  }

  fail(clientId: string, reason: string) {
    const item = parse(this.store.get(this.prefix + clientId));
    if (item) this.write({ ...item, failed: reason });
  }

  retry(clientId: string) {
    const item = parse(this.store.get(this.prefix + clientId));
    if (!item) return;
    const { failed: _, ...rest } = item;
    this.write(rest);
  }

  private get prefix() {
    return `q.${this.visitorId}.`;
  }

  private write(item: Outgoing) {
    this.store.set(this.prefix + item.clientId, JSON.stringify(item));
  }
}

// Not randomUUID: browsers keep that to secure pages, and a chat on a plain http intranet must work too.
export const randomId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');

function parse(json: string | null): Outgoing | null {
  try {
    const item = JSON.parse(json ?? 'null') as Outgoing | null;
    return item && typeof item.clientId === 'string' && typeof item.text === 'string' && Array.isArray(item.files) ? item : null;
  } catch {
    return null;
  }
}
