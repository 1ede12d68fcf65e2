import type { Words } from '../i18n';
import { safeLink } from '../linkify';
import type { ContinueOn } from '../protocol';
import { channelIcon, Icon } from './icons';

const tints = 6;

export function initials(name: string) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return picked
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}

/** Six quiet tints by name; people have no colour meaning. */
export function Avatar({ name, ai = false, size = 22 }: { name: string; ai?: boolean; size?: number }) {
  let sum = 0;
  for (const c of name) sum += c.codePointAt(0) ?? 0;
  return (
    <span
      class={ai ? 'av ai' : `av t${sum % tints}`}
      style={{ width: `${size}px`, height: `${size}px`, fontSize: `${Math.max(10, size * 0.38)}px` }}
      aria-hidden="true"
    >
      {ai ? <Icon name="spark" size={size * 0.64} /> : initials(name)}
    </span>
  );
}

/** Buttons to go on elsewhere; the server signs the links. */
export function Elsewhere({ links, words }: { links: ContinueOn[]; words: Words }) {
  return (
    <>
      {links.map((link) => {
        const href = safeLink(link.url);
        const icon = channelIcon(link.channel);
        return (
          href && (
            <a
              key={link.channel}
              class="ch"
              href={href}
              target="_blank"
              rel="noopener noreferrer"
              aria-label={words.t('continueOn', { name: link.name })}
            >
              {icon && (
                <span class={`hue-${icon}`}>
                  <Icon name={icon} size={17} />
                </span>
              )}
              {link.name}
            </a>
          )
        );
      })}
    </>
  );
}

export function IconButton({
  icon,
  label,
  onClick,
  flip = false,
}: {
  icon: 'back' | 'close';
  label: string;
  onClick: () => void;
  flip?: boolean;
}) {
  return (
    <button type="button" class="icon" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} flip={flip} />
    </button>
  );
}
