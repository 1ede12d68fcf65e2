import type { ToPage } from '../bridge';

export interface Stage {
  frame: HTMLIFrameElement;
  origin: string;
  show(state: Extract<ToPage, { type: 'state' }>): void;
  open(open: boolean, full: boolean): void;
  remove(): void;
}

const css = `
:host{all:initial}
[hidden]{display:none!important}
.launch{position:fixed;inset-block-end:24px;inset-inline-end:24px;z-index:2147483000;width:58px;height:58px;border:0;border-radius:29px;padding:0;background:var(--brand);color:#fff;display:grid;place-items:center;cursor:pointer;box-shadow:0 8px 24px -6px rgba(20,30,40,.5);transition:transform .12s cubic-bezier(.2,.7,.2,1);-webkit-tap-highlight-color:transparent}
.launch:hover{transform:translateY(-1px)}
.launch:active{transform:scale(.96)}
.launch:focus-visible{outline:3px solid #1f8098;outline-offset:3px;box-shadow:0 0 0 3px #fff}
.launch svg{width:28px;height:28px;fill:none;stroke:currentColor;stroke-linecap:round;stroke-linejoin:round}
.count{position:absolute;inset-block-start:-2px;inset-inline-end:-2px;min-width:22px;height:22px;box-sizing:border-box;padding:0 5px;border:2px solid #fff;border-radius:11px;background:#b3261e;color:#fff;font:650 12px/18px system-ui,sans-serif;text-align:center;font-variant-numeric:tabular-nums}
.frame{position:fixed;inset-block-end:96px;inset-inline-end:24px;z-index:2147483001;width:384px;height:640px;max-width:calc(100vw - 48px);max-height:calc(100vh - 120px);border:0;border-radius:18px;background:#fff;color-scheme:light;box-shadow:0 2px 8px rgba(0,0,0,.08),0 24px 64px -12px rgba(20,30,40,.34)}
.start .launch,.start .frame{inset-inline:24px auto}
.full .frame{inset:0;width:100%;height:100%;max-width:none;max-height:none;border-radius:0;box-shadow:none}
.full.open .launch{display:none}
.open .frame{animation:in .2s cubic-bezier(.2,.7,.2,1)}
.say{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@keyframes in{from{opacity:0;transform:translateY(8px)}}
@media (max-width:480px){.launch{inset-block-end:16px;inset-inline-end:16px}.start .launch{inset-inline:16px auto}}
@media (prefers-reduced-motion:reduce){.launch{transition:none}.open .frame{animation:none}}
@media print{.launch,.frame{display:none}}
`;

const bubble =
  'M8 2.4c-3.4 0-5.9 2.3-5.9 5.3 0 1.6.7 3 1.9 4v2.2l2-1.1c.6.2 1.3.2 2 .2 3.4 0 5.9-2.3 5.9-5.3S11.4 2.4 8 2.4Z M5.3 7.8v.01 M8 7.8v.01 M10.7 7.8v.01';
const cross = 'M4 4l8 8 M12 4l-8 8';
const svgNs = 'http://www.w3.org/2000/svg';

/** Launcher and frame, in a shadow root so that the site's styles and ours never meet. Built without HTML strings, for strict policies. */
export function buildStage(frameUrl: URL, side: 'start' | 'end', onLaunch: () => void): Stage {
  const host = document.createElement('div');
  host.id = 'braid-chat';
  const root = host.attachShadow({ mode: 'closed' });
  style(root);

  const box = element('div', side);
  const launch = element('button', 'launch');
  launch.type = 'button';
  launch.hidden = true;
  launch.setAttribute('aria-haspopup', 'dialog');
  const icon = document.createElementNS(svgNs, 'svg');
  icon.setAttribute('viewBox', '0 0 16 16');
  icon.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svgNs, 'path');
  icon.append(path);
  const count = element('span', 'count');
  count.setAttribute('aria-hidden', 'true');
  launch.append(icon, count);
  launch.onclick = onLaunch;

  const frame = element('iframe', 'frame');
  frame.hidden = true;
  frame.allow = 'clipboard-write';
  frame.src = frameUrl.href;

  const say = element('div', 'say');
  say.setAttribute('role', 'status');
  box.append(frame, launch, say);
  root.append(box);
  document.body.append(host);
  // The site's direction decides the corner; the texts inside follow the visitor's language.
  box.dir = getComputedStyle(document.body).direction;

  let isOpen = false;
  let unread = 0;
  let labels = { open: '', close: '' };
  let scroll: string | null = null;

  const draw = () => {
    path.setAttribute('d', isOpen ? cross : bubble);
    path.setAttribute('stroke-width', isOpen ? '1.1' : '1.3');
    count.hidden = isOpen || unread === 0;
    count.textContent = unread > 99 ? '99+' : String(unread);
    launch.setAttribute('aria-label', isOpen ? labels.close : labels.open);
    launch.setAttribute('aria-expanded', String(isOpen));
  };

  const lockPage = (lock: boolean) => {
    const page = document.documentElement.style;
    if (lock && scroll === null) {
      scroll = page.overflow;
      page.overflow = 'hidden';
    } else if (!lock && scroll !== null) {
      page.overflow = scroll;
      scroll = null;
    }
  };

  return {
    frame,
    origin: frameUrl.origin,
    show(state) {
      box.style.setProperty('--brand', /^#[0-9a-f]{6}$/i.test(state.color) ? state.color : '#0e5366');
      labels = { open: state.openLabel, close: state.closeLabel };
      frame.title = state.title;
      launch.hidden = !state.shown;
      if (state.unread > unread && !isOpen) say.textContent = state.openLabel;
      unread = state.unread;
      draw();
    },
    open(open, full) {
      const changed = open !== isOpen;
      isOpen = open;
      box.classList.toggle('open', open);
      box.classList.toggle('full', full);
      frame.hidden = !open;
      lockPage(open && full);
      draw();
      if (!changed) return;
      if (open) frame.focus();
      else launch.focus({ preventScroll: true });
    },
    remove() {
      lockPage(false);
      host.remove();
    },
  };
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

/** A constructed sheet passes policies that forbid inline styles; old browsers get a style element. */
function style(root: ShadowRoot) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const tag = document.createElement('style');
    tag.textContent = css;
    root.append(tag);
  }
}
