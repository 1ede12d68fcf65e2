/** A stand-in for the server, in memory, for looking at the screens: `npm run mock -w web/workspace`. Not shipped. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import type { Agent, ApiToken, CheckStep, ConversationItem, EventItem, Inbox, Me, Message, Note } from '../src/api/types';
import { channels, customers, deliveries, inboxes, me as person, type Store, stores, team, uid } from './data.ts';

export type Reply = { status?: number; body?: unknown; text?: string; bytes?: Uint8Array; type?: string };
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errors: Record<string, string> = {},
  ) {
    super(message);
  }
}
/** A recording to play: some seconds of a low tone, 8 bits at 8 kHz. */
function hum(seconds: number) {
  const rate = 8000;
  const sound = Buffer.alloc(44 + seconds * rate);
  sound.write('RIFF', 0);
  sound.writeUInt32LE(36 + seconds * rate, 4);
  sound.write('WAVEfmt ', 8);
  sound.writeUInt32LE(16, 16);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 1],
    [34, 8],
  ] as const)
    sound.writeUInt16LE(value, at);
  sound.writeUInt32LE(rate, 24);
  sound.writeUInt32LE(rate, 28);
  sound.write('data', 36);
  sound.writeUInt32LE(seconds * rate, 40);
  for (let i = 0; i < seconds * rate; i++) sound[44 + i] = 128 + Math.round(18 * Math.sin((i / rate) * 2 * Math.PI * 220));
  return sound;
}
type Call = { path: string[]; query: URLSearchParams; body: Record<string, unknown>; key: string | undefined };

const initial = structuredClone({ stores, customers, inboxes, deliveries });

const now = () => new Date().toISOString();
let me: Me = { ...person, role: 'owner', locale: 'en', theme: 'system', density: 'roomy', singleKeys: true, callAddress: null };
let signedIn = true;
let setupNeeded = false;
let databaseDown = false;
const permissions = [
  'conversations.read',
  'conversations.reply',
  'conversations.assign',
  'customers.edit',
  'inboxes.manage',
  'agents.manage',
  'deliveries.read',
  'deliveries.bodies',
  'tokens.manage',
  'workspace.manage',
];
const session = () => ({
  me,
  workspace: { id: 'w1', name: 'Lindenhof Cycles' },
  workspaces: [{ id: 'w1', name: 'Lindenhof Cycles' }],
  permissions,
  demo: false,
});
const agents: Agent[] = team.map((one, i) => ({
  ...one,
  role: (['owner', 'admin', 'agent', 'supervisor'] as const)[i]!,
  state: 'active',
  online: i < 3,
  callAddress: null,
  createdAt: now(),
}));
agents.push({
  id: uid(),
  name: 'Pia Neumann',
  email: 'pia@lindenhof.example',
  role: 'agent',
  state: 'invited',
  online: false,
  callAddress: null,
  createdAt: now(),
});
const tokens: ApiToken[] = [{ id: uid(), name: 'Nightly export', createdAt: now(), lastUsedAt: now(), createdBy: person.name }];
const notes = new Map<string, Note[]>();
const events: EventItem[] = [];
const sentKeys = new Map<string, Message>();

