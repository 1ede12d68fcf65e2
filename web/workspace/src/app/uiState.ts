import { read, write } from '~/lib/storage';
import { createStore } from '~/lib/store';

const remembered = (key: string, initial: boolean) => {
  const store = createStore(read(key, initial));
  store.subscribe(() => write(key, store.get()));
  return store;
};
export const sideFolded = remembered('braid.side.folded', false);
export const panelShown = remembered('braid.panel.shown', true);
export const paletteOpen = createStore(false);
export const sheetOpen = createStore(false);
