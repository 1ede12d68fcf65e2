export type Piece = { text: string; href?: string };

const candidate = /\b(?:https?:\/\/|www\.)[^\s<>"'`\u200b\u202a-\u202e\u2066-\u2069]+/gi;

/** Text in pieces; only http and https become links, and only as text nodes and attributes, never as HTML. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(candidate)) {
    const shown = trim(match[0]);
    const href = address(shown);
    if (!href) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** A full stop ends the sentence, a closing bracket the aside that the link stands in. */
function trim(link: string): string {
  for (;;) {
    const last = link.at(-1) ?? '';
    const bracket = { ')': '(', ']': '[', '}': '{' }[last];
    const unbalanced = bracket && link.split(last).length > link.split(bracket).length;
    if (!unbalanced && !/[.,;:!?…،؛؟。、»”’*_~]/.test(last)) return link;
    link = link.slice(0, -1);
  }
}

function address(shown: string): string | undefined {
  try {
    const url = new URL(/^www\./i.test(shown) ? `https://${shown}` : shown);
    // A name before @ makes a stranger's host look like ours.
    const safe = (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password && url.hostname.includes('.');
    return safe ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** Where "continue on" may lead: the web, mail and phone, never a script. */
export const safeLink = (url: string) => (/^(https?:\/\/|mailto:|tel:|sms:)/i.test(url) ? url : undefined);

/** Files come from our own origin and folder only. */
export const safeFile = (url: string | null) => (url && /^\/widget\/files\/[\w.~%-]+(\?[^#\s]*)?$/.test(url) ? url : undefined);
