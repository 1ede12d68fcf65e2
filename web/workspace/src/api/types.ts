// What the server's API speaks, version 1. Times are ISO 8601 UTC, ids are UUIDs.
export type Role = 'owner' | 'admin' | 'supervisor' | 'agent';
export type Permission =
  | 'conversations.read'
  | 'conversations.reply'
  | 'conversations.assign'
  | 'customers.edit'
  | 'inboxes.manage'
  | 'agents.manage'
  | 'deliveries.read'
  | 'deliveries.bodies'
  | 'tokens.manage'
  | 'workspace.manage';
export type ChannelId = string; // 'telegram' | 'whatsapp' | 'email' | 'livechat' | 'echo' | ...
export interface Me {
  id: string;
  name: string;
  email: string;
  role: Role;
  locale: string;
  theme: 'system' | 'light' | 'dark';
  density: 'roomy' | 'compact' | 'dense';
  singleKeys: boolean;
}
export interface Session {
  me: Me;
  workspace: { id: string; name: string };
  workspaces: { id: string; name: string }[];
  permissions: Permission[];
  demo: boolean;
}
export interface Agent {
  id: string;
  name: string;
  email: string;
  role: Role;
  state: 'active' | 'invited' | 'disabled';
  online: boolean;
  createdAt: string;
}
export interface ApiToken {
  id: string;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
  createdBy: string;
}
export interface ChannelDescriptor {
  id: ChannelId;
  name: string;
  summary: string;
  ingress: 'webhook' | 'listener' | 'webhookOrListener' | 'hub';
  address: 'handle' | 'phone' | 'email' | 'signedUser';
  firstContact: 'no' | 'templateOnly' | 'yes';
  replyWindowHours: number | null;
  connectSteps: string[]; // may contain {webhookUrl}, {verifyToken}, {snippet}
  capabilities: Record<
    | 'attachments'
    | 'replies'
    | 'edits'
    | 'deletes'
    | 'reactions'
    | 'deliveredReceipts'
    | 'readReceipts'
    | 'typing'
    | 'templates'
    | 'buttons'
    | 'subject'
    | 'html'
    | 'groups',
    boolean
  >;
  limits: { textLength: number; captionLength: number; attachmentBytes: number; attachmentsPerMessage: number };
  settingsSchema: { type: 'object'; properties: Record<string, SettingSchema>; required: string[] };
}
export interface SettingSchema {
  type: 'string' | 'boolean' | 'integer' | 'array';
  title: string;
  description?: string;
  enum?: string[];
  default?: string | number | boolean | string[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  items?: { type: 'string' };
  writeOnly?: true;
  'x-placeholder'?: string;
  'x-advanced'?: true;
  'x-generate'?: true;
}
export interface Inbox {
  id: string;
  channel: ChannelId;
  name: string;
  address: string | null;
  enabled: boolean;
  join: 'join' | 'own';
  restricted: boolean;
  memberIds: string[];
  keepBodiesDays: number;
  webhookUrl: string | null;
  snippet: string | null /* livechat: the <script> to paste */;
  settings: Record<string, unknown> /* without secrets */;
  secretsSet: string[];
  health: {
    state: 'waiting' | 'ok' | 'trouble' | 'disabled';
    message: string | null;
    lastInboundAt: string | null;
    lastOutboundAt: string | null;
    lastErrorAt: string | null;
  };
  createdAt: string;
}
export interface CheckStep {
  name: string;
  ok: boolean;
  message: string;
  fix: string | null;
}
export interface ConversationItem {
  id: string;
  status: 'open' | 'snoozed' | 'resolved';
  subject: string | null;
  audience: 'private' | 'shared' | 'public';
  senderUnverified: boolean;
  customer: { id: string; name: string | null; address: string | null /* best address when there is no name */ };
  assignee: { id: string; name: string } | null;
  channels: { channel: ChannelId; inboxId: string }[]; // braid order: most recently used first
  lastMessage: {
    id: string;
    text: string | null;
    author: 'customer' | 'agent' | 'ai' | 'system';
    private: boolean;
    channel: ChannelId;
    at: string;
    attachment: AttachmentKind | null;
    status: SendStatus | null;
  } | null;
  unread: number;
  waitingSince: string | null /* oldest unanswered customer message */;
  snoozedUntil: string | null;
  openedAt: string;
  updatedAt: string;
  version: number;
}
export interface ConversationDetail extends ConversationItem {
  threads: ChannelThread[];
  reachable: Reachable[];
  previousConversationId: string | null;
  participants: { id: string; name: string | null; address: string | null }[];
  resolvedAt: string | null;
  readUpTo: string | null /* id of the last message seen by an agent: "New since" line */;
}
export interface ChannelThread {
  id: string;
  inboxId: string;
  inboxName: string;
  channel: ChannelId;
  address: string | null;
  subject: string | null;
  audience: 'private' | 'shared' | 'public';
  verified: boolean;
  firstAt: string;
  lastAt: string;
  lastInboundAt: string | null;
  send: {
    ok: boolean;
    code: 'window_closed' | 'inbox_disabled' | 'unreachable' | 'identity_unverified' | null;
    reason: string | null;
    windowUntil: string | null;
    templates: boolean;
    readers: { name: string | null; address: string }[] /* who will read it, reply-all */;
  };
}
export interface Reachable {
  inboxId: string;
  inboxName: string;
  channel: ChannelId;
  address: string | null;
  identityId: string | null;
  threadId: string | null;
  ok: boolean;
  code: string | null;
  reason: string | null;
  windowUntil: string | null;
  templates: boolean;
}
export type SendStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'unconfirmed';
export type AttachmentKind =
  | 'image'
  | 'video'
  | 'audio'
  | 'file'
  | 'sticker'
  | 'location'
  | 'contact'
  | 'order'
  | 'share'
  | 'story'
  | 'template'
  | 'unknown';
export interface Message {
  id: string;
  seq: number;
  conversationId: string;
  threadId: string | null;
  inboxId: string | null;
  channel: ChannelId | null;
  kind: 'message' | 'comment' | 'postback' | 'note' | 'autoReply' | 'bounce' | 'call' | 'unsupported';
  direction: 'in' | 'out';
  private: boolean;
  author: { kind: 'customer' | 'agent' | 'ai' | 'system'; id: string | null; name: string | null };
  text: string | null;
  hiddenText: string | null /* mail: quoted history and signature */;
  html: boolean /* GET /messages/{id}/html gives sanitised html for a sandboxed iframe */;
  subject: string | null;
  to: { name: string | null; address: string }[];
  cc: { name: string | null; address: string }[];
  attachments: Attachment[];
  replyTo: { id: string; text: string | null; author: string | null } | null;
  payload: string | null;
  reactions: { emoji: string; by: string | null }[];
  editedAt: string | null;
  versions: { text: string | null; at: string }[];
  deletedAt: string | null;
  status: SendStatus | null;
  statusReason: string | null;
  statusAt: string | null;
  failure: 'content' | 'unreachable' | 'windowClosed' | 'template' | 'credentials' | 'configuration' | 'other' | null;
  undoUntil: string | null;
  clientId: string | null;
  sentAt: string;
  receivedAt: string;
  late: boolean;
  deliveryId: string | null;
  senderUnverified: boolean;
}
export interface Attachment {
  id: string;
  kind: AttachmentKind;
  name: string | null;
  contentType: string | null;
  size: number | null;
  state: 'pending' | 'ready' | 'failed' | 'none';
  reason: string | null;
  url: string | null;
  contentId: string | null;
  facts: Record<string, string>;
}
export interface Activity {
  id: string;
  kind: string /* conversation.opened, .assigned, .resolved, .reopened, .snoozed, .woke, thread.joined, delivery.bounced ... */;
  at: string;
  actor: { kind: 'agent' | 'system' | 'customer' | 'ai'; id: string | null; name: string | null };
  data: Record<string, string | null>;
}
export interface CustomerItem {
  id: string;
  name: string | null;
  address: string | null;
  channels: ChannelId[];
  lastSeenAt: string | null;
  openConversations: number;
}
export interface Customer {
  id: string;
  name: string | null;
  company: string | null;
  language: string | null;
  timeZone: string | null;
  blocked: boolean;
  createdAt: string;
  lastSeenAt: string | null;
  identities: {
    id: string;
    inboxId: string;
    inboxName: string;
    channel: ChannelId;
    address: string | null;
    name: string | null;
    verified: boolean;
    unreachable: boolean;
    lastSeenAt: string | null;
  }[];
  keys: {
    id: string;
    kind: 'phone' | 'email' | 'signedUser';
    value: string;
    proven: boolean;
    proof: string | null;
    addedBy: string | null;
    createdAt: string;
  }[];
  openConversations: number;
  conversations: number;
}
export interface Note {
  id: string;
  text: string;
  author: { id: string; name: string };
  createdAt: string;
}
export interface Delivery {
  id: string;
  inboxId: string | null;
  channel: ChannelId;
  source: 'webhook' | 'listener' | 'widget';
  receivedAt: string;
  appliedAt: string | null;
  state: 'pending' | 'applied' | 'ignored' | 'parked' | 'duplicate';
  reason: string | null;
  size: number;
  hasBody: boolean;
  bodyRemovedAt: string | null;
  bodyHash: string | null;
  events: {
    index: number;
    kind: string;
    externalId: string | null;
    outcome: 'applied' | 'duplicate' | 'ignored' | 'parked' | 'waiting';
    reason: string | null;
    messageId: string | null;
    conversationId: string | null;
    inboxId: string | null;
    pushedAt: string | null;
  }[];
}
export interface EventItem {
  number: number;
  kind: string;
  at: string;
  conversationId: string | null;
  messageId: string | null;
  customerId: string | null;
  inboxId: string | null;
  data: Record<string, unknown> | null;
}
