import { createStore } from './store';

/** live: pushed. polling: sockets are blocked, asked for every few seconds. offline: the server can't be reached. */
export type Connection = {
  state: 'connecting' | 'live' | 'polling' | 'offline';
  since: number | null;
  databaseDown: boolean;
  signedOut: boolean;
};
export const connection = createStore<Connection>({ state: 'connecting', since: null, databaseDown: false, signedOut: false });

export const setConnection = (change: Partial<Connection>) =>
  connection.set((old) => {
    const since = change.state === undefined || change.state === old.state ? old.since : change.state === 'offline' ? Date.now() : null;
    const next = { ...old, ...change, since };
    return next.state === old.state &&
      next.since === old.since &&
      next.databaseDown === old.databaseDown &&
      next.signedOut === old.signedOut
      ? old
      : next;
  });
