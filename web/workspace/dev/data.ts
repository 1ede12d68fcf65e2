/**
 * An invented company for looking at the screens: Lindenhof Cycles repairs and sells bicycles. Every name, address and
 * text is made up. Not shipped.
 */
import type { Activity, Attachment, ChannelDescriptor, ConversationDetail, Customer, Delivery, Inbox, Message } from '../src/api/types';

let counter = 0;
export const uid = () => `00000000-0000-4000-8000-${String(++counter).padStart(12, '0')}`;
export const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const can = (list: string): ChannelDescriptor['capabilities'] => {
  const all = [
    'attachments',
    'replies',
    'edits',
    'deletes',
    'reactions',
    'deliveredReceipts',
    'readReceipts',
    'typing',
    'templates',
    'subject',
    'html',
    'groups',
    'comments',
    'privateReplies',
    'hides',
    'moderates',
    'editsSent',
    'deletesSent',
    'reacts',
    'sendsTyping',
    'marksRead',
    'calls',
  ] as const;
  return Object.fromEntries(all.map((name) => [name, list.split(' ').includes(name)])) as ChannelDescriptor['capabilities'];
};
const rich = (more: Partial<ChannelDescriptor['rich']> = {}): ChannelDescriptor['rich'] => ({
  replyButtons: 0,
  linkButtons: 0,
  callButtons: 0,
  buttonsTogether: 0,
  mixesButtons: true,
  buttonTitleLength: 20,
  listRows: 0,
  rowTitleLength: 24,
  quickReplies: 0,
  quickReplyTitleLength: 20,
  cards: 0,
  cardButtons: 0,
  location: false,
  header: false,
  footer: false,
  textLength: 0,
  ...more,
});
/** What most channels leave out. */
const usual = {
  replyWindowHours: null,
  replyWindowMessages: null,
  cost: null,
  optIn: null,
  hasLogin: false,
  variants: [],
  rich: rich(),
  firstContact: 'no' as const,
  ingress: 'webhook' as const,
  address: 'handle' as const,
};
const text = (title: string, more: object = {}) => ({ type: 'string' as const, title, ...more });

