import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat, State } from '../chat';
import type { Words } from '../i18n';
import { useDialog } from './dialog';
import { Form } from './Form';
import { Home } from './Home';
import { Talk } from './Talk';

export type View = 'home' | 'talk' | 'form' | 'offline';

export interface Shared {
  chat: Chat;
  state: State;
  words: Words;
  go: (view: View) => void;
  onClose: (() => void) | null;
}

/** Where the visitor goes to write: the form before the first message, the offline form while nobody is there, else the thread. */
export function placeToWrite(state: State): View {
  if (state.asked || state.messages.length > 0) return 'talk';
  if (state.config?.online === false) return 'offline';
  return state.config && state.config.preChat.mode !== 'off' && state.config.preChat.fields.length > 0 ? 'form' : 'talk';
}

export function App({ chat, state, words, open, full, onClose }: Omit<Shared, 'go'> & { open: boolean; full: boolean }) {
  const [view, go] = useState<View>('home');
  const box = useRef<HTMLElement>(null);
  useDialog(box, full, onClose);

  const ready = state.phase === 'ready' && state.config !== null;
  const started = state.messages.length > 0 || state.pending.length > 0;
  // Who comes back to a chat wants the chat; a new visitor is greeted first.
  useEffect(() => {
    if (open && ready && started) go('talk');
  }, [open, ready, started]);

  useEffect(() => {
    chat.watch(open && view === 'talk' && document.visibilityState === 'visible');
  });

  // Focus goes to where one writes; a phone's keyboard stays down until it is asked for.
  useEffect(() => {
    if (!open || !ready) return;
    const field = matchMedia('(pointer: coarse)').matches ? null : box.current?.querySelector<HTMLElement>('[data-focus]');
    (field ?? box.current)?.focus({ preventScroll: true });
  }, [open, ready, view]);

  if (!ready || !open) return null;
  const shared = { chat, state, words, go, onClose };
  return (
    <section
      ref={box}
      class="wg"
      role="dialog"
      aria-modal={full}
      aria-label={words.t('chatWith', { name: state.config?.name ?? '' })}
      tabIndex={-1}
    >
      {view === 'talk' ? <Talk {...shared} /> : view === 'home' ? <Home {...shared} /> : <Form key={view} kind={view} {...shared} />}
    </section>
  );
}
