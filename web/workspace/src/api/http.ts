/** What the server said when it said no; `status` 0 means that it could not be reached at all. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: Record<string, string> = {},
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }
  /** Nothing was decided: the same request may be sent again. */
  get passing() {
    return this.status === 0 || this.status === 401 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

type Listener = (problem: ApiProblem) => void;
const listeners = new Set<Listener>();
/** The shell listens for lost sessions and an absent database; nobody else needs to know. */
export const onProblem = (listener: Listener) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

type Options = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  raw?: string | FormData;
  key?: string;
  signal?: AbortSignal | undefined;
};

export async function send(path: string, { method = 'GET', body, raw, key, signal }: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-Requested-With'] = 'Braid';
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  if (typeof payload === 'string') headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: payload ?? null,
      signal: signal ?? null,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw tell(new ApiProblem(0, 'unreachable', ''));
  }
  if (response.ok) return response;
  throw tell(await problemOf(response));
}

export async function call<T>(path: string, options?: Options): Promise<T> {
  const response = await send(path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** `{a: 1, b: undefined}` becomes `?a=1`. */
export const query = (values: Record<string, string | number | null | undefined>) => {
  const filled = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return filled.length === 0 ? '' : `?${new URLSearchParams(filled.map(([name, value]) => [name, String(value)]))}`;
};

async function problemOf(response: Response) {
  const retry = Number(response.headers.get('Retry-After')) || null;
  try {
    const said = (await response.json()) as { code?: string; detail?: string; title?: string; errors?: Record<string, string | string[]> };
    const fields = Object.fromEntries(
      Object.entries(said.errors ?? {}).map(([name, text]) => [name, Array.isArray(text) ? text.join(' ') : text]),
    );
    return new ApiProblem(response.status, said.code ?? `http_${response.status}`, said.detail ?? said.title ?? '', fields, retry);
  } catch {
    return new ApiProblem(response.status, `http_${response.status}`, '', {}, retry);
  }
}

function tell(problem: ApiProblem) {
  for (const listener of listeners) listener(problem);
  return problem;
}
