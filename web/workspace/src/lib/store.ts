import { useSyncExternalStore } from 'react';

/** A value outside React that components can follow. */
export function createStore<T>(initial: T) {
  let value = initial;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    get: () => value,
    set(next: T | ((old: T) => T)) {
      const made = typeof next === 'function' ? (next as (old: T) => T)(value) : next;
      if (Object.is(made, value)) return;
      value = made;
      for (const listener of [...listeners]) listener();
    },
    subscribe,
    use: <S = T>(pick: (value: T) => S = (all) => all as unknown as S): S => useSyncExternalStore(subscribe, () => pick(value)),
  };
}
