import type { Template } from '~/api/types';

export type TemplatePart = { text: string } | { slot: number };

/** "Hi {{1}}, your parcel" as text and numbered slots. */
export function partsOf(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let from = 0;
  for (const found of text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)) {
    if (found.index > from) parts.push({ text: text.slice(from, found.index) });
    const number = Number(found[1]);
    const named = parts.filter((part) => 'slot' in part).length;
    parts.push({ slot: Number.isInteger(number) ? number - 1 : named });
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

export const fill = (text: string, values: string[]) =>
  partsOf(text)
    .map((part) => ('text' in part ? part.text : (values[part.slot] ?? '')))
    .join('');

export const isFilled = (template: Template, header: string[], body: string[]) =>
  Array.from({ length: template.headerParameters }, (_, i) => header[i]?.trim()).every(Boolean) &&
  Array.from({ length: template.parameters }, (_, i) => body[i]?.trim()).every(Boolean);
