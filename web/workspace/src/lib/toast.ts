import { createStore } from './store';

export type Toast = { id: number; text: string; tone: 'plain' | 'bad'; undo?: (() => void) | undefined };
/** One at a time. Errors stay until somebody dismisses them. */
export const toasts = createStore<Toast | null>(null);
let counter = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export function say(text: string, undo?: () => void) {
  clearTimeout(timer);
  toasts.set({ id: ++counter, text, tone: 'plain', undo });
  timer = setTimeout(dismiss, 8000);
}
export function complain(text: string) {
  clearTimeout(timer);
  toasts.set({ id: ++counter, text, tone: 'bad' });
}
export function dismiss() {
  clearTimeout(timer);
  toasts.set(null);
}
/** What Ctrl/Cmd Z does outside fields. */
export function undoLast() {
  const toast = toasts.get();
  if (!toast?.undo) return;
  dismiss();
  toast.undo();
}
