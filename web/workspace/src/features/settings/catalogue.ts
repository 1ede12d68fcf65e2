import type { ChannelDescriptor, ChannelVariant } from '~/api/types';

/** One thing to connect: a channel, or one of the providers behind it. */
export type Tile = { id: string; name: string; channel: ChannelDescriptor; variant: ChannelVariant | null };
export type Shelf = { group: ChannelDescriptor['group']; tiles: Tile[] };

const order: ChannelDescriptor['group'][] = ['messaging', 'email', 'website', 'voice', 'reviews', 'workChat', 'openNetworks', 'custom'];

export const tilesOf = (channels: ChannelDescriptor[]): Tile[] =>
  channels.flatMap((channel): Tile[] =>
    channel.variants.length === 0
      ? [{ id: channel.id, name: channel.name, channel, variant: null }]
      : channel.variants.map((variant) => ({ id: variant.id, name: variant.name, channel, variant })),
  );

/** The address names a variant or a channel; a channel alone leaves its provider as a field of the form. */
export function tileOf(channels: ChannelDescriptor[], id: string): Tile | undefined {
  const channel = channels.find((one) => one.id === id);
  return tilesOf(channels).find((tile) => tile.id === id) ?? (channel && { id: channel.id, name: channel.name, channel, variant: null });
}

const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
export function shelvesOf(channels: ChannelDescriptor[], search: string): Shelf[] {
  const words = plain(search).split(/\s+/).filter(Boolean);
  const found = tilesOf(channels).filter(({ id, name, channel }) => {
    const text = plain([id, name, channel.id, channel.name, channel.summary].join(' '));
    return words.every((word) => text.includes(word));
  });
  return order
    .map((group) => ({ group, tiles: found.filter((tile) => tile.channel.group === group) }))
    .filter((shelf) => shelf.tiles.length > 0);
}

/** The provider an inbox was connected with: the one whose settings it has. */
export const variantOf = (channel: ChannelDescriptor, settings: Record<string, unknown>): ChannelVariant | null =>
  channel.variants.find((variant) => Object.entries(variant.settings).every(([name, value]) => settings[name] === value)) ?? null;

/** What the form asks: nothing that choosing the variant has settled, and only what the variant uses. */
export function schemaOf(channel: ChannelDescriptor, variant: ChannelVariant | null): ChannelDescriptor['settingsSchema'] {
  if (!variant) return channel.settingsSchema;
  const asked = (name: string) => !(name in variant.settings) && (variant.fields.length === 0 || variant.fields.includes(name));
  const properties = Object.fromEntries(Object.entries(channel.settingsSchema.properties).filter(([name]) => asked(name)));
  return { ...channel.settingsSchema, properties, required: channel.settingsSchema.required.filter(asked) };
}

export const stepsOf = (channel: ChannelDescriptor, variant: ChannelVariant | null) =>
  variant && variant.connectSteps.length > 0 ? variant.connectSteps : channel.connectSteps;

const returnPath = '/app/settings/inboxes/connected';
/** Where the provider sends the browser back to. The server may be known by another address than the one in this browser. */
export const redirectOf = (webhookUrl: string | null) => new URL(returnPath, webhookUrl ?? location.origin).href;
