import type { Api } from './http';
import type { Store } from './store';

type Visit = { url: string; title: string; at: number };
const most = 20;
const key = 'pages';

/** Where the visitor was, kept in their browser until they write to us: who never does leaves nothing with us. */
export class Visits {
  private busy = false;

  constructor(
    private api: Api,
    private store: Store,
    private now: () => number = Date.now,
  ) {}

  add(url: string, title: string) {
    const all = this.all();
    if (all[all.length - 1]?.url === url) return;
    this.store.set(key, JSON.stringify([...all, { url, title, at: this.now() }].slice(-most)));
  }

  /** Hands them over; what the server can't place yet stays for the next time. */
  async flush(token: string) {
    const all = this.all();
    if (this.busy || all.length === 0 || !token) return;
    this.busy = true;
    try {
      const pages = all.map(({ url, title, at }) => ({ url, title, ago: Math.max(0, this.now() - at) }));
      if ((await this.api.visits(token, pages)).kept) this.store.set(key, JSON.stringify(this.all().slice(all.length)));
    } catch {
      // Not worth a word: they go with the next page or message.
    } finally {
      this.busy = false;
    }
  }

  private all(): Visit[] {
    try {
      const kept = JSON.parse(this.store.get(key) ?? '[]') as Visit[];
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }
}
