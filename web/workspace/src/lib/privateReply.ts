import { createStore } from './store';

/** A private answer went to another conversation than the one it was written in: the screen follows it. */
export const wentPrivate = createStore<{ from: string; to: string } | null>(null);