export const channels: ChannelDescriptor[] = [
  {
    ...usual,
    id: 'telegram',
    group: 'messaging',
    name: 'Telegram',
    summary: 'A bot that customers write to',
    ingress: 'webhookOrListener',
    address: 'handle',
    firstContact: 'no',
    replyWindowHours: null,
    connectSteps: [
      'Open a chat with BotFather and create a bot.',
      'Copy the token it gives you into the field here.',
      'Save. Braid registers {webhookUrl} by itself, or reads by long polling when this server has no public address.',
    ],
    capabilities: can('attachments replies edits reactions groups editsSent deletesSent reacts sendsTyping'),
    rich: rich({ replyButtons: 12, linkButtons: 12, buttonsTogether: 12, buttonTitleLength: 64, location: true }),
    limits: { textLength: 4096, captionLength: 1024, attachmentBytes: 50_000_000, attachmentsPerMessage: 1 },
    settingsSchema: {
      type: 'object',
      required: ['botToken'],
      properties: {
        botToken: text('Bot token', { writeOnly: true, description: 'From BotFather', 'x-placeholder': '123456:ABC…' }),
        receive: text('Receive by', { enum: ['webhook', 'polling'], default: 'webhook', description: 'Polling needs no public address' }),
        webhookSecret: text('Webhook secret', { writeOnly: true, 'x-generate': true, 'x-advanced': true }),
        apiBaseUrl: text('API address', { format: 'uri', 'x-advanced': true, 'x-placeholder': 'https://api.telegram.org' }),
      },
    },
  },
  {
    ...usual,
    id: 'whatsapp',
    group: 'messaging',
    name: 'WhatsApp',
    summary: 'Your business number on the Cloud API',
    ingress: 'webhook',
    address: 'phone',
    firstContact: 'templateOnly',
    replyWindowHours: 24,
    connectSteps: [
      'Create an app with the WhatsApp product and copy its phone number id, access token and app secret.',
      'Under Configuration enter this callback address: {webhookUrl}',
      'and this verify token: {verifyToken}',
      'Subscribe to the field “messages”.',
    ],
    capabilities: can('attachments replies reactions deliveredReceipts readReceipts templates reacts marksRead'),
    rich: rich({
      replyButtons: 3,
      linkButtons: 1,
      mixesButtons: false,
      listRows: 10,
      location: true,
      header: true,
      footer: true,
      textLength: 1024,
    }),
    cost: 'Meta charges for each template message by country; free answers within 24 hours cost nothing.',
    optIn: 'The person must have agreed to hear from you on WhatsApp before the first template.',
    limits: { textLength: 4096, captionLength: 1024, attachmentBytes: 16_000_000, attachmentsPerMessage: 1 },
    settingsSchema: {
      type: 'object',
      required: ['phoneNumberId', 'accessToken', 'appSecret'],
      properties: {
        phoneNumberId: text('Phone number id', { pattern: '^[0-9]+$', 'x-placeholder': '106540352242922' }),
        accessToken: text('Access token', { writeOnly: true, description: 'A permanent token of a system user' }),
        appSecret: text('App secret', { writeOnly: true, description: 'Proves that webhooks really come from the provider' }),
        verifyToken: text('Verify token', { 'x-generate': true }),
        apiBaseUrl: text('API address', { format: 'uri', 'x-advanced': true }),
      },
    },
  },
  {
    ...usual,
    id: 'email',
    group: 'email',
    name: 'Email',
    summary: 'A mailbox by IMAP and SMTP',
    ingress: 'listener',
    address: 'email',
    firstContact: 'yes',
    replyWindowHours: null,
    connectSteps: ['Enter the mailbox and the two servers.', 'Braid reads the inbox folder and never deletes a mail.'],
    capabilities: can('attachments subject html replies'),
    variants: [
      {
        id: 'email-imap',
        name: 'Mailbox by IMAP',
        settings: { provider: 'imap' },
        connectSteps: [],
        fields: ['address', 'imapHost', 'user', 'password', 'smtpHost', 'imapPort', 'folders', 'trustServer'],
      },
      {
        id: 'email-postmark',
        name: 'Email by Postmark',
        settings: { provider: 'postmark' },
        connectSteps: ['Open the server in Postmark and copy its API token.', 'Under Inbound enter {webhookUrl}'],
        fields: ['address', 'serverToken'],
      },
    ],
    limits: { textLength: 200_000, captionLength: 0, attachmentBytes: 20_000_000, attachmentsPerMessage: 20 },
    settingsSchema: {
      type: 'object',
      required: ['address', 'imapHost', 'user', 'password', 'smtpHost'],
      properties: {
        address: text('Address', { format: 'email', 'x-placeholder': 'support@example.org' }),
        imapHost: text('IMAP server'),
        user: text('User'),
        password: text('Password', { writeOnly: true }),
        smtpHost: text('SMTP server'),
        serverToken: text('Server token', { writeOnly: true }),
        provider: text('Provider', { enum: ['imap', 'postmark'], default: 'imap' }),
        imapPort: { type: 'integer', title: 'IMAP port', minimum: 1, maximum: 65_535, 'x-advanced': true },
        trustServer: {
          type: 'boolean',
          title: 'Trust this mail server’s word on who wrote',
          description: 'Its authentication results decide whether a sender counts as verified',
          'x-advanced': true,
        },
        folders: { type: 'array', items: { type: 'string' }, title: 'Folders', 'x-advanced': true },
      },
    },
  },
  {
    ...usual,
    id: 'livechat',
    group: 'website',
    name: 'Live chat',
    summary: 'A chat window on your own site',
    ingress: 'hub',
    address: 'signedUser',
    firstContact: 'no',
    replyWindowHours: null,
    connectSteps: ['Paste this before the end of your pages: {snippet}'],
    capabilities: can('attachments replies reactions deliveredReceipts readReceipts typing reacts'),
    rich: rich({
      replyButtons: 13,
      linkButtons: 13,
      callButtons: 13,
      buttonTitleLength: 80,
      listRows: 100,
      rowTitleLength: 80,
      quickReplies: 13,
      quickReplyTitleLength: 80,
      cards: 10,
      cardButtons: 3,
      location: true,
      header: true,
      footer: true,
    }),
    limits: { textLength: 8000, captionLength: 8000, attachmentBytes: 10_000_000, attachmentsPerMessage: 10 },
    settingsSchema: {
      type: 'object',
      required: [],
      properties: {
        greeting: text('Greeting', { 'x-placeholder': 'Hello. How can we help?' }),
        color: text('Colour', { format: 'color', pattern: '^#[0-9a-fA-F]{6}$', 'x-placeholder': '#0e5366' }),
        askEmail: { type: 'boolean', title: 'Ask for an email address first' },
      },
    },
  },
  {
    ...usual,
    id: 'echo',
    group: 'custom',
    name: 'Echo',
    summary: 'The example to copy: posts come in as JSON',
    ingress: 'webhook',
    address: 'handle',
    firstContact: 'no',
    replyWindowHours: null,
    connectSteps: ['Post to {webhookUrl}'],
    capabilities: can(''),
    limits: { textLength: 1000, captionLength: 0, attachmentBytes: 0, attachmentsPerMessage: 0 },
    settingsSchema: { type: 'object', required: [], properties: {} },
  },
  {
    ...usual,
    id: 'instagram',
    name: 'Instagram',
    summary: 'Direct messages and the comments under your posts',
    group: 'messaging',
    hasLogin: true,
    replyWindowHours: 24,
    optIn: 'The person must have written to the account or commented; a comment may be answered privately once, within 7 days.',
    connectSteps: [
      'Make an app with the Instagram product and copy its id and secret.',
      'Enter this callback address: {webhookUrl}',
      'and this verify token: {verifyToken}',
    ],
    capabilities: can('attachments reactions readReceipts comments privateReplies hides moderates deletesSent reacts'),
    rich: rich({ replyButtons: 3, linkButtons: 3, buttonsTogether: 3, quickReplies: 13, cards: 10, cardButtons: 3, textLength: 640 }),
    limits: { textLength: 1000, captionLength: 0, attachmentBytes: 8_000_000, attachmentsPerMessage: 1 },
    settingsSchema: {
      type: 'object',
      required: ['appId', 'appSecret'],
      properties: {
        appId: text('App id'),
        appSecret: text('App secret', { writeOnly: true }),
        verifyToken: text('Verify token', { 'x-generate': true }),
        accessToken: text('Access token', { writeOnly: true, 'x-advanced': true }),
      },
    },
  },
  {
    ...usual,
    id: 'sms',
    name: 'SMS',
    summary: 'Text messages to a number of yours',
    group: 'messaging',
    address: 'phone',
    firstContact: 'yes',
    cost: 'The provider charges for each part of a text.',
    connectSteps: ['Choose the provider and copy its keys.'],
    variants: ['Twilio', 'Vonage', 'MessageBird', 'Telnyx', 'Plivo', 'Infobip'].map((name) => ({
      id: `sms-${name.toLowerCase()}`,
      name: `SMS by ${name}`,
      settings: { provider: name.toLowerCase() },
      connectSteps: [`Copy the keys from ${name}.`, 'Let the number forward what comes in to {webhookUrl}'],
      fields: name === 'Twilio' ? ['accountSid', 'authToken', 'from', 'apiBaseUrl'] : ['apiKey', 'from', 'apiBaseUrl'],
    })),
    capabilities: can('attachments deliveredReceipts'),
    limits: { textLength: 1600, captionLength: 1600, attachmentBytes: 5_000_000, attachmentsPerMessage: 10 },
    settingsSchema: {
      type: 'object',
      required: ['provider'],
      properties: {
        provider: text('Provider', { enum: ['twilio', 'vonage', 'messagebird', 'telnyx', 'plivo', 'infobip'] }),
        accountSid: text('Account SID'),
        authToken: text('Auth token', { writeOnly: true }),
        apiKey: text('API key', { writeOnly: true }),
        from: text('Number', { 'x-placeholder': '+441632960141' }),
        apiBaseUrl: text('API address', { format: 'uri', 'x-advanced': true }),
      },
    },
  },
  {
    ...usual,
    id: 'voice',
    name: 'Phone calls',
    summary: 'Calls ring at your agents and open the caller’s profile',
    group: 'voice',
    address: 'phone',
    cost: 'Twilio charges for the number, for each minute of a call, and for recordings.',
    connectSteps: ['Copy the keys from the console.', 'Save and choose Connect: Braid enters {webhookUrl} at the number.'],
    capabilities: can('calls'),
    limits: { textLength: 0, captionLength: 0, attachmentBytes: 0, attachmentsPerMessage: 0 },
    settingsSchema: { type: 'object', required: ['number'], properties: { number: text('Number') } },
  },
  {
    ...usual,
    id: 'google-play-reviews',
    name: 'Google Play reviews',
    summary: 'Reviews of your Android app, answered in public',
    group: 'reviews',
    ingress: 'listener',
    hasLogin: true,
    connectSteps: ['Make a service account and give it the right to answer reviews.'],
    capabilities: can('comments editsSent'),
    limits: { textLength: 350, captionLength: 0, attachmentBytes: 0, attachmentsPerMessage: 0 },
    settingsSchema: {
      type: 'object',
      required: ['packageName'],
      properties: { packageName: text('Package name', { 'x-placeholder': 'com.example.app' }) },
    },
  },
  ...(
    [
      ['messenger', 'Messenger', 'Messages to your Facebook page and comments under its posts', 'messaging'],
      ['line', 'LINE', 'An official account that customers add as a friend', 'messaging'],
      ['wechat', 'WeChat', 'A service account with customer-service replies', 'messaging'],
      ['viber', 'Viber', 'A bot that customers subscribe to', 'messaging'],
      ['zalo', 'Zalo', 'An official account in Vietnam', 'messaging'],
      ['kakaotalk', 'KakaoTalk', 'Consultation talk of a channel', 'messaging'],
      ['tiktok', 'TikTok', 'Direct messages to a business account', 'messaging'],
      ['x-dm', 'X', 'Direct messages to an account', 'messaging'],
      ['apple-messages', 'Apple Messages', 'Messages for Business', 'messaging'],
      ['google-rcs', 'RCS', 'Verified business messages on Android', 'messaging'],
      ['cti', 'Phone system', 'Calls of any phone system, by webhook', 'voice'],
      ['slack', 'Slack', 'Channels shared with customers', 'workChat'],
      ['teams', 'Microsoft Teams', 'A bot in teams and chats', 'workChat'],
      ['discord', 'Discord', 'A bot in a server', 'workChat'],
      ['google-chat', 'Google Chat', 'An app in spaces', 'workChat'],
      ['mattermost', 'Mattermost', 'A bot on your own server', 'workChat'],
      ['rocketchat', 'Rocket.Chat', 'Omnichannel rooms of your server', 'workChat'],
      ['zulip', 'Zulip', 'A bot in streams', 'workChat'],
      ['matrix', 'Matrix', 'Rooms on any home server', 'openNetworks'],
      ['xmpp', 'XMPP', 'An account on any server', 'openNetworks'],
      ['irc', 'IRC', 'Channels and queries on a network', 'openNetworks'],
      ['signal', 'Signal', 'A number by signal-cli', 'openNetworks'],
      ['mastodon', 'Mastodon', 'Mentions and direct posts', 'openNetworks'],
      ['bluesky', 'Bluesky', 'Mentions and direct messages', 'openNetworks'],
      ['google-business-profile', 'Google Business Profile', 'Reviews of your places', 'reviews'],
      ['youtube-comments', 'YouTube comments', 'Comments under your videos', 'reviews'],
      ['reddit', 'Reddit', 'Comments in a community', 'reviews'],
      ['custom', 'Custom channel', 'Anything that can speak HTTP', 'custom'],
      ['webform', 'Web form', 'A form on your own page', 'website'],
    ] as const
  ).map(
    ([id, name, summary, group]): ChannelDescriptor => ({
      ...usual,
      id,
      name,
      summary,
      group,
      connectSteps: ['Enter this address there: {webhookUrl}'],
      capabilities: can('attachments'),
      limits: { textLength: 2000, captionLength: 0, attachmentBytes: 8_000_000, attachmentsPerMessage: 1 },
      settingsSchema: { type: 'object', required: ['token'], properties: { token: text('Token', { writeOnly: true }) } },
    }),
  ),
];

