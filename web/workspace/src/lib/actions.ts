import type { ComponentType } from 'react';
import { useEffect, useRef } from 'react';
import { createStore } from './store';

export type ActionGroup = 'conversation' | 'list' | 'go' | 'app';
/** One thing a person can do: the same object serves the menu, the palette, the keyboard and the sheet of shortcuts. */
export type Action = {
  id: string;
  label: string;
  group: ActionGroup;
  /** "a", "g i" (one after the other), "mod+k". */
  keys?: string;
  icon?: ComponentType<{ size?: number; stroke?: number }>;
  /** Left out of the palette: moving about in a list, for one. */
  hidden?: boolean;
  run: () => void;
};

const scopes = createStore<ReadonlyMap<symbol, readonly Action[]>>(new Map());
export const allActions = (): Action[] => [...scopes.get().values()].flat();
export const useAllActions = () => {
  const map = scopes.use();
  return [...map.values()].flat();
};

/** Makes actions available while the component is on screen. */
export function useActions(actions: Action[]) {
  const latest = useRef(actions);
  latest.current = actions;
  const signature = actions.map((action) => `${action.id}|${action.label}|${action.keys}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the actions, whose functions change on each render
  useEffect(() => {
    const scope = Symbol('actions');
    const stable = latest.current.map((action, i): Action => ({ ...action, run: () => latest.current[i]?.run() }));
    scopes.set((all) => new Map(all).set(scope, stable));
    return () =>
      scopes.set((all) => {
        const rest = new Map(all);
        rest.delete(scope);
        return rest;
      });
  }, [signature]);
}

const apple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);
export const showKeys = (keys: string) =>
  keys
    .split(' ')
    .map((key) =>
      key
        .replace('mod+', apple ? '⌘' : 'Ctrl ')
        .replace('shift+', '⇧')
        .replace(/enter$/i, '⏎')
        .replace(/escape/i, 'Esc'),
    )
    .map((key) =>
      key.length === 1
        ? key.toUpperCase()
        : key.replace(/([ ⌘⇧])([a-z])$/, (_, before: string, letter: string) => before + letter.toUpperCase()),
    )
    .join(' ');

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
const sequenceTime = 900;

/** Single keys work outside fields, and only for those who left them on; combinations always work. */
export function listenForKeys(singleKeys: () => boolean) {
  let before = '';
  let beforeAt = 0;
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const mod = event.metaKey || event.ctrlKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const combination = `${mod ? 'mod+' : ''}${event.shiftKey && mod ? 'shift+' : ''}${key}`;
    const inField = isField(event.target);
    if (!mod && (inField || !singleKeys() || document.querySelector('[role="dialog"][aria-modal="true"]'))) return;
    if (mod && inField && key === 'z') return;
    const actions = allActions();
    const sequence = event.timeStamp - beforeAt < sequenceTime ? `${before} ${combination}` : '';
    const action = actions.findLast((one) => one.keys === sequence) ?? actions.findLast((one) => one.keys === combination);
    before = mod ? '' : combination;
    beforeAt = event.timeStamp;
    if (!action) return;
    before = '';
    event.preventDefault();
    action.run();
  };
  window.addEventListener('keydown', pressed);
  return () => window.removeEventListener('keydown', pressed);
}