function emit(kind: string, store?: Store, messageId: string | null = null) {
  events.push({
    number: events.length + 1,
    kind,
    at: now(),
    conversationId: store?.detail.id ?? null,
    messageId,
    customerId: null,
    inboxId: null,
    data: null,
  });
}
const page = <T>(all: T[], query: URLSearchParams, cursorName = 'cursor') => {
  const from = Number(query.get(cursorName) ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  return { items: all.slice(from, from + limit), nextCursor: from + limit < all.length ? String(from + limit) : null };
};
const item = ({ detail }: Store): ConversationItem => detail;
const find = (id: string | undefined) => {
  const store = stores.find((one) => one.detail.id === id);
  if (!store) throw new Refusal(404, 'not_found', 'This conversation is not here.');
  return store;
};
function touch(store: Store, kind: string) {
  const last = store.messages.at(-1)!;
  store.detail.lastMessage = {
    id: last.id,
    text: last.text,
    author: last.author.kind,
    private: last.private,
    channel: last.channel ?? 'email',
    at: last.sentAt,
    attachment: last.attachments[0]?.kind ?? null,
    status: last.status,
    call: last.call ?? null,
  };
  store.detail.updatedAt = now();
  store.detail.version++;
  emit(kind, store, last.id);
}
const act = (store: Store, kind: string, data: Record<string, string> = {}) =>
  store.activities.push({ id: uid(), kind, at: now(), actor: { kind: 'agent', id: me.id, name: me.name }, data });

/** The private conversation of somebody who commented in public. */
function privateStoreOf(from: Store): Store {
  const known = stores.find((one) => one.detail.previousConversationId === from.detail.id);
  if (known) return known;
  const made = structuredClone(from);
  made.detail.id = uid();
  made.detail.audience = 'private';
  made.detail.previousConversationId = from.detail.id;
  for (const thread of made.detail.threads) thread.audience = 'private';
  made.messages = [];
  made.activities = [];
  stores.push(made);
  const link = (to: Store, id: string) =>
    to.activities.push({
      id: uid(),
      kind: 'conversation.linked',
      at: now(),
      actor: { kind: 'agent', id: me.id, name: me.name },
      data: { conversationId: id },
    });
  link(made, from.detail.id);
  link(from, made.detail.id);
  return made;
}

function write(from: Store, body: Record<string, unknown>, key: string | undefined): Message {
  if (key && sentKeys.has(key)) return sentKeys.get(key)!;
  const store = body.privateReplyTo ? privateStoreOf(from) : from;
  const thread = store.detail.threads.find((one) => one.id === body.channelThreadId) ?? store.detail.threads[0]!;
  const box = inboxes.find((one) => one.id === (body.inboxId ?? thread.inboxId))!;
  const quoted = store.messages.find((one) => one.id === body.replyTo);
  const message: Message = {
    ...from.messages[0]!,
    id: uid(),
    conversationId: store.detail.id,
    seq: 1_000_000 + events.length,
    threadId: body.private ? null : thread.id,
    inboxId: body.private ? null : box.id,
    channel: body.private ? null : box.channel,
    kind: body.private ? 'note' : 'message',
    direction: 'out',
    private: Boolean(body.private),
    author: { kind: 'agent', id: me.id, name: me.name },
    text: String(body.text ?? ''),
    hiddenText: null,
    html: false,
    subject: box.channel === 'email' && !body.private ? String(body.subject ?? thread.subject ?? 'Re: your message') : null,
    attachments: [],
    reactions: [],
    rich: (body.rich as Message['rich']) ?? null,
    rating: null,
    permalink: null,
    hiddenAt: null,
    call: null,
    note: null,
    acts: [],
    repliesPrivately: false,
    answersComment: Boolean(body.privateReplyTo),
    editedAt: null,
    versions: [],
    senderUnverified: false,
    replyTo: quoted ? { id: quoted.id, text: quoted.text, author: quoted.author.name } : null,
    status: body.private ? null : 'queued',
    statusAt: now(),
    statusReason: null,
    failure: null,
    sentAt: now(),
    receivedAt: now(),
    clientId: key ?? null,
    deliveryId: null,
    undoUntil: body.undoSeconds ? new Date(Date.now() + Number(body.undoSeconds) * 1000).toISOString() : null,
  };
  store.messages.push(message);
  if (key) sentKeys.set(key, message);
  store.detail.waitingSince = body.private ? store.detail.waitingSince : null;
  touch(store, 'message.queued');
  const step = (status: Message['status'], after: number) =>
    setTimeout(() => {
      if (!store.messages.includes(message)) return;
      const at = store.messages.indexOf(message);
      store.messages[at] = { ...store.messages[at]!, status, statusAt: now(), undoUntil: null };
      touch(store, 'message.status');
    }, after);
  if (!body.private) {
    step('sent', 5500);
    step('delivered', 8000);
  }
  if (body.then === 'resolve') store.detail.status = 'resolved';
  return message;
}

function api(method: string, { path, query, body, key }: Call): Reply {
  const [a, b, c, d] = path;
  const route = `${method} ${a}${b === undefined ? '' : c === undefined ? '/:' : `/:/${c}`}`;
  const ok = (body: unknown): Reply => ({ body });
  if (route === 'GET setup') return ok({ needed: setupNeeded, demo: true });
  if (route === 'POST setup') {
    if (body.code !== '123456') throw new Refusal(422, 'wrong_code', 'Wrong code');
    setupNeeded = false;
    signedIn = true;
    return ok(session());
  }
  if (route === 'POST session' || route === 'POST session/:') {
    if (!b && body.password !== 'lindenhof') throw new Refusal(401, 'wrong_credentials', '');
    signedIn = true;
    return ok(session());
  }
  if (a === 'invites') {
    if (method === 'POST') signedIn = true;
    return ok(method === 'GET' ? { email: 'pia@lindenhof.example', name: 'Pia Neumann', workspaceName: 'Lindenhof Cycles' } : session());
  }
  if (!signedIn) throw new Refusal(401, 'signed_out', 'Sign in first.');
  switch (route) {
    case 'GET session':
      return ok(session());
    case 'DELETE session':
      signedIn = false;
      return { status: 204 };
    case 'PATCH me':
      me = { ...me, ...body };
      return ok(me);
    case 'GET channels':
      return ok({ items: channels });
    case 'POST channels/:/preview': {
      const can = channels.find((one) => one.id === b)!.rich;
      const wanted = body.rich as NonNullable<Message['rich']>;
      const buttons =
        (wanted.buttons ?? []).length <= can.replyButtons &&
        (wanted.buttons ?? []).every((one) => one.title.length <= can.buttonTitleLength);
      const lines = buttons
        ? []
        : (wanted.buttons ?? []).map((one, i) => (one.kind === 'reply' ? `${i + 1}. ${one.title}` : `${one.title}: ${one.value}`));
      const list = can.listRows > 0 ? (wanted.list ?? null) : null;
      const quick = (wanted.quickReplies ?? []).length <= can.quickReplies;
      const cards = (wanted.cards ?? []).length <= can.cards;
      return ok({
        text: [
          body.text,
          ...lines,
          ...(list ? [] : (wanted.list?.sections ?? []).flatMap((one) => one.rows.map((row, i) => `${i + 1}. ${row.title}`))),
        ]
          .filter(Boolean)
          .join('\n'),
        header: null,
        footer: null,
        buttons: buttons ? (wanted.buttons ?? []) : [],
        list,
        quickReplies: quick ? (wanted.quickReplies ?? []) : [],
        cards: cards ? (wanted.cards ?? []) : [],
        location: can.location ? (wanted.location ?? null) : null,
        degraded: [
          ...(!buttons && wanted.buttons?.length ? ['buttons'] : []),
          ...(!list && wanted.list ? ['the list'] : []),
          ...(!quick ? ['quick replies'] : []),
          ...(!cards ? ['cards'] : []),
          ...(!can.location && wanted.location ? ['the location'] : []),
        ],
        hasNative: true,
      });
    }
    case 'POST inboxes/:/login':
      return ok({
        url: `/app/settings/inboxes/connected?state=${b}&code=mock`,
        redirectUri: 'https://braid.lindenhof.example/app/settings/inboxes/connected',
      });
    case 'POST inboxes/:/finish': {
      const said = body.query as Record<string, string>;
      return ok(
        said.error
          ? { inboxId: said.state ?? null, problem: 'The provider’s page was left without agreeing.' }
          : { inboxId: said.state ?? null, problem: null },
      );
    }
    case 'GET agents':
      return ok({ items: agents, nextCursor: null });
    case 'POST agents': {
      const agent: Agent = {
        id: uid(),
        name: String(body.name),
        email: String(body.email),
        role: body.role as Agent['role'],
        state: 'invited',
        online: false,
        callAddress: null,
        createdAt: now(),
      };
      agents.push(agent);
      return ok({ agent, inviteUrl: 'https://braid.lindenhof.example/app/invite/tok_5f1c' });
    }
    case 'POST agents/:/invite':
      return ok({ inviteUrl: 'https://braid.lindenhof.example/app/invite/tok_77aa' });
    case 'PATCH agents/:': {
      const agent = agents.find((one) => one.id === b)!;
      Object.assign(agent, body, body.disabled === undefined ? {} : { state: body.disabled ? 'disabled' : 'active' });
      return ok(agent);
    }
    case 'GET tokens':
      return ok({ items: tokens, nextCursor: null });
    case 'POST tokens': {
      const token = { id: uid(), name: String(body.name), createdAt: now(), lastUsedAt: null, createdBy: me.name };
      tokens.push(token);
      return ok({ ...token, secret: 'brd_live_4f0c9c6f1be14b7fae7d0a52' });
    }
    case 'DELETE tokens/:':
      tokens.splice(
        tokens.findIndex((one) => one.id === b),
        1,
      );
      return { status: 204 };
    case 'GET inboxes':
      return ok({ items: inboxes, nextCursor: null });
    case 'POST inboxes': {
      const settings = (body.settings ?? {}) as Record<string, unknown>;
      const channel = channels.find((one) => one.id === body.channel)!;
      const missing = channel.settingsSchema.required.filter((name) => !settings[name]);
      if (missing.length > 0)
        throw new Refusal(
          422,
          'invalid',
          'Some settings are missing.',
          Object.fromEntries(missing.map((name) => [`settings.${name}`, 'Needed'])),
        );
      const secrets = Object.entries(channel.settingsSchema.properties)
        .filter(([, schema]) => schema.writeOnly)
        .map(([name]) => name);
      const made: Inbox = {
        id: uid(),
        channel: channel.id,
        name: String(body.name),
        address: null,
        enabled: true,
        join: 'join',
        restricted: false,
        memberIds: [],
        keepBodiesDays: 30,
        keepMessagesDays: null,
        region: null,
        webhookUrl: channel.ingress === 'hub' ? null : `https://braid.lindenhof.example/webhooks/${channel.id}/new`,
        snippet:
          channel.id === 'livechat'
            ? '<script src="https://braid.lindenhof.example/widget/loader.js" data-inbox="new" async></script>'
            : null,
        settings: Object.fromEntries(Object.entries(settings).filter(([name]) => !secrets.includes(name))),
        secretsSet: secrets.filter((name) => settings[name]),
        health: { state: 'waiting', message: null, lastInboundAt: null, lastOutboundAt: null, lastErrorAt: null },
        createdAt: now(),
      };
      inboxes.push(made);
      return ok(made);
    }
    case 'GET inboxes/:':
    case 'PATCH inboxes/:': {
      const box = inboxes.find((one) => one.id === b);
      if (!box) throw new Refusal(404, 'not_found', 'This inbox is gone.');
      if (method === 'PATCH')
        Object.assign(box, body, body.settings ? { settings: { ...box.settings, ...(body.settings as object) } } : {});
      return ok(box);
    }
    case 'DELETE inboxes/:':
      inboxes.splice(
        inboxes.findIndex((one) => one.id === b),
        1,
      );
      return { status: 204 };
    case 'POST inboxes/:/check':
    case 'POST inboxes/:/connect': {
      const box = inboxes.find((one) => one.id === b)!;
      const bad = box.health.state === 'trouble';
      const steps: CheckStep[] = [
        { name: 'Server reached', ok: true, message: 'imap.lindenhof.example answered in 42 ms', fix: null },
        {
          name: 'Signed in',
          ok: !bad,
          message: bad ? 'The server refused the password' : 'Signed in as werkstatt',
          fix: bad ? 'Enter the password again, or make an app password.' : null,
        },
        ...(bad ? [] : [{ name: 'Can send', ok: true, message: 'SMTP accepts mail from this address', fix: null }]),
      ];
      return ok({ ok: !bad, steps });
    }
    case 'GET inboxes/:/log':
      return ok({
        items: [
          { at: now(), level: 'info', text: 'Connected to imap.lindenhof.example' },
          { at: now(), level: 'error', text: 'The server refused the password' },
        ],
        nextCursor: null,
      });
    case 'GET inboxes/:/templates':
      return ok({
        items: [
          {
            name: 'pickup_ready',
            language: 'en',
            category: 'Utility',
            body: 'Hi {{1}}, your bike {{2}} is ready. You can pick it up until {{3}}.',
            header: null,
            parameters: 3,
            headerParameters: 0,
          },
          {
            name: 'appointment',
            language: 'de',
            category: 'Utility',
            body: 'Guten Tag {{1}}, Ihr Termin ist am {{2}}.',
            header: 'Ihr Termin in der Werkstatt',
            parameters: 2,
            headerParameters: 0,
          },
        ],
      });
    case 'GET conversations': {
      const q = (query.get('q') ?? '').toLowerCase();
      const status = query.get('status') ?? 'open';
      const view = query.get('view') ?? 'all';
      const box = query.get('inbox');
      const sort = query.get('sort') ?? 'newest';
      const at = (one: ConversationItem) => one.lastMessage?.at ?? one.openedAt;
      const found = stores
        .map(item)
        .filter(
          (one) =>
            (status === 'any' || one.status === status) &&
            (view === 'all' || (view === 'mine' ? one.assignee?.id === me.id : !one.assignee)) &&
            (!box || one.channels.some((each) => each.inboxId === box)) &&
            (!q || (one.customer.name ?? '').toLowerCase().includes(q)),
        );
      found.sort((x, y) =>
        sort === 'waiting'
          ? (x.waitingSince ?? '9').localeCompare(y.waitingSince ?? '9')
          : sort === 'oldest'
            ? at(x).localeCompare(at(y))
            : at(y).localeCompare(at(x)),
      );
      return ok(page(found, query));
    }
    case 'GET conversations/:': {
      if (b === 'counts') {
        const open = stores.map(item).filter((one) => one.status === 'open');
        const byInbox: Record<string, number> = {};
        for (const one of open) for (const each of one.channels) byInbox[each.inboxId] = (byInbox[each.inboxId] ?? 0) + 1;
        return ok({
          all: open.length,
          mine: open.filter((one) => one.assignee?.id === me.id).length,
          unassigned: open.filter((one) => !one.assignee).length,
          snoozed: stores.filter((one) => one.detail.status === 'snoozed').length,
          byInbox,
        });
      }
      return ok(find(b).detail);
    }
    case 'GET conversations/:/messages':
      return ok(page([...find(b).messages].reverse(), query, 'before'));
    case 'GET conversations/:/activities':
      return ok({ items: find(b).activities, nextCursor: null });
    case 'POST conversations/:/messages':
      return ok(write(find(b), body, key));
    case 'POST conversations/:/assign': {
      const store = find(b);
      const agent = agents.find((one) => one.id === body.agentId);
      store.detail.assignee = agent ? { id: agent.id, name: agent.name } : null;
      act(store, 'conversation.assigned', agent ? { assigneeName: agent.name } : {});
      touch(store, 'conversation.assigned');
      return ok(store.detail);
    }
    case 'POST conversations/:/resolve':
    case 'POST conversations/:/reopen':
    case 'POST conversations/:/snooze':
    case 'POST conversations/:/read':
    case 'POST conversations/:/unread': {
      const store = find(b);
      if (c === 'read') store.detail.unread = 0;
      else if (c === 'unread') store.detail.unread = 1;
      else {
        store.detail.status = c === 'resolve' ? 'resolved' : c === 'reopen' ? 'open' : 'snoozed';
        store.detail.snoozedUntil = c === 'snooze' ? String(body.until) : null;
        act(
          store,
          `conversation.${c === 'resolve' ? 'resolved' : c === 'reopen' ? 'reopened' : 'snoozed'}`,
          c === 'snooze' ? { until: String(body.until) } : {},
        );
      }
      touch(store, 'conversation.changed');
      return ok(store.detail);
    }
    case 'POST messages/:/acts': {
      const store = stores.find((one) => one.messages.some((message) => message.id === b))!;
      const at = store.messages.findIndex((message) => message.id === b);
      const old = store.messages[at]!;
      if (body.text === 'refuse') throw new Refusal(422, 'provider_refused', 'Telegram says: message can’t be edited after 48 hours.');
      const change = {
        hide: { hiddenAt: now(), acts: old.acts.map((one) => (one === 'hide' ? 'unhide' : one)) },
        unhide: { hiddenAt: null, acts: old.acts.map((one) => (one === 'unhide' ? 'hide' : one)) },
        delete: { deletedAt: now(), text: null, acts: [] },
        edit: { text: String(body.text), editedAt: now(), versions: [...old.versions, { text: old.text, at: old.sentAt }] },
        react: { reactions: [...old.reactions.filter((one) => one.emoji !== body.emoji), { emoji: String(body.emoji), by: me.name }] },
        unreact: { reactions: old.reactions.filter((one) => one.emoji !== body.emoji) },
      }[String(body.kind)] as Partial<Message>;
      store.messages[at] = { ...old, ...change };
      touch(store, 'message.status');
      return ok(store.messages[at]);
    }
    case 'POST messages/:/cancel':
    case 'POST messages/:/retry':
    case 'POST messages/:/confirm': {
      const store = stores.find((one) => one.messages.some((message) => message.id === b))!;
      const at = store.messages.findIndex((message) => message.id === b);
      if (c === 'cancel') {
        store.messages.splice(at, 1);
        touch(store, 'message.cancelled');
        return { status: 204 };
      }
      store.messages[at] = {
        ...store.messages[at]!,
        status: c === 'confirm' && body.arrived ? 'delivered' : 'sent',
        statusReason: null,
        failure: null,
        statusAt: now(),
      };
      touch(store, 'message.status');
      return ok(store.messages[at]);
    }
    case 'GET messages/:/html':
      return {
        type: 'text/html',
        text: '<body style="font:15px sans-serif;margin:12px"><p>Two photos and the <b style="color:#a00">invoice</b>, as promised.</p><p>The cable is worn just behind the clamp.</p></body>',
      };
    case 'POST files':
      return ok({ id: uid(), name: 'photo.jpg', contentType: 'image/jpeg', size: 48_200 });
    case 'GET files/:':
      if (b === 'mock-audio') return { type: 'audio/wav', bytes: hum(4) };
      return {
        type: 'image/svg+xml',
        text: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 104 72"><rect width="104" height="72" fill="${b === 'mock-1' ? '#b7c0c4' : '#c8b59a'}"/><path d="M0 50 104 22v50H0Z" fill="#3f474b"/><circle cx="52" cy="38" r="16" fill="none" stroke="#22282a" stroke-width="5"/></svg>`,
      };
    case 'POST calls/phones':
      return ok({ callAddress: 'client:agent_mock', items: [] });
    case 'GET customers/:/merges':
    case 'GET customers/:/values':
      return ok({ items: [] });
    case 'GET customers': {
      const q = (query.get('q') ?? '').toLowerCase();
      const found = customers.filter((one) =>
        `${one.name ?? ''} ${one.identities.map((each) => each.address).join(' ')}`.toLowerCase().includes(q),
      );
      return ok(
        page(
          found.map((one) => ({
            id: one.id,
            name: one.name,
            address: one.identities[0]?.address ?? null,
            channels: [...new Set(one.identities.map((each) => each.channel))],
            lastSeenAt: one.lastSeenAt,
            openConversations: one.openConversations,
          })),
          query,
        ),
      );
    }
    case 'POST customers': {
      customers.unshift({
        id: uid(),
        name: String(body.name),
        company: null,
        tier: null,
        language: null,
        timeZone: null,
        blocked: false,
        legalHold: false,
        photoId: null,
        tags: [],
        attributes: {},
        refs: [],
        createdAt: now(),
        lastSeenAt: null,
        identities: [],
        keys: ((body.keys ?? []) as { kind: 'phone' | 'email'; value: string }[]).map((one) => ({
          ...one,
          id: uid(),
          proven: false,
          shared: false,
          proof: null,
          addedBy: me.name,
          createdAt: now(),
        })),
        openConversations: 0,
        conversations: 0,
      });
      return ok(customers[0]);
    }
  }
  const customer = a === 'customers' ? customers.find((one) => one.id === b) : undefined;
  if (customer) {
    const own = stores.filter((one) => one.detail.customer.id === customer.id);
    if (method === 'PATCH') Object.assign(customer, body);
    if (c === 'keys' && method === 'POST') {
      if (body.value === 'taken@post.example') throw new Refusal(409, 'key_taken', 'This address belongs to Amara Adler.');
      customer.keys.push({
        id: uid(),
        kind: body.kind as 'email',
        value: String(body.value),
        proven: false,
        shared: false,
        proof: null,
        addedBy: me.name,
        createdAt: now(),
      });
    }
    if (c === 'keys' && method === 'DELETE') customer.keys = customer.keys.filter((one) => one.id !== d);
    if (c === 'conversations') return ok({ items: own.map(item), nextCursor: null });
    if (c === 'records' || c === 'moments') return ok({ items: [] });
    if (c === 'timeline') return ok(page(own.flatMap((one) => one.messages).reverse(), query));
    if (c === 'notes') {
      const list = notes.get(customer.id) ?? [];
      if (method === 'POST') list.push({ id: uid(), text: String(body.text), author: { id: me.id, name: me.name }, createdAt: now() });
      notes.set(customer.id, method === 'DELETE' ? list.filter((one) => one.id !== d) : list);
      return method === 'DELETE' ? { status: 204 } : ok(method === 'POST' ? list.at(-1) : { items: list });
    }
    return ok({ ...customer });
  }
  if (a === 'deliveries') {
    if (!b) {
      const q = query.get('q');
      return ok(
        page(
          deliveries.filter(
            (one) =>
              (!query.get('state') || one.state === query.get('state')) &&
              (!query.get('inbox') || one.inboxId === query.get('inbox')) &&
              (!q || one.id === q || one.events.some((event) => event.externalId?.includes(q))),
          ),
          query,
        ),
      );
    }
    if (b === 'refused')
      return ok({
        items: [
          {
            inboxId: inboxes[0]!.id,
            channel: 'whatsapp',
            reason: 'forged',
            count: 3,
            lastAt: now(),
            detail: 'The signature did not fit the body',
          },
        ],
      });
    const one = deliveries.find((each) => each.id === b);
    if (!one) throw new Refusal(404, 'not_found', 'This delivery is not here.');
    if (c === 'body') return { type: 'text/plain', text: '{\n  "update_id": 88213,\n  "message": { "text": "Hallo" }\n}' };
    if (c === 'replay')
      Object.assign(one, {
        state: 'applied',
        reason: null,
        appliedAt: now(),
        events: one.events.map((event) => ({ ...event, outcome: 'applied', reason: null })),
      });
    return ok(one);
  }
  if (a === 'events') {
    const after = query.get('after');
    return ok({ items: after === null ? [] : events.filter((event) => event.number > Number(after)), last: events.length });
  }
  throw new Refusal(404, 'not_found', 'No such address.');
}

/** Everything as it was at the start, for the next test. */
export function reset() {
  const fresh = structuredClone(initial);
  stores.splice(0, stores.length, ...fresh.stores);
  customers.splice(0, customers.length, ...fresh.customers);
  inboxes.splice(0, inboxes.length, ...fresh.inboxes);
  deliveries.splice(0, deliveries.length, ...fresh.deliveries);
  [signedIn, setupNeeded, databaseDown] = [true, false, false];
  me = { ...me, locale: 'en', theme: 'system' };
}

/** Switches for looking at the states: /mock/signout, /mock/setup, /mock/database, /mock/say?text=… */
export function control(name: string, query: URLSearchParams) {
  if (name === 'signout') signedIn = false;
  if (name === 'setup') {
    setupNeeded = !setupNeeded;
    signedIn = false;
  }
  if (name === 'database') databaseDown = !databaseDown;
  if (name === 'ring') {
    const store = stores.find((one) => one.detail.customer.name === 'Kim Larsen')!;
    store.messages.push({
      ...store.messages[0]!,
      id: uid(),
      seq: 2_000_000 + events.length,
      sentAt: now(),
      receivedAt: now(),
      attachments: [],
      call: { state: 'ringing', answeredAt: null, endedAt: null, seconds: null, answeredBy: null, transcript: null, digits: null },
    });
    touch(store, 'message.received');
    emit('call.ringing', store);
    Object.assign(events.at(-1)!, { customerId: store.detail.customer.id, data: { agents: me.id } });
  }
  if (name === 'arrive') {
    const box = inboxes.at(-1)!;
    box.health = { ...box.health, state: 'ok', lastInboundAt: now() };
    emit('inbox.changed');
  }
  if (name === 'say') {
    const store = stores[Number(query.get('at') ?? 0)]!;
    const thread = store.detail.threads[0]!;
    store.messages.push({
      ...store.messages[0]!,
      id: uid(),
      seq: 2_000_000 + events.length,
      direction: 'in',
      author: { kind: 'customer', id: null, name: store.detail.customer.name },
      text: query.get('text') ?? 'One more thing',
      threadId: thread.id,
      inboxId: thread.inboxId,
      channel: thread.channel,
      sentAt: now(),
      receivedAt: now(),
      reactions: [],
    });
    store.detail.unread++;
    store.detail.waitingSince ??= now();
    touch(store, 'message.received');
  }
}

async function bodyOf(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  try {
    return text ? (JSON.parse(text) as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

async function answer(request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://mock');
  const send = ({ status = 200, body, text, bytes, type }: Reply) => {
    response.writeHead(status, { 'Content-Type': type ?? (status < 400 ? 'application/json' : 'application/problem+json') });
    response.end(status === 204 ? undefined : (bytes ?? text ?? JSON.stringify(body)));
  };
  if (url.pathname.startsWith('/mock/')) {
    control(url.pathname.slice(6), url.searchParams);
    return send({ body: {} });
  }
  if (url.pathname.startsWith('/health')) return send(databaseDown ? { status: 503, body: { database: 'down' } } : { body: {} });
  send(handle(request.method ?? 'GET', url, await bodyOf(request), request.headers['idempotency-key'] as string | undefined));
}

/** One call as the server would answer it; the tests ask it in place of the network. */
export function handle(method: string, url: URL, body: Record<string, unknown>, key: string | undefined): Reply {
  try {
    if (databaseDown) throw new Refusal(503, 'database_unavailable', '');
    return api(method, {
      path: url.pathname.replace('/api/v1/', '').split('/').map(decodeURIComponent),
      query: url.searchParams,
      body,
      key,
    });
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error);
    const said = error instanceof Refusal ? error : new Refusal(500, 'mock', String(error));
    return {
      status: said.status,
      body: { title: 'Refused', status: said.status, code: said.code, detail: said.message, errors: said.errors },
    };
  }
}

export const mockServer = (): Plugin => ({
  name: 'mock-server',
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      if (/^\/(api|health|mock)\b/.test(request.url ?? '')) void answer(request, response);
      else next();
    });
  },
});