export const me = { id: uid(), name: 'Jule Brandt', email: 'jule@lindenhof.example' };
export const team = [
  me,
  { id: uid(), name: 'Emre Aydın', email: 'emre@lindenhof.example' },
  { id: uid(), name: 'Katarzyna Wójcik', email: 'kasia@lindenhof.example' },
  { id: uid(), name: 'Noor van Dijk', email: 'noor@lindenhof.example' },
];

const inbox = (channel: string, name: string, address: string | null, more: Partial<Inbox> = {}): Inbox => ({
  id: uid(),
  channel,
  name,
  address,
  enabled: true,
  join: 'join',
  restricted: false,
  memberIds: [],
  keepBodiesDays: 30,
  keepMessagesDays: null,
  region: null,
  snippet: null,
  settings: {},
  secretsSet: [],
  createdAt: ago(90_000),
  webhookUrl: channel === 'email' || channel === 'livechat' ? null : `https://braid.lindenhof.example/webhooks/${channel}/${counter}`,
  health: { state: 'ok', message: null, lastInboundAt: ago(2), lastOutboundAt: ago(9), lastErrorAt: null },
  ...more,
});
export const inboxes: Inbox[] = [
  inbox('whatsapp', 'WhatsApp', '+49 30 5550 170', {
    settings: { phoneNumberId: '106540352242922', verifyToken: 'k3Rw-92fa-81cd' },
    secretsSet: ['accessToken', 'appSecret'],
  }),
  inbox('email', 'werkstatt@', 'werkstatt@lindenhof.example', {
    settings: {
      address: 'werkstatt@lindenhof.example',
      imapHost: 'imap.lindenhof.example',
      user: 'werkstatt',
      smtpHost: 'smtp.lindenhof.example',
    },
    secretsSet: ['password'],
    health: {
      state: 'trouble',
      message: 'The mail server refused the password at 08:12. Enter it again.',
      lastInboundAt: ago(140),
      lastOutboundAt: ago(400),
      lastErrorAt: ago(60),
    },
  }),
  inbox('livechat', 'Shop chat', 'lindenhof.example', {
    snippet: '<script src="https://braid.lindenhof.example/widget/loader.js" data-inbox="shop" async></script>',
  }),
  inbox('telegram', 'Telegram', '@lindenhof_bot', { settings: { mode: 'polling' }, secretsSet: ['botToken'] }),
];
inboxes.push(
  inbox('instagram', '@lindenhof', '@lindenhof', { secretsSet: ['appSecret'] }),
  inbox('google-play-reviews', 'App reviews', 'com.lindenhof.app', {
    health: {
      state: 'quiet',
      message: 'Nothing has come in for longer than usual (the longest pause so far was 30 hours). Check the webhook at the provider.',
      lastInboundAt: ago(4000),
      lastOutboundAt: ago(4400),
      lastErrorAt: null,
    },
  }),
  inbox('voice', 'Hotline', '+49 30 5550 100'),
);
const [wa, mail, chat, tg, ig, play, phone] = inboxes as [Inbox, Inbox, Inbox, Inbox, Inbox, Inbox, Inbox];

