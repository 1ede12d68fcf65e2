import { Fragment } from 'react';

const address = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

/** A message as it was written: its own direction, its own lines, addresses as links. */
export function Text({ children }: { children: string }) {
  const parts: { text: string; link: boolean }[] = [];
  let from = 0;
  for (const found of children.matchAll(address)) {
    if (found.index > from) parts.push({ text: children.slice(from, found.index), link: false });
    parts.push({ text: found[0], link: true });
    from = found.index + found[0].length;
  }
  if (from < children.length) parts.push({ text: children.slice(from), link: false });
  return (
    <span className="said" dir="auto">
      {parts.map((part, i) =>
        part.link ? (
          <a key={i} href={part.text} target="_blank" rel="noopener noreferrer">
            {part.text}
          </a>
        ) : (
          <Fragment key={i}>{part.text}</Fragment>
        ),
      )}
    </span>
  );
}
