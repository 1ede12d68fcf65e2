import { ActionIcon, Popover, Tooltip } from '@mantine/core';
import { IconMoodSmile } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { read, write } from '~/lib/storage';

const emoji = [
  ...[
    '🙂',
    '😀',
    '😄',
    '😁',
    '😅',
    '😂',
    '🤣',
    '😊',
    '😇',
    '😉',
    '😍',
    '🥰',
    '😘',
    '😋',
    '😜',
    '🤗',
    '🤔',
    '🤨',
    '😐',
    '🙄',
    '😏',
    '😣',
    '😥',
    '😮',
  ],
  ...[
    '😴',
    '😌',
    '😒',
    '😕',
    '🙃',
    '😲',
    '☹️',
    '😞',
    '😟',
    '😢',
    '😭',
    '😦',
    '😬',
    '😰',
    '😱',
    '😳',
    '🤯',
    '😡',
    '🤧',
    '🤒',
    '🥳',
    '😎',
    '🤓',
    '🙈',
  ],
  ...[
    '👍',
    '👎',
    '👌',
    '🤝',
    '👏',
    '🙌',
    '🙏',
    '💪',
    '👋',
    '🤞',
    '✌️',
    '👉',
    '👆',
    '👇',
    '✍️',
    '👀',
    '❤️',
    '🧡',
    '💛',
    '💚',
    '💙',
    '💜',
    '🤍',
    '💔',
  ],
  ...[
    '🎉',
    '🎁',
    '🎂',
    '✨',
    '⭐',
    '🔥',
    '💡',
    '✅',
    '❌',
    '❗',
    '❓',
    '⚠️',
    '⏰',
    '📅',
    '📦',
    '🚚',
    '✈️',
    '🏠',
    '📍',
    '📞',
    '📧',
    '💬',
    '📷',
    '🔧',
  ],
  ...[
    '☀️',
    '🌧️',
    '❄️',
    '🌈',
    '🌱',
    '🌸',
    '🍀',
    '☕',
    '🍕',
    '🍰',
    '🎵',
    '⚽',
    '🚲',
    '🚗',
    '⛰️',
    '🏖️',
    '💻',
    '📱',
    '🔑',
    '💳',
    '🧾',
    '🛒',
    '🏷️',
    '🔄',
  ],
];
const columns = 8;
const key = 'braid.emoji';

export function EmojiButton({ onPick, disabled }: { onPick: (emoji: string) => void; disabled: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [recent, setRecent] = useState<string[]>(() => read(key, []));
  const pick = (one: string) => {
    const next = [one, ...recent.filter((other) => other !== one)].slice(0, columns);
    setRecent(next);
    write(key, next);
    setOpen(false);
    onPick(one);
  };
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
  };
  const grid = (list: string[], label: string) => (
    // biome-ignore lint/a11y/useSemanticElements: a toolbar-like grid of buttons, not a fieldset
    <div className="emoji" role="group" aria-label={label} onKeyDown={move}>
      {list.map((one) => (
        <button key={one} type="button" onClick={() => pick(one)}>
          {one}
        </button>
      ))}
    </div>
  );
  return (
    <Popover opened={open} onChange={setOpen} position="top-start" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={t('composer.emoji')} disabled={open}>
          <ActionIcon aria-label={t('composer.emoji')} aria-expanded={open} onClick={() => setOpen(!open)} disabled={disabled}>
            <IconMoodSmile size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label={t('composer.emoji')}>
        {recent.length > 0 && grid(recent, t('composer.emojiRecent'))}
        {recent.length > 0 && <hr className="hr" />}
        {grid(emoji, t('composer.emoji'))}
      </Popover.Dropdown>
    </Popover>
  );
}