export type Store = { detail: ConversationDetail; messages: Message[]; activities: Activity[] };
export const stores: Store[] = [];
export const customers: Customer[] = [];
export const deliveries: Delivery[] = [];

type Said = Partial<Message> & { in: Inbox; min: number; by?: string };
let seq = 0;
function message(conversationId: string, customerName: string | null, said: Said, threadId: string | null): Message {
  const { in: box, min, by, ...rest } = said;
  const out = rest.direction === 'out';
  return {
    id: uid(),
    seq: ++seq,
    conversationId,
    threadId: rest.private ? null : threadId,
    inboxId: rest.private ? null : box.id,
    channel: rest.private ? null : box.channel,
    kind: rest.private ? 'note' : 'message',
    direction: 'in',
    private: false,
    author: out ? { kind: 'agent', id: me.id, name: by ?? me.name } : { kind: 'customer', id: null, name: customerName },
    text: null,
    hiddenText: null,
    html: false,
    subject: null,
    to: [],
    cc: [],
    attachments: [],
    replyTo: null,
    payload: null,
    rich: null,
    rating: null,
    permalink: null,
    referral: null,
    hiddenAt: null,
    call: null,
    note: null,
    acts: [],
    repliesPrivately: false,
    answersComment: false,
    reactions: [],
    editedAt: null,
    versions: [],
    deletedAt: null,
    status: out && !rest.private ? 'delivered' : null,
    statusReason: null,
    statusAt: out ? ago(min - 1) : null,
    failure: null,
    undoUntil: null,
    clientId: null,
    sentAt: ago(min),
    receivedAt: ago(min),
    late: false,
    deliveryId: out ? null : uid(),
    senderUnverified: false,
    ...rest,
  };
}
export const file = (kind: Attachment['kind'], more: Partial<Attachment> = {}): Attachment => ({
  id: uid(),
  kind,
  name: null,
  contentType: null,
  size: null,
  state: 'ready',
  reason: null,
  url: null,
  contentId: null,
  facts: {},
  ...more,
});

