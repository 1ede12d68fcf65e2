// The wire, as src/Braid.Channels/LiveChat/README.md defines it.

export const limits = { text: 8000, files: 10, fileBytes: 25 * 1024 * 1024 };

export interface FileInfo {
  id: string;
  name: string | null;
  contentType: string | null;
  size: number | null;
  /** Same origin, signed and short-lived; null while the file is being checked. */
  url: string | null;
}

export interface Message {
  /** The visitor's own: the client id. Ours: the message id. */
  id: string;
  kind?: 'message' | 'joined';
  from: 'visitor' | 'agent' | 'ai' | 'system';
  name: string | null;
  text: string | null;
  files: FileInfo[];
  at: string;
  status: 'sent' | 'seen' | null;
  edited?: boolean;
  deleted?: boolean;
  /** Acknowledged but not yet heard back: never sent by the server. */
  local?: boolean;
}

export type PreChatField = 'name' | 'email' | 'phone';
export type PreChat = Partial<Record<PreChatField, string>>;

export interface Config {
  name: string;
  /** Already dark enough for white text. */
  color: string;
  greeting: string | null;
  preChat: { mode: 'off' | 'optional' | 'required'; fields: PreChatField[] };
  online: boolean;
  replySeconds: number | null;
  backAt: string | null;
  offlineText: string | null;
}

export interface ContinueOn {
  channel: string;
  name: string;
  url: string;
}

export interface Session {
  visitorToken: string;
  visitorId: string;
  threadId: string;
  signed: boolean;
  me: { name: string | null; email: string | null } | null;
  config: Config;
  unread: number;
  messages: Message[];
  more: boolean;
  continueOn: ContinueOn[];
}

export interface Page {
  items: Message[];
  more: boolean;
}

/** What a long poll brings. `gap`: too much has happened since, so the thread has to be read again. */
export interface Heard {
  items: { target: string; body: unknown }[];
  last: number;
  gap: boolean;
}

export type Refusal = 'too_fast' | 'too_long' | 'empty' | 'files' | 'blocked' | 'email';
export type Ack = { id: string; at: string; refused?: undefined } | { refused: Refusal; retryAfter?: number };
