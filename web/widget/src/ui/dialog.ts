import { useEffect } from 'preact/hooks';

const focusable = 'a[href],button:not([disabled]),input:not([disabled]),textarea:not([disabled]),[tabindex="0"]';

/** Escape closes. On phones the chat covers the page, so Tab stays inside it. */
export function useDialog(box: { current: HTMLElement | null }, full: boolean, onClose: (() => void) | null) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) onClose?.();
      if (event.key !== 'Tab' || !full || !box.current) return;
      const all = [...box.current.querySelectorAll<HTMLElement>(focusable)].filter((e) => e.offsetParent !== null);
      const edge = event.shiftKey ? all[0] : all.at(-1);
      const inside = box.current.contains(document.activeElement) && document.activeElement !== box.current;
      if (document.activeElement === edge || !inside) {
        (event.shiftKey ? all.at(-1) : all[0])?.focus();
        event.preventDefault();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [box, full, onClose]);
}