type Talk = {
  name: string | null;
  address: string;
  company?: string;
  assignee?: (typeof team)[number] | null;
  status?: 'open' | 'snoozed' | 'resolved';
  subject?: string;
  unread?: number;
  said: Said[];
  activities?: [min: number, kind: string, actor: string | null, data?: Record<string, string>][];
  unverified?: boolean;
  shared?: boolean;
  inPublic?: boolean;
  addresses?: Record<string, string>;
  keys?: Customer['keys'];
};
function talk({
  name,
  address,
  company,
  assignee = null,
  status = 'open',
  subject,
  unread = 0,
  said,
  activities = [],
  unverified = false,
  shared = false,
  inPublic = false,
  addresses = {},
  keys = [],
}: Talk) {
  const id = uid();
  const customerId = uid();
  const boxes = [...new Map(said.filter((one) => !one.private).map((one) => [one.in.id, one.in])).values()];
  const threads: ConversationDetail['threads'] = boxes.map((box) => {
    const own = said.filter((one) => one.in === box && !one.private);
    const lastIn = own.filter((one) => one.direction !== 'out').at(-1);
    const windowUntil =
      box.channel === 'whatsapp' && lastIn ? new Date(Date.now() - lastIn.min * 60_000 + 24 * 3_600_000).toISOString() : null;
    const ok = box.channel === 'livechat' ? (lastIn?.min ?? 999) < 200 : windowUntil === null || Date.parse(windowUntil) > Date.now();
    return {
      id: uid(),
      inboxId: box.id,
      inboxName: box.name,
      channel: box.channel,
      address: addresses[box.channel] ?? (box === boxes[0] ? address : null),
      subject: own.find((one) => one.subject)?.subject ?? null,
      audience: inPublic ? 'public' : shared ? 'shared' : 'private',
      verified: !unverified,
      firstAt: ago(own[0]!.min),
      lastAt: ago(own.at(-1)!.min),
      lastInboundAt: lastIn ? ago(lastIn.min) : null,
      send: {
        ok,
        code: ok ? null : box.channel === 'livechat' ? 'unreachable' : 'window_closed',
        reason: ok
          ? null
          : box.channel === 'livechat'
            ? `${name?.split(' ')[0] ?? 'The visitor'} left the page.`
            : 'The 24-hour window closed. A template can open it again.',
        windowUntil,
        templates: box.channel === 'whatsapp',
        readers: shared
          ? [
              { name, address },
              { name: 'Petra Lorenz', address: 'lorenz@verein.example' },
              { name: null, address: 'vorstand@verein.example' },
            ]
          : [{ name, address: addresses[box.channel] ?? address }],
      },
    };
  });
  const messages = said.map((one) =>
    message(
      id,
      name,
      { senderUnverified: unverified && one.direction !== 'out', ...one },
      threads.find((thread) => thread.inboxId === one.in.id)?.id ?? null,
    ),
  );
  const last = messages.at(-1)!;
  const order = [...new Set([...messages].reverse().flatMap((one) => (one.inboxId ? [one.inboxId] : [])))];
  const lastOut = messages.findLastIndex((one) => one.direction === 'out' && !one.private);
  const waiting = messages.slice(lastOut + 1).find((one) => one.direction === 'in');
  const seen = messages
    .filter((one) => one.direction === 'in')
    .slice(0, unread ? -unread : undefined)
    .at(-1);
  const detail: ConversationDetail = {
    id,
    status,
    subject: subject ?? messages.find((one) => one.subject)?.subject ?? null,
    audience: inPublic ? 'public' : shared ? 'shared' : 'private',
    senderUnverified: unverified,
    customer: { id: customerId, name, address, photoId: null },
    assignee: assignee && { id: assignee.id, name: assignee.name },
    channels: order.map((inboxId) => ({ inboxId, channel: inboxes.find((box) => box.id === inboxId)!.channel })),
    lastMessage: {
      id: last.id,
      text: last.text,
      author: last.author.kind,
      private: last.private,
      channel: last.channel ?? 'email',
      at: last.sentAt,
      attachment: last.attachments[0]?.kind ?? null,
      status: last.status,
      call: last.call ?? null,
    },
    unread,
    waitingSince: status === 'open' && waiting ? waiting.sentAt : null,
    snoozedUntil: status === 'snoozed' ? ago(-17 * 60) : null,
    openedAt: messages[0]!.sentAt,
    updatedAt: last.sentAt,
    version: 1,
    threads,
    reachable: [
      ...threads.map((thread) => ({
        inboxId: thread.inboxId,
        inboxName: thread.inboxName,
        channel: thread.channel,
        address: thread.address,
        identityId: null,
        threadId: thread.id,
        ok: thread.send.ok,
        code: thread.send.code,
        reason: thread.send.reason,
        windowUntil: thread.send.windowUntil,
        templates: thread.send.templates,
      })),
      ...(threads.some((thread) => thread.channel === 'email')
        ? []
        : [
            {
              inboxId: mail.id,
              inboxName: mail.name,
              channel: 'email',
              address: `${(name ?? 'kunde').split(' ')[0]!.toLowerCase()}@post.example`,
              identityId: uid(),
              threadId: null,
              ok: true,
              code: null,
              reason: null,
              windowUntil: null,
              templates: false,
            },
          ]),
    ],
    previousConversationId: null,
    participants: [],
    resolvedAt: status === 'resolved' ? last.sentAt : null,
    readUpTo: seen?.id ?? null,
  };
  stores.push({
    detail,
    messages,
    activities: activities.map(([min, kind, actor, data]) => ({
      id: uid(),
      kind,
      at: ago(min),
      actor: { kind: actor ? 'agent' : 'system', id: null, name: actor },
      data: data ?? {},
    })),
  });
  customers.push({
    id: customerId,
    name,
    company: company ?? null,
    tier: null,
    language: null,
    timeZone: 'Europe/Berlin',
    blocked: false,
    legalHold: false,
    photoId: null,
    tags: [],
    attributes: {},
    refs: [],
    createdAt: ago(300_000),
    lastSeenAt: last.sentAt,
    openConversations: status === 'resolved' ? 0 : 1,
    conversations: 1,
    keys,
    identities: threads.map((thread) => ({
      id: uid(),
      inboxId: thread.inboxId,
      inboxName: thread.inboxName,
      channel: thread.channel,
      address: thread.address ?? name,
      name,
      verified: !unverified,
      unreachable: false,
      lastSeenAt: thread.lastAt,
    })),
  });
  for (const one of messages.filter((each) => each.deliveryId)) {
    const box = inboxes.find((each) => each.id === one.inboxId);
    deliveries.push({
      id: one.deliveryId!,
      inboxId: one.inboxId!,
      channel: one.channel!,
      source: box?.channel === 'email' ? 'listener' : box?.channel === 'livechat' ? 'widget' : 'webhook',
      receivedAt: one.receivedAt,
      appliedAt: one.receivedAt,
      state: 'applied',
      reason: null,
      size: 812 + (one.text?.length ?? 0),
      hasBody: true,
      bodyRemovedAt: null,
      bodyHash: null,
      events: [
        {
          index: 0,
          kind: 'message',
          externalId: `wamid.HBgL${one.seq}`,
          outcome: 'applied',
          reason: null,
          messageId: one.id,
          conversationId: id,
          inboxId: one.inboxId!,
          pushedAt: one.receivedAt,
        },
      ],
    });
  }
  return id;
}

