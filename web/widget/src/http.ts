import type { FileInfo, Heard, Page, Session } from './protocol';

export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly retryAfter = 0,
  ) {
    super(code);
  }
}

export interface SessionRequest {
  visitorToken?: string;
  identityToken?: string;
  locale: string;
  page: string;
  origin: string;
}

export class Api {
  constructor(
    readonly inbox: string,
    private base = '/widget/',
    private fetcher: typeof fetch = (...args) => fetch(...args),
  ) {}

  session(request: SessionRequest): Promise<Session> {
    return this.ask(`${this.inbox}/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(request),
    });
  }

  messages(token: string, range: { before?: string; after?: string }): Promise<Page> {
    return this.ask(`${this.inbox}/messages?${new URLSearchParams(range)}`, { headers: { Authorization: `Bearer ${token}` } });
  }

  upload(token: string, file: File): Promise<FileInfo> {
    const body = new FormData();
    body.append('file', file);
    return this.ask(`${this.inbox}/files`, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body });
  }

  hub(token: string): string {
    const url = new URL(`${this.base}hub`, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('token', token);
    return url.href;
  }

  /** Waits for news, up to half a minute. Without a number: from now on. */
  heard(token: string, after: number | null, signal: AbortSignal): Promise<Heard> {
    return this.ask(`${this.inbox}/events${after === null ? '' : `?after=${after}`}`, {
      headers: { Authorization: `Bearer ${token}` },
      signal,
    });
  }

  say(token: string, what: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    return this.ask(`${this.inbox}/${what}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  }

  visits(token: string, pages: { url: string; title: string; ago: number }[]): Promise<{ kept: boolean }> {
    return this.ask(`${this.inbox}/visits`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ pages }),
    });
  }

  private async ask<T>(path: string, init: RequestInit): Promise<T> {
    const response = await this.fetcher(this.base + path, { ...init, credentials: 'omit' });
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    const problem = (await response.json().catch(() => ({}))) as { code?: string };
    throw new Refused(problem.code ?? 'failed', response.status, Number(response.headers.get('Retry-After')) || 0);
  }
}
