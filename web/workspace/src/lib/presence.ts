import { createStore } from './store';

export type Person = { id: string; name: string; state: 'viewing' | 'typing' };
/** Who else looks at or writes in a conversation, and whether its customer is typing. Signals only: never stored. */
export const presence = createStore<Record<string, Person[]>>({});
export const customerTyping = createStore<Record<string, boolean>>({});

/** What the screens tell the others; the live connection fills it in. */
export const signals = { watch: (_conversationId: string | null) => {}, typing: (_conversationId: string) => {} };
