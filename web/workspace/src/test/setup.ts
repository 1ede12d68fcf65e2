import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';
import { startI18n } from '~/i18n';

// The invented conversations lie in the last hours. It is always early afternoon here: around midnight a day's break would move every row.
vi.useFakeTimers({ toFake: ['Date'], now: new Date().setHours(14, 0, 0, 0), shouldAdvanceTime: true });

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
Element.prototype.scrollTo = function (this: Element, to?: ScrollToOptions | number) {
  this.scrollTop = typeof to === 'object' ? (to.top ?? 0) : 0;
  this.dispatchEvent(new Event('scroll'));
};
window.scrollTo = () => {};
HTMLCanvasElement.prototype.getContext = () => null;
Element.prototype.scrollIntoView ??= () => {};
Object.defineProperty(document, 'fonts', { configurable: true, value: { addEventListener() {}, removeEventListener() {} } });

// Two cores may be shared with a build; a failure should show a short reason, not the whole page.
configure({ asyncUtilTimeout: 6000, defaultHidden: true, getElementError: (message) => new Error(message?.split('\n')[0] ?? 'not found') });
await startI18n('en');
afterEach(() => {
  cleanup();
  localStorage.clear();
});
