/** Calls ring there; nothing can be written. */
export const isCall = (channel: string | null) => channel === 'voice' || channel === 'cti';
