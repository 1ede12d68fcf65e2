// What the page's loader and the frame say to each other. Both check source and origin of every message.

export type ToFrame =
  | { type: 'hello'; full: boolean; url: string; identity: string | null }
  /** The visitor is on this page of the site. */
  | { type: 'page'; url: string; title: string }
  | { type: 'open' | 'close' | 'shutdown' }
  | { type: 'layout'; full: boolean }
  | { type: 'identify'; token: string };

export type PageEvent = 'ready' | 'open' | 'close' | 'unread' | 'message' | 'identityRequired' | 'identityExpired' | 'identityRefused';

export type ToPage =
  /** The frame's script runs. Carries nothing, because it goes out before the page's origin is known. */
  | { type: 'boot' }
  | {
      type: 'state';
      shown: boolean;
      color: string;
      unread: number;
      openLabel: string;
      closeLabel: string;
      title: string;
      dir: 'ltr' | 'rtl';
    }
  | { type: 'close' }
  | { type: 'event'; name: PageEvent; data?: Record<string, unknown> }
  | { type: 'gone' };

const mark = 'braid-chat-1';

export function post(to: Window, origin: string, message: ToFrame | ToPage) {
  to.postMessage({ mark, ...message }, origin);
}

/** The message, if it is one of ours from exactly this window (and origin, once it is known). */
export function take<T extends ToFrame | ToPage>(event: MessageEvent, from: Window | null, origin: string | null): T | null {
  if (event.source === null || event.source !== from || (origin !== null && event.origin !== origin)) return null;
  const data = event.data as { mark?: unknown; type?: unknown } | null;
  return typeof data === 'object' && data?.mark === mark && typeof data.type === 'string' ? (data as unknown as T) : null;
}
