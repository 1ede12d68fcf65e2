// A pretend server for looking at the widget: `npm run build -w web/widget && npm run dev -w web/widget`, then http://localhost:5090/?inbox=online
// Inboxes: online, history, form, required, away, signed (needs Braid('identify')). Not shipped.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ws from 'ws';

const root = fileURLToPath(new URL('../../../src/Braid/wwwroot/widget/', import.meta.url));
const port = Number(process.env.PORT ?? 5090);
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' };
const RS = '\x1e';
const threads = new Map();
const files = new Map();
let counter = 0;
const id = () => `m-${++counter}`;
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const say = (from, name, text, at = new Date().toISOString(), more = {}) => ({
  id: id(),
  from,
  name,
  text,
  files: [],
  at,
  status: from === 'visitor' ? 'seen' : null,
  ...more,
});

function history() {
  return [
    ...Array.from({ length: 34 }, (_, i) =>
      say(i % 2 ? 'agent' : 'visitor', i % 2 ? 'Tom' : null, `Earlier message ${i + 1}`, ago(3000 - i)),
    ),
    say('visitor', null, 'Hi! The hip belt buckle on my Rinjani 45 snapped. It is three weeks old. Is that covered?', ago(26)),
    say(
      'ai',
      'Arunika AI agent',
      'Yes. Buckles are covered for two years. I found your order of 2 November. We can send a new buckle free of charge, or swap the pack.\nhttps://arunika.example/warranty#2',
      ago(25),
    ),
    say('visitor', null, 'Swap please, but I fly to Lombok on Friday. Will it be there in time?', ago(22)),
    { id: 'joined-1', kind: 'joined', from: 'agent', name: 'Ani', text: null, files: [], at: ago(20), status: null },
    say('agent', 'Ani', 'Hi Maya, Ani here. Let me check the stock in Jakarta, one moment.', ago(19)),
    say('agent', 'Ani', 'One is left <img src=x onerror=alert(1)> in slate. مرحبا بك', ago(18), {
      files: [{ id: 'f1', name: 'return label.pdf', contentType: 'application/pdf', size: 84_211, url: '/widget/files/f1?t=1' }],
    }),
  ];
}

function threadOf(token) {
  if (!threads.has(token)) threads.set(token, { items: token.startsWith('history') ? history() : [], sockets: new Set(), greeted: false });
  return threads.get(token);
}

const config = (inbox) => ({
  name: 'Arunika',
  color: '#2c5a4a',
  greeting: null,
  preChat: { mode: inbox === 'form' ? 'optional' : inbox === 'required' ? 'required' : 'off', fields: ['name', 'email'] },
  online: inbox !== 'away',
  replySeconds: 180,
  backAt: inbox === 'away' ? new Date(Date.now() + 8 * 3_600_000).toISOString() : null,
  offlineText: null,
});

const continueOn = [
  { channel: 'whatsapp', name: 'WhatsApp', url: 'https://wa.example/1' },
  { channel: 'telegram', name: 'Telegram', url: 'https://t.example/1' },
  { channel: 'email', name: 'Email', url: 'mailto:help@arunika.example' },
];

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const json = (response, value, status = 200) =>
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));

function session(inbox, asked) {
  const token = asked.visitorToken ?? `${inbox}-${crypto.randomUUID()}`;
  const thread = threadOf(token);
  const messages = thread.items.slice(-30);
  return {
    visitorToken: token,
    visitorId: token,
    threadId: token,
    signed: Boolean(asked.identityToken),
    me: null,
    config: config(inbox),
    unread: inbox === 'history' && !asked.visitorToken ? 2 : 0,
    messages,
    more: thread.items.length > messages.length,
    continueOn: inbox === 'online' || inbox === 'history' ? continueOn : [],
  };
}

