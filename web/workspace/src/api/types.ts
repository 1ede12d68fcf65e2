// What the server's API speaks, version 1. Made from its OpenAPI description: `npm run api` writes schema.d.ts, and here its views get
// the names the screens use. Times are ISO 8601 UTC, ids are UUIDs.
import type { components } from './schema';

type Schemas = components['schemas'];
/** Our pages leave out what they don't say. */
type Said<Request> = { [Field in keyof Request]: Exclude<Request[Field], null> };
/** Where OpenAPI only knows "an object", and we know which. */
type With<View, Known> = Omit<View, keyof Known> & Known;

export type Role = Schemas['Role'];
export type Permission = Schemas['Permission'];
export type ChannelId = string; // 'telegram' | 'whatsapp' | 'email' | 'livechat' | 'echo' | ...
export type Me = Schemas['MeView'];
export type Session = Schemas['SessionView'];
export type Agent = Schemas['AgentView'];
export type ApiToken = Schemas['ApiTokenView'];
export type ChannelDescriptor = With<
  Schemas['ChannelView'],
  { settingsSchema: { type: 'object'; properties: Record<string, SettingSchema>; required: string[] } }
>;
export type ChannelVariant = Schemas['ChannelVariant'];
export type Rich = Schemas['RichContent'];
export type RichButton = Schemas['RichButton'];
export type RichCard = Schemas['RichCard'];
export type RichRow = Schemas['RichRow'];
export type RichPlan = Schemas['RichPlan'];
export type RichSupport = Schemas['RichSupport'];
export type ActKind = Schemas['ActKind'];
export type CallFacts = Schemas['CallFacts'];
/** A part of JSON Schema, with hints for the form. */
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
export type Inbox = With<Schemas['InboxView'], { settings: Record<string, unknown> /* without secrets */ }>;
export type InboxLine = Schemas['InboxLogView'];
export type LoginBegun = Schemas['ConnectByLoginBegun'];
export type LoginFinished = Schemas['ConnectByLoginFinished'];
export type CheckStep = Schemas['CheckStep'];
export type CheckResult = Schemas['CheckView'];
export type Template = Schemas['TemplateView'];
export type ConversationItem = Schemas['ConversationItemView'];
export type ConversationDetail = Schemas['ConversationDetailView'];
export type Counts = Schemas['CountsView'];
export type ChannelThread = Schemas['ThreadView'];
export type Reachable = Schemas['ReachableView'];
export type SendStatus = Schemas['SendStatus'];
export type AttachmentKind = Schemas['AttachmentKind'];
export type Message = Schemas['MessageView'];
export type Attachment = Schemas['AttachmentView'];
export type Activity = With<Schemas['ActivityView'], { data: Record<string, string | null> }>;
export type CustomerItem = Schemas['CustomerItemView'];
export type Customer = Schemas['CustomerView'];
export type Note = Schemas['NoteView'];
export type Delivery = Schemas['DeliveryView'];
export type Refused = With<Schemas['RefusedView'], { reason: 'forged' | 'too_large' | 'overloaded' }>;
export type EventItem = With<Schemas['EventItem'], { data: Record<string, unknown> | null }>;
export type StoredFile = Schemas['FileView'];
export type SetupState = Schemas['SetupView'];
export type SetupForm = Schemas['SetUpRequest'];
export type Invite = Schemas['InviteView'];
/** What the composer posts. The client id in the `Idempotency-Key` header makes a repeat harmless. */
export type Outgoing = Said<Schemas['SendRequest']> & { text: string };
