import { useSyncExternalStore } from 'react';

export type Layout = 'wide' | 'mid' | 'phone';
const wide = '(min-width: 1280px)';
const mid = '(min-width: 768px)';
const now = (): Layout => (matchMedia(wide).matches ? 'wide' : matchMedia(mid).matches ? 'mid' : 'phone');
const subscribe = (changed: () => void) => {
  const lists = [matchMedia(wide), matchMedia(mid)];
  for (const list of lists) list.addEventListener('change', changed);
  return () => {
    for (const list of lists) list.removeEventListener('change', changed);
  };
};
export const useLayout = () => useSyncExternalStore(subscribe, now);