export const mainId = talk({
  name: 'Hanna Okonkwo',
  address: '+49 171 5550 133',
  company: 'Kiez Kurier',
  assignee: me,
  unread: 2,
  addresses: { whatsapp: '+49 171 5550 133', email: 'hanna@kiezkurier.example', livechat: 'Signed in on the shop' },
  keys: [
    {
      id: uid(),
      kind: 'phone',
      value: '+491715550133',
      proven: true,
      shared: false,
      proof: 'Wrote from this number on WhatsApp',
      addedBy: null,
      createdAt: ago(3000),
    },
    {
      id: uid(),
      kind: 'email',
      value: 'hanna@kiezkurier.example',
      proven: true,
      shared: false,
      proof: 'dmarc=pass by imap.lindenhof.example',
      addedBy: null,
      createdAt: ago(2000),
    },
    {
      id: uid(),
      kind: 'email',
      value: 'hanna.o@privat.example',
      proven: false,
      shared: false,
      proof: null,
      addedBy: 'Emre Aydın',
      createdAt: ago(900),
    },
  ],
  said: [
    { in: chat, min: 330, text: 'Hi! The rear light on my cargo bike cuts out over cobbles. It is four weeks old. Is that covered?' },
    {
      in: chat,
      min: 328,
      direction: 'out',
      by: 'Emre Aydın',
      text: 'Hello Hanna, yes: lights are covered for two years. Do you ride it for work?',
      status: 'read',
    },
    {
      in: chat,
      min: 327,
      text: 'Every day, for deliveries. Can you do it this week?',
      reactions: [{ emoji: '👍', by: 'Emre Aydın', ours: false }],
    },
    { in: wa, min: 190, text: 'Hello, it is Hanna from the chat. Writing here because I am on the road 🚲' },
    {
      in: wa,
      min: 187,
      direction: 'out',
      text: 'Hi Hanna, I have your chat in front of me, so no need to repeat anything. Could you mail a photo of the cable where it enters the frame?',
      status: 'read',
      statusAt: ago(186),
    },
    {
      in: mail,
      min: 165,
      subject: 'Photos of the rear light',
      text: 'Two photos and the invoice, as promised. The cable is worn just behind the clamp.',
      hiddenText: 'On Tuesday Jule Brandt wrote:\n> Could you mail a photo of the cable where it enters the frame?',
      html: true,
      to: [{ name: 'Werkstatt', address: 'werkstatt@lindenhof.example' }],
      attachments: [
        file('image', { name: 'clamp.jpg', url: 'mock-1', size: 84_000, contentType: 'image/svg+xml' }),
        file('image', { name: 'cable.jpg', url: 'mock-2', size: 91_000 }),
        file('file', { name: 'rechnung-LH-20418.pdf', url: 'mock-3', size: 84_000, contentType: 'application/pdf' }),
      ],
    },
    {
      in: mail,
      min: 158,
      private: true,
      direction: 'out',
      text: 'Emre, please hold a 14:00 slot tomorrow. She earns her living on this bike.',
    },
    {
      in: wa,
      min: 55,
      text: 'That was quick, thank you! Tomorrow works. I come by at two.',
      editedAt: ago(54),
      versions: [{ text: 'That was quick! Tomorow works', at: ago(55) }],
    },
    { in: wa, min: 54, text: 'Do I need to take the box off?' },
    {
      in: wa,
      min: 12,
      direction: 'out',
      text: 'No, leave it on. We lift the bike with the box.',
      status: 'failed',
      statusReason: 'WhatsApp did not answer',
      failure: 'other',
    },
  ],
  activities: [
    [330, 'conversation.opened', null, { channel: 'livechat' }],
    [326, 'conversation.assigned', 'Emre Aydın', { assigneeName: me.name }],
    [325, 'conversation.snoozed', 'Emre Aydın', { until: ago(200) }],
    [200, 'conversation.woke', null],
    [190, 'thread.joined', null, { channel: 'whatsapp' }],
  ],
});
talk({
  name: 'Mateus Ferreira',
  address: '+351 910 555 018',
  unread: 1,
  said: [{ in: wa, min: 19, text: 'Boa tarde! A bicicleta Tejo está disponível no tamanho 56?' }],
});
talk({
  name: 'عائشة المنصوري',
  address: 'aisha@bahr.example',
  unread: 1,
  assignee: team[3]!,
  said: [
    {
      in: mail,
      min: 24,
      subject: 'تغيير عنوان التسليم',
      text: 'أرجو تعديل عنوان التسليم قبل إرسال الدراجة. العنوان الجديد في المرفق.',
      attachments: [file('file', { name: 'address.pdf', url: 'mock-3', size: 21_000 })],
    },
  ],
});
talk({
  name: '佐藤 美咲',
  address: '@misaki_rides',
  assignee: team[2]!,
  said: [
    {
      in: tg,
      min: 31,
      text: 'チェーンが一日で外れてしまいました。どうすればいいですか？',
      attachments: [file('location', { facts: { latitude: '52.4986', longitude: '13.4034', name: 'Kottbusser Tor' } })],
    },
  ],
});
talk({
  name: 'Oliver Bennett',
  address: 'Visitor on lindenhof.example',
  assignee: team[1]!,
  said: [
    { in: tg, min: 60, text: 'Is the Sunday workshop still on?' },
    { in: chat, min: 33, text: 'Asking here too: is the Sunday workshop on? Your page says full, the poster says come by.' },
  ],
});
talk({
  name: null,
  address: '+49 30 5550 182',
  said: [
    {
      in: wa,
      min: 40,
      text: null,
      attachments: [file('audio', { name: 'voice.ogg', url: 'mock-audio', size: 38_000, contentType: 'audio/ogg' })],
    },
  ],
});
talk({
  name: 'Ronja Seidel',
  address: '@ronja',
  assignee: me,
  said: [
    { in: tg, min: 70, text: 'Ist mein Rad schon fertig?' },
    { in: tg, min: 52, kind: 'unsupported', text: null },
  ],
});
talk({
  name: 'Bank of Lindenhof',
  address: 'hanna@kiezkurier.example',
  unverified: true,
  unread: 1,
  said: [
    { in: mail, min: 75, subject: 'Change of account', text: 'Dear team, please pay my refund to the new account below. Regards, Hanna' },
  ],
});
talk({
  name: 'Radverein Nord',
  address: 'lorenz@verein.example',
  shared: true,
  assignee: me,
  said: [
    {
      in: mail,
      min: 95,
      subject: 'Sammelbestellung Helme',
      text: 'Guten Tag, wir hätten gern 14 Helme in Größe M. Petra liest mit.',
      cc: [{ name: 'Petra Lorenz', address: 'petra@verein.example' }],
      to: [{ name: 'Werkstatt', address: 'werkstatt@lindenhof.example' }],
    },
  ],
});
talk({
  name: 'Lucía Fernández',
  address: '+34 600 555 240',
  assignee: me,
  said: [
    { in: wa, min: 160, text: '¿Me puede enviar la guía de tallas?' },
    { in: wa, min: 121, direction: 'out', text: 'Ya se la envié. ¿Le sirve?', status: 'unconfirmed' },
  ],
});
talk({
  name: 'Henrik Lindqvist',
  address: 'henrik@fjell.example',
  company: 'Fjell Guides',
  assignee: team[2]!,
  said: [
    { in: mail, min: 400, subject: 'Invoice 3318', text: 'Could you send the credit note?' },
    {
      in: mail,
      min: 180,
      direction: 'out',
      subject: 'Re: Invoice 3318',
      text: 'Thanks Henrik, the credit note is attached.',
      by: 'Katarzyna Wójcik',
      status: 'sent',
    },
  ],
});
talk({
  name: 'Dimitra Papadaki',
  address: '+30 690 555 0101',
  assignee: me,
  said: [
    { in: wa, min: 1700, text: 'Is the touring rack back in stock?' },
    { in: wa, min: 1650, direction: 'out', text: 'Not yet, I will tell you on Friday.', status: 'delivered' },
  ],
});
talk({
  name: 'Wolfgang Amadeus Maximilian Freiherr von und zu Hohenlohe-Schillingsfürst-Breunecker der Jüngere, Vorsitzender des Allgemeinen Fahrradclubs der Oberen Lindenhofer Vorstadt am Kanal',
  address: 'w@fahrradclub.example',
  said: [
    {
      in: mail,
      min: 500,
      subject: 'Frühjahrsausfahrt und Sicherheitsprüfung sämtlicher Vereinsräder vor der Saison',
      text: 'Sehr geehrte Damen und Herren, wir bitten um einen Termin für 23 Räder.',
    },
  ],
});
talk({
  name: 'Chloé Martin',
  address: 'chloe@lumiere.example',
  status: 'snoozed',
  assignee: me,
  said: [{ in: mail, min: 2000, subject: 'Location de vélos', text: 'Bonjour, je confirme lundi.' }],
});
talk({
  name: 'Lea Vogt',
  address: '@lea.rides',
  inPublic: true,
  unread: 1,
  subject: 'New in: the touring rack',
  said: [
    {
      in: ig,
      min: 66,
      kind: 'comment',
      text: 'Does it fit 29 inch wheels? Mine came bent, by the way. Order 20731.',
      permalink: 'https://social.example/p/123',
      acts: ['hide', 'delete', 'react', 'unreact'],
      repliesPrivately: true,
    },
    { in: ig, min: 61, kind: 'comment', direction: 'out', text: 'It fits from 26 to 29 inches.', status: 'sent', acts: ['delete'] },
    {
      in: ig,
      min: 21,
      kind: 'comment',
      text: 'Buy cheap racks at rack.example!!!',
      hiddenAt: ago(20),
      acts: ['unhide', 'delete', 'react', 'unreact'],
      repliesPrivately: true,
    },
  ],
});
talk({
  name: 'Piotr Nowak',
  address: 'Piotr Nowak',
  inPublic: true,
  said: [
    {
      in: play,
      min: 72,
      kind: 'comment',
      rating: 2,
      permalink: 'https://play.example/review/9',
      text: 'The app forgets my basket each time I switch to the camera.',
    },
  ],
});
talk({
  name: 'Kim Larsen',
  address: '+49 171 5550 190',
  assignee: me,
  said: [
    {
      in: phone,
      min: 90,
      kind: 'call',
      text: null,
      call: {
        state: 'completed',
        answeredAt: ago(89),
        endedAt: ago(85),
        seconds: 247,
        answeredBy: 'Emre Aydın',
        transcript: 'Hello, this is Emre at Lindenhof.\nHi, my chain came off again. Can I come by today?\nYes, until six.',
        digits: '12',
      },
      attachments: [file('audio', { name: 'recording.mp3', url: 'mock-audio', size: 480_000, contentType: 'audio/mpeg' })],
    },
    {
      in: phone,
      min: 70,
      kind: 'call',
      text: null,
      call: { state: 'noAnswer', answeredAt: null, endedAt: ago(69), seconds: 0, answeredBy: null, transcript: null, digits: null },
    },
    {
      in: tg,
      min: 34,
      direction: 'out',
      text: 'Which day suits you for the new chain?',
      rich: {
        header: null,
        footer: null,
        buttons: [
          { kind: 'reply', title: 'Thursday', value: 'thu' },
          { kind: 'reply', title: 'Friday', value: 'fri' },
          { kind: 'link', title: 'Opening hours', value: 'https://lindenhof.example/hours' },
        ],
        list: null,
        quickReplies: [],
        cards: [],
        location: null,
        isEmpty: false,
      },
      acts: ['edit', 'delete', 'react', 'unreact'],
      note: 'The second picture was left out: this channel takes one file for each message.',
    },
    { in: tg, min: 33, kind: 'postback', text: 'Friday', payload: 'fri', acts: ['react', 'unreact'] },
  ],
});
talk({ name: 'Tomasz Zieliński', address: '@tomek', status: 'resolved', assignee: me, said: [{ in: tg, min: 5000, text: 'Dziękuję!' }] });
const words = [
  'brakes',
  'a new tube',
  'the wheel',
  'my order',
  'the invoice',
  'a helmet',
  'opening hours',
  'the child seat',
  'a rental',
  'the battery',
];
const firsts = [
  'Amara',
  'Björn',
  'Carmen',
  'Duc',
  'Elif',
  'Farid',
  'Greta',
  'Hugo',
  'Ines',
  'Jonas',
  'Kemal',
  'Lena',
  'Milan',
  'Nadia',
  'Otto',
  'Paula',
  'Quirin',
  'Rosa',
  'Samir',
  'Tilda',
];
const lasts = ['Adler', 'Bauer', 'Costa', 'Demir', 'Ek', 'Fuchs', 'Gomez', 'Haas', 'Ivanov', 'Jansen'];
for (let i = 0; i < 160; i++) {
  const box = inboxes[i % 4]!;
  const name = `${firsts[i % 20]} ${lasts[(i * 7) % 10]}`;
  talk({
    name,
    address: box.channel === 'email' ? `kunde${i}@post.example` : `+49 151 555 ${1000 + i}`,
    assignee: i % 3 === 0 ? team[i % 4]! : null,
    ...(box.channel === 'email' ? { subject: `About ${words[i % 10]}` } : {}),
    said: [
      { in: box, min: 600 + i * 37, text: `Hello, I have a question about ${words[i % 10]}.` },
      ...(i % 2
        ? [
            {
              in: box,
              min: 590 + i * 37,
              direction: 'out' as const,
              text: 'Thank you, we are looking into it.',
              status: 'delivered' as const,
            },
          ]
        : []),
    ],
  });
}
deliveries.push({
  id: uid(),
  inboxId: tg.id,
  channel: 'telegram',
  source: 'webhook',
  receivedAt: ago(44),
  appliedAt: null,
  state: 'parked',
  reason: 'The field “date” is missing in the message',
  size: 512,
  hasBody: true,
  bodyRemovedAt: null,
  bodyHash: null,
  events: [
    {
      index: 0,
      kind: 'message',
      externalId: '88213',
      outcome: 'parked',
      reason: 'The field “date” is missing in the message',
      messageId: null,
      conversationId: null,
      inboxId: tg.id,
      pushedAt: null,
    },
  ],
});
deliveries.push({
  id: uid(),
  inboxId: wa.id,
  channel: 'whatsapp',
  source: 'webhook',
  receivedAt: ago(48),
  appliedAt: ago(48),
  state: 'ignored',
  reason: 'unknown: field “account_alerts”',
  size: 301,
  hasBody: true,
  bodyRemovedAt: null,
  bodyHash: null,
  events: [
    {
      index: 0,
      kind: 'unknown',
      externalId: null,
      outcome: 'ignored',
      reason: 'unknown: field “account_alerts”',
      messageId: null,
      conversationId: null,
      inboxId: wa.id,
      pushedAt: null,
    },
  ],
});
deliveries.sort((a, b) => b.receivedAt.localeCompare(a.receivedAt));
