import { vi } from 'vitest';
import { handle, type Reply } from '../../dev/mock';

export type Asked = { method: string; path: string; body: Record<string, unknown>; key: string | undefined; headers: Headers };
type Override = (asked: Asked) => Reply | 'unreachable' | undefined | Promise<Reply | 'unreachable' | undefined>;

/** Answers `fetch` from the mock server; `override` may answer instead, or lose the call or only its answer. */
export function serve(override: Override = () => undefined) {
  const asked: Asked[] = [];
  const answer = async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const url = new URL(String(input), 'http://mock');
    const headers = new Headers(init.headers);
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    const one: Asked = {
      method: init.method ?? 'GET',
      path: url.pathname.replace('/api/v1', '') + url.search,
      body,
      key: headers.get('Idempotency-Key') ?? undefined,
      headers,
    };
    asked.push(one);
    const reply = (await override(one)) ?? (url.pathname.startsWith('/health') ? { body: {} } : handle(one.method, url, body, one.key));
    if (reply === 'unreachable') throw new TypeError('Failed to fetch');
    const { status = 200, body: said, text, type = 'application/json' } = reply;
    return new Response(status === 204 ? null : (text ?? JSON.stringify(said)), { status, headers: { 'Content-Type': type } });
  };
  vi.stubGlobal('fetch', vi.fn(answer));
  return asked;
}