const demo = (
  inbox,
  q,
) => `<!doctype html><html lang="${q.get('lang') ?? 'en'}" dir="${q.get('lang') === 'ar' ? 'rtl' : 'ltr'}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Shop</title><body style="margin:0;font:16px system-ui;background:#fbfaf7;color:#26302d"><h1 style="padding:24px 48px">Arunika</h1>
<p style="padding:0 48px;max-width:32em">Three days on the rim, one pack. Recycled ripstop, a hip belt that carries, and a repair promise of ten years.</p>
<script>window.Braid=window.Braid||function(){(Braid.q=Braid.q||[]).push(arguments)};window.heard=[];for(const e of ['ready','open','close','unread','message','identityRequired'])Braid('on',e,d=>heard.push([e,d]));</script>
<script async src="/widget/loader.js" data-inbox="${inbox}" data-theme="${q.get('theme') ?? 'auto'}"></script></body></html>`;

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://x');
  const path = url.pathname;
  const bearer = (request.headers.authorization ?? '').replace('Bearer ', '');
  if (path === '/')
    return response
      .writeHead(200, { 'Content-Type': types['.html'] })
      .end(demo(url.searchParams.get('inbox') ?? 'online', url.searchParams));
  if (path === '/dev/drop') {
    for (const thread of threads.values()) for (const socket of thread.sockets) socket.terminate();
    return json(response, {});
  }
  const call = /^\/widget\/([^/]+)\/(session|messages|files)$/.exec(path);
  if (call?.[2] === 'session') {
    const asked = JSON.parse(await body(request));
    if (call[1] === 'signed' && !asked.identityToken) return json(response, { code: 'identity_required' }, 401);
    return json(response, session(call[1], asked));
  }
  if (call?.[2] === 'messages') {
    const { items } = threadOf(bearer);
    const at = (name) => items.findIndex((m) => m.id === url.searchParams.get(name));
    if (url.searchParams.has('before'))
      return json(response, { items: items.slice(Math.max(0, at('before') - 30), at('before')), more: at('before') > 30 });
    return json(response, { items: items.slice(at('after') + 1), more: false });
  }
  if (call?.[2] === 'files') {
    const raw = await body(request);
    const name = /filename="([^"]*)"/.exec(raw.toString('latin1'))?.[1] ?? 'file';
    const file = {
      id: `f-${++counter}`,
      name,
      contentType: /Content-Type: (\S+)/.exec(raw.toString('latin1'))?.[1] ?? null,
      size: raw.length,
      url: null,
    };
    files.set(file.id, file);
    return json(response, file);
  }
  if (path.startsWith('/widget/') && !path.includes('/files/')) {
    const name = normalize(path.slice('/widget/'.length));
    const data = await readFile(join(root, name)).catch(() => null);
    // The policy that the README asks of the real server, so that a breach shows here first.
    const csp =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *";
    if (data)
      return response
        .writeHead(200, { 'Content-Type': types[extname(name)] ?? 'application/octet-stream', 'Content-Security-Policy': csp })
        .end(data);
  }
  response.writeHead(404).end();
});

const sockets = new ws.Server({ server, path: '/widget/hub' });
sockets.on('connection', (socket, request) => {
  const thread = threadOf(new URL(request.url, 'http://x').searchParams.get('token'));
  const send = (frame) => socket.send(JSON.stringify(frame) + RS);
  const push = (target, value) => {
    for (const each of thread.sockets) each.send(JSON.stringify({ type: 1, target, arguments: [value] }) + RS);
  };
  let greeted = false;
  socket.on('close', () => thread.sockets.delete(socket));
  socket.on('message', (data) => {
    for (const record of String(data).split(RS).filter(Boolean)) {
      const frame = JSON.parse(record);
      if (!greeted) {
        greeted = true;
        thread.sockets.add(socket);
        socket.send(`{}${RS}`);
        continue;
      }
      if (frame.type !== 1) continue;
      const [arg] = frame.arguments;
      if (frame.target === 'Send' || frame.target === 'LeaveEmail') {
        const known = thread.items.find((m) => m.id === arg.clientId);
        const message = known ?? {
          ...say('visitor', null, arg.text),
          id: arg.clientId,
          status: 'sent',
          files: (arg.files ?? []).map((f) => files.get(f)).filter(Boolean),
        };
        if (!known) thread.items.push(message);
        send({ type: 3, invocationId: frame.invocationId, result: { id: message.id, at: message.at } });
        push('message', message);
        if (!known && frame.target === 'Send') answer(thread, message, push);
      } else if (frame.invocationId) send({ type: 3, invocationId: frame.invocationId });
    }
  });
});

function answer(thread, message, push) {
  const keep = (item) => {
    thread.items.push(item);
    push('message', item);
  };
  setTimeout(() => {
    message.status = 'seen';
    push('status', { id: message.id, status: 'seen' });
    if (!thread.greeted) {
      thread.greeted = true;
      const joined = {
        id: `joined-${id()}`,
        kind: 'joined',
        from: 'agent',
        name: 'Ani',
        text: null,
        files: [],
        at: new Date().toISOString(),
        status: null,
      };
      thread.items.push(joined);
      push('joined', joined);
    }
    push('agentTyping', { name: 'Ani', typing: true });
  }, 600);
  setTimeout(() => keep(say('agent', 'Ani', `You wrote "${message.text}". One moment.`)), 2000);
}

server.listen(port, () => console.log(`http://localhost:${port}/?inbox=online`));
