import type { Rich, RichButton, RichCard, RichPlan, RichSupport } from '~/api/types';

export type Part = 'buttons' | 'list' | 'quickReplies' | 'cards' | 'location';
export const parts: Part[] = ['buttons', 'list', 'quickReplies', 'cards', 'location'];

/** What no channel could show; the server refuses the same. */
export const most = { buttons: 13, rows: 100, cards: 10, title: 80 } as const;

export const newButton = (): RichButton => ({ kind: 'reply', title: '', value: '' });
export const newCard = (): RichCard => ({ title: '', subtitle: null, imageUrl: null, buttons: [] });
const fresh = {
  buttons: () => ({ buttons: [newButton()] }),
  quickReplies: () => ({ quickReplies: [newButton()] }),
  list: () => ({ list: { button: '', sections: [{ title: null, rows: [{ id: '', title: '', description: null }] }] } }),
  cards: () => ({ cards: [newCard()] }),
  location: () => ({ location: { latitude: Number.NaN, longitude: Number.NaN, name: null, address: null } }),
} satisfies Record<Part, () => Rich>;

export const hasPart = (rich: Rich | null, part: Part) => {
  const value = rich?.[part];
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
};
export const addPart = (rich: Rich | null, part: Part): Rich => (hasPart(rich, part) ? rich! : { ...rich, ...fresh[part]() });
/** Null when nothing is left. */
export function dropPart(rich: Rich | null, part: Part): Rich | null {
  const { [part]: _, ...rest } = rich ?? {};
  return parts.some((one) => hasPart(rest, one)) ? rest : null;
}

/** A choice comes back by its own words; the second of the same words gets a number, so that the two can be told apart. */
function named<T extends { title: string }>(items: T[], id: (item: T, value: string) => T): T[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const title = item.title.trim();
    const n = (seen.get(title) ?? 0) + 1;
    seen.set(title, n);
    return id({ ...item, title }, n === 1 ? title : `${title} (${n})`);
  });
}
const buttonsOf = (buttons: RichButton[]) =>
  named(
    buttons.filter((button) => button.title.trim() || button.value.trim()),
    (button, value) => ({ ...button, value: button.kind === 'reply' ? value : button.value.trim().replace(/(?<=^\+[\d\s]*)\s/g, '') }),
  );
const text = (value: string | null | undefined) => value?.trim() || null;

/** What is sent: trimmed, without rows nobody filled in, and null when nothing is left. */
export function finished(rich: Rich | null): Rich | null {
  if (!rich) return null;
  const buttons = buttonsOf(rich.buttons ?? []);
  const quickReplies = buttonsOf(rich.quickReplies ?? []);
  const cards = (rich.cards ?? [])
    .map((card) => ({
      title: card.title.trim(),
      subtitle: text(card.subtitle),
      imageUrl: text(card.imageUrl),
      buttons: buttonsOf(card.buttons),
    }))
    .filter((card) => card.title || card.subtitle || card.imageUrl || card.buttons.length > 0);
  const rows = named(
    (rich.list?.sections ?? []).flatMap((section) => section.rows).filter((row) => row.title.trim()),
    (row, id) => ({ ...row, id, description: text(row.description) }),
  );
  const place = rich.location;
  const made: Rich = {
    ...(buttons.length > 0 ? { buttons } : {}),
    ...(quickReplies.length > 0 ? { quickReplies } : {}),
    ...(cards.length > 0 ? { cards } : {}),
    ...(rows.length > 0 && rich.list ? { list: { button: rich.list.button.trim(), sections: [{ title: null, rows }] } } : {}),
    ...(place && isPlace(place.latitude, place.longitude)
      ? { location: { ...place, name: text(place.name), address: text(place.address) } }
      : {}),
  };
  return Object.keys(made).length > 0 ? made : null;
}

const isPlace = (latitude: unknown, longitude: unknown) =>
  typeof latitude === 'number' && typeof longitude === 'number' && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
const isWeb = (address: string) => /^https?:\/\/[^\s/]+/.test(address);
const isNumber = (number: string) => /^\+\d{5,15}$/.test(number);

export type Problem = 'title' | 'link' | 'call' | 'listButton' | 'cardTitle' | 'picture' | 'location' | 'empty';
/** What keeps it from being sent, the first of it. */
export function problemOf(rich: Rich | null): Problem | null {
  if (!rich) return null;
  const made = finished(rich);
  if (rich.location && !made?.location) return 'location';
  if (!made) return 'empty';
  const buttons = [...(made.buttons ?? []), ...(made.quickReplies ?? []), ...(made.cards ?? []).flatMap((card) => card.buttons)];
  if (buttons.some((button) => !button.title)) return 'title';
  if (buttons.some((button) => button.kind === 'link' && !isWeb(button.value))) return 'link';
  if (buttons.some((button) => button.kind === 'call' && !isNumber(button.value))) return 'call';
  if (made.list && !made.list.button) return 'listButton';
  if (made.cards?.some((card) => !card.title)) return 'cardTitle';
  if (made.cards?.some((card) => card.imageUrl && !isWeb(card.imageUrl))) return 'picture';
  return null;
}

/** How long a title may be before the channel shows it as text; the server's own limit where the channel shows none anyway. */
export function titleLimit(part: Part, can: RichSupport | undefined): number {
  if (!can) return most.title;
  switch (part) {
    case 'buttons':
      return can.replyButtons + can.linkButtons + can.callButtons > 0 ? can.buttonTitleLength : most.title;
    case 'cards':
      return can.cards > 0 && can.cardButtons > 0 ? can.buttonTitleLength : most.title;
    case 'quickReplies':
      return can.quickReplies > 0 ? can.quickReplyTitleLength : most.title;
    case 'list':
      return can.listRows > 0 ? can.rowTitleLength : most.title;
    default:
      return most.title;
  }
}

/** How many a channel shows by itself, and how long each may be; null where it shows none. */
export function limitsOf(part: Part, can: RichSupport | undefined): { n: number; length: number | null } | null {
  if (!can) return null;
  const n = {
    buttons: can.buttonsTogether || can.replyButtons + can.linkButtons + can.callButtons,
    quickReplies: can.quickReplies,
    list: can.listRows,
    cards: can.cards,
    location: 0,
  }[part];
  return n === 0 ? null : { n, length: part === 'cards' ? null : titleLimit(part, can) };
}

export type Fact = { part: Part; count: number };
/** What of a plan the channel shows by itself. */
export const nativeOf = (plan: RichPlan): Fact[] =>
  [
    { part: 'buttons' as const, count: plan.buttons.length },
    { part: 'list' as const, count: plan.list?.sections.reduce((sum, section) => sum + section.rows.length, 0) ?? 0 },
    { part: 'quickReplies' as const, count: plan.quickReplies.length },
    { part: 'cards' as const, count: plan.cards.length },
    { part: 'location' as const, count: plan.location ? 1 : 0 },
  ].filter((fact) => fact.count > 0);

const saidBy: Record<string, Part> = {
  buttons: 'buttons',
  'the list': 'list',
  'quick replies': 'quickReplies',
  cards: 'cards',
  'the location': 'location',
};
export const degradedOf = (plan: RichPlan): Part[] => plan.degraded.flatMap((said) => saidBy[said] ?? []);
