// Runs in the site's page: a launcher and a frame in a shadow root, and `window.Braid`. Everything the visitor says stays in the frame.

import { type PageEvent, post, type ToFrame, type ToPage, take } from '../bridge';
import { buildStage, type Stage } from './stage';

type Listener = (data: Record<string, unknown>) => void;
type Command = [name: string, ...rest: unknown[]];

const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[data-inbox][src*="/widget/loader.js"]');
const inbox = script?.dataset.inbox ?? '';
const phone = matchMedia('(max-width: 480px), (max-height: 480px)');

const listeners = new Map<string, Set<Listener>>();
let stage: Stage | null = null;
let identity: string | null = null;
let isOpen = false;
let openWhenShown = false;
let shown = false;
let ready = false;
let unread = 0;

function tell(name: PageEvent, data: Record<string, unknown> = {}) {
  for (const listener of [...(listeners.get(name) ?? [])]) {
    try {
      listener(data);
    } catch (error) {
      // The site's mistake is the site's to see; the chat goes on.
      console.error(error);
    }
  }
}

function toFrame(message: ToFrame) {
  const frame = stage?.frame.contentWindow;
  if (frame && ready && stage) post(frame, stage.origin, message);
}

/** Sites that change pages without loading one say so here; `data-pages="off"` keeps pages to themselves. */
function showPage() {
  if (script?.dataset.pages !== 'off') toFrame({ type: 'page', url: location.href, title: document.title });
}

function setOpen(open: boolean) {
  if (open && !shown) {
    openWhenShown = true;
    return mount();
  }
  if (open === isOpen || !stage) return;
  isOpen = open;
  stage.open(open, phone.matches);
  toFrame({ type: open ? 'open' : 'close' });
  tell(open ? 'open' : 'close');
}

function mount() {
  if (stage || !script || !inbox) return;
  const frameUrl = new URL('frame.html', script.src);
  frameUrl.search = String(
    new URLSearchParams({
      inbox,
      locale: script.dataset.locale ?? document.documentElement.lang ?? '',
      theme: script.dataset.theme ?? 'auto',
    }),
  );
  stage = buildStage(frameUrl, script.dataset.side === 'start' ? 'start' : 'end', () => setOpen(!isOpen));
}

function unmount() {
  stage?.remove();
  stage = null;
  isOpen = shown = ready = openWhenShown = false;
  identity = null;
  unread = 0;
}

function hear(message: ToPage) {
  switch (message.type) {
    case 'boot':
      ready = true;
      toFrame({ type: 'hello', full: phone.matches, url: location.href, identity });
      return showPage();
    case 'state': {
      const first = message.shown && !shown;
      shown = message.shown;
      stage?.show(message);
      if (!shown && isOpen) setOpen(false);
      if (first) tell('ready');
      if (message.unread !== unread) {
        unread = message.unread;
        tell('unread', { count: unread });
      }
      if (first && openWhenShown) {
        openWhenShown = false;
        setOpen(true);
      }
      return;
    }
    case 'close':
      return setOpen(false);
    case 'event':
      return tell(message.name, message.data);
    case 'gone':
      return unmount();
  }
}

function run([name, ...rest]: Command) {
  switch (name) {
    case 'identify': {
      const token = (rest[0] as { token?: unknown } | undefined)?.token;
      if (typeof token !== 'string') return console.error("Braid('identify', { token }) needs a token that your server signed.");
      identity = token;
      mount();
      return toFrame({ type: 'identify', token });
    }
    case 'open':
      return setOpen(true);
    case 'close':
      return setOpen(false);
    case 'shutdown':
      if (!ready) return unmount();
      if (isOpen) setOpen(false);
      return toFrame({ type: 'shutdown' });
    case 'on': {
      const [event, listener] = rest as [string, Listener];
      const set = listeners.get(event) ?? new Set<Listener>();
      listeners.set(event, set.add(listener));
      return () => set.delete(listener);
    }
    default:
      return console.error(`Braid has no command "${name}".`);
  }
}

declare global {
  interface Window {
    Braid?: ((...command: Command) => unknown) & { q?: ArrayLike<unknown>[]; loaded?: true };
  }
}

// Pasted twice (tag managers do it), it still runs once.
if (script && inbox && !window.Braid?.loaded) {
  const early = window.Braid?.q ?? [];
  window.Braid = Object.assign((...command: Command) => run(command), { loaded: true as const });

  addEventListener('message', (event) => {
    const message = stage && take<ToPage>(event, stage.frame.contentWindow, stage.origin);
    if (message) hear(message);
  });
  phone.addEventListener('change', () => {
    toFrame({ type: 'layout', full: phone.matches });
    if (isOpen) stage?.open(true, phone.matches);
  });

  const turned = () => setTimeout(showPage, 500);
  addEventListener('popstate', turned);
  (window as { navigation?: EventTarget }).navigation?.addEventListener('currententrychange', turned);

  // After the page's own work: the chat must not slow the site down.
  const begin = () => {
    for (const command of Array.from(early)) run(Array.from(command) as Command);
    mount();
  };
  if (document.readyState === 'complete') begin();
  else addEventListener('load', begin, { once: true });
}
