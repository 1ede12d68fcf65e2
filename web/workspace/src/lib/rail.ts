import type { ChannelId } from '~/api/types';

/** Back to front; at most four strands are drawn, the most recent nearest the messages. */
export type Order = readonly ChannelId[];
export const drawnStrands = 4;

export const bringForward = (order: Order, channel: ChannelId): Order =>
  order.at(-1) === channel ? order : [...order.filter((other) => other !== channel), channel].slice(-drawnStrands);
