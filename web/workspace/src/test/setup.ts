import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';
import { startI18n } from '~/i18n';

// jsdom lays nothing out: give every element a size, so that virtual lists render their rows.
for (const [name, value] of [
  ['clientHeight', 800],
  ['clientWidth', 1200],
  ['offsetHeight', 80],
  ['offsetWidth', 1200],
] as const)
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Object.defineProperty(window, 'matchMedia', {
  configurable: true,
  value: (query: string) => ({
    matches: /min-width|pointer: fine/.test(query),
    media: query,
    addEventListener() {},
    removeEventListener() {},
    addListener() {},
    removeListener() {},
  }),
});
Element.prototype.scrollTo ??= () => {};
Element.prototype.scrollIntoView ??= () => {};
document.fonts ??= { addEventListener() {}, removeEventListener() {} } as unknown as FontFaceSet;

await startI18n('en');
afterEach(() => {
  cleanup();
  localStorage.clear();
});
