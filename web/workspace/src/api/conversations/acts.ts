import { call } from '../http';
import type { ActKind, Message } from '../types';

export type Act = { kind: ActKind; text?: string; emoji?: string };
/** The answer comes when the provider has agreed; its refusal is the problem's text. */
export const actOnMessage = (id: string, act: Act) => call<Message>(`/messages/${id}/acts`, { method: 'POST', body: act });
