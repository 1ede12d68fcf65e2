import { render } from 'preact';
import { type PageEvent, post, type ToFrame, type ToPage, take } from './bridge';
import { Chat, type State } from './chat';
import { Api } from './http';
import { Words } from './i18n';
import { browserStore } from './store';
import { App } from './ui/App';
import './widget.css';

const query = new URLSearchParams(location.search);
const inbox = query.get('inbox') ?? '';
const words = await Words.load([query.get('locale') ?? '', ...navigator.languages]);
const embedded = window.parent !== window;

const page = { origin: null as string | null, url: location.href };
let open = !embedded;
let full = !embedded;

document.documentElement.lang = words.locale;
document.documentElement.dir = words.dir;
document.documentElement.dataset.theme = query.get('theme') ?? 'auto';
document.title = words.t('chat');

function toPage(message: ToPage) {
  if (embedded && page.origin) post(window.parent, page.origin, message);
}
const tell = (name: PageEvent, data?: Record<string, unknown>) => toPage({ type: 'event', name, ...(data ? { data } : {}) });

const chat = new Chat(
  {
    api: new Api(encodeURIComponent(inbox)),
    store: browserStore(`braid.${inbox}.`),
    locale: words.locale,
    page: () => ({ url: page.url, origin: page.origin ?? location.origin }),
  },
  { changed: draw, identity: tell, heard: () => tell('message') },
);

function draw(state: State = chat.state) {
  const name = state.config?.name ?? '';
  const color = state.config?.color ?? '#0e5366';
  document.documentElement.style.setProperty('--brand', color);
  if (name) document.title = words.t('chatWith', { name });
  toPage({
    type: 'state',
    shown: state.phase === 'ready',
    color,
    unread: state.unread,
    openLabel:
      state.unread > 0 ? `${words.t('openChat')}. ${words.t('newMessages', { n: words.number(state.unread) })}` : words.t('openChat'),
    closeLabel: words.t('closeChat'),
    title: document.title,
    dir: words.dir,
  });
  render(
    <App chat={chat} state={state} words={words} open={open} full={full} onClose={embedded ? () => toPage({ type: 'close' }) : null} />,
    document.body,
  );
}

function hear(message: ToFrame) {
  switch (message.type) {
    case 'hello':
      full = message.full;
      page.url = message.url;
      return void chat.start(message.identity ?? undefined);
    case 'page':
      page.url = message.url;
      return chat.visited(message.url, message.title);
    case 'open':
    case 'close':
      open = message.type === 'open';
      return draw();
    case 'layout':
      full = message.full;
      return draw();
    case 'identify':
      return chat.identify(message.token);
    case 'shutdown':
      chat.shutdown();
      return toPage({ type: 'gone' });
  }
}

if (embedded) {
  addEventListener('message', (event) => {
    const message = take<ToFrame>(event, window.parent, page.origin);
    if (!message) return;
    // The first greeting names the page. Which pages may embed us at all is the server's frame-ancestors to say.
    page.origin ??= event.origin;
    hear(message);
  });
  post(window.parent, '*', { type: 'boot' });
} else {
  void chat.start();
}
addEventListener('online', () => chat.wake());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') chat.wake();
  draw();
});
draw();
