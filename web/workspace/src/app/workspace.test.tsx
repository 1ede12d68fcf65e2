import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { arrival } from '~/lib/arrival';
import { ringing } from '~/lib/calls';
import { connection } from '~/lib/connection';
import { dismiss } from '~/lib/toast';
import { expectAccessible } from '~/test/axe';
import { type Asked, serve } from '~/test/server';
import { mainId, me as person, stores } from '../../dev/data';
import { control, reset } from '../../dev/mock';

const hub = vi.hoisted(() => ({ handlers: new Map<string, (value: unknown) => void>(), connect: true }));
vi.mock('@microsoft/signalr', () => {
  class Hub {
    state = 'Disconnected';
    on = (name: string, handler: (value: unknown) => void) => void hub.handlers.set(name, handler);
    onclose = () => {};
    start = async () => {
      if (!hub.connect) throw new Error('blocked');
      this.state = 'Connected';
    };
    stop = async () => {};
    send = async () => {};
  }
  class HubConnectionBuilder {
    withUrl = () => this;
    configureLogging = () => this;
    build = () => new Hub();
  }
  return {
    HubConnectionBuilder,
    HubConnectionState: { Connected: 'Connected', Disconnected: 'Disconnected' },
    HttpTransportType: { WebSockets: 1 },
    LogLevel: { None: 6 },
  };
});

const { App } = await import('./App');
const { outboxOf } = await import('./outbox');
const { queryClient } = await import('./queryClient');
const { router } = await import('./router');

let asked: Asked[];
async function open(path: string) {
  queryClient.clear();
  router.history.push(`/app${path}`);
  const view = render(<App />);
  await act(() => router.load());
  return view;
}
const inLog = async (text: string | RegExp) => within(await screen.findByRole('log')).findByText(text);
const sends = () => asked.filter((one) => one.method === 'POST' && one.path.endsWith('/messages'));

beforeEach(() => {
  connection.set({ state: 'connecting', since: null, databaseDown: false, signedOut: false });
  reset();
  dismiss();
  ringing.set([]);
  outboxOf('w1', person.id).entries.set([]);
  asked = serve();
});
afterEach(cleanup);

describe('the inbox', () => {
  it('lists who waits, on which channel and how long, and is accessible', async () => {
    await open('/inbox');
    const list = await screen.findByRole('region', { name: 'List of conversations' });
    const row = await within(list).findByRole('link', { name: /Mateus Ferreira/ });
    expect(row.textContent).toContain('WhatsApp');
    expect(row.textContent).toMatch(/1 unread message/);
    expect(row.textContent).toMatch(/\d+ min/);
    expect(within(list).getByRole('link', { name: /Bank of Lindenhof/ }).textContent).toContain('Not verified');
    await expectAccessible();
  });

  it('shows only mine after a click and says so in the address', async () => {
    await open('/inbox');
    fireEvent.click(await screen.findByRole('button', { name: /^Mine/ }));
    await waitFor(() => expect(router.state.location.search).toEqual({ view: 'mine' }));
    await waitFor(() => expect(asked.some((one) => one.path.includes('view=mine'))).toBe(true));
    await waitFor(() => expect(screen.queryByRole('link', { name: /Mateus Ferreira/ })).toBeNull());
  });

  it('moves with j and k', async () => {
    await open('/inbox');
    await screen.findByRole('link', { name: /Mateus Ferreira/ });
    fireEvent.keyDown(window, { key: 'j' });
    await waitFor(() => expect(router.state.location.pathname).toBe(`/inbox/${mainId}`));
  });
});

describe('a conversation', () => {
  it('shows every channel in one thread, and is accessible', async () => {
    await open(`/inbox/${mainId}`);
    const log = await screen.findByRole('log');
    await within(log).findByText(/We lift the bike with the box/);
    expect(within(log).getByText(/rear light on my cargo bike/)).toBeTruthy();
    expect(within(log).getByRole('article', { name: 'Photos of the rear light' })).toBeTruthy();
    expect(within(log).getByText(/Emre, please hold a 14:00 slot/)).toBeTruthy();
    expect(within(log).getByText(/Not sent: WhatsApp did not answer/)).toBeTruthy();
    expect(within(log).getByText(/New since/)).toBeTruthy();
    await screen.findByText('hanna.o@privat.example');
    await expectAccessible();
  });

  it('hides quoted history until it is asked for', async () => {
    await open(`/inbox/${mainId}`);
    const button = await screen.findByRole('button', { name: 'Show earlier text' });
    expect(screen.queryByText(/On Tuesday Jule Brandt wrote/)).toBeNull();
    fireEvent.click(button);
    expect(screen.getByText(/On Tuesday Jule Brandt wrote/)).toBeTruthy();
  });

  it('folds the other channels when one is picked', async () => {
    await open(`/inbox/${mainId}`);
    const bar = await screen.findByRole('toolbar', { name: 'Channels in this conversation' });
    await inLog(/We lift the bike/);
    fireEvent.click(within(bar).getByRole('button', { name: /Email/ }));
    expect(within(screen.getByRole('log')).queryByText(/We lift the bike/)).toBeNull();
    expect(screen.getByRole('button', { name: /^3 on WhatsApp, show/ })).toBeTruthy();
    expect(screen.getByRole('button', { name: /^5 on Live chat, WhatsApp, show/ })).toBeTruthy();
  });

  it('tries a failed message again', async () => {
    await open(`/inbox/${mainId}`);
    fireEvent.click(await screen.findByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(asked.some((one) => /^\/messages\/.+\/retry$/.test(one.path))).toBe(true));
    await waitFor(() => expect(screen.queryByText(/WhatsApp did not answer/)).toBeNull());
  });

  it('shows what another person or the customer does, without a reload', async () => {
    hub.connect = true;
    await open(`/inbox/${mainId}`);
    await inLog(/We lift the bike/);
    await waitFor(() => expect(connection.get().state).toBe('live'));
    control('say', new URLSearchParams({ at: '0', text: 'Is the tyre included?' }));
    const page = await (await fetch('/api/v1/events?after=0')).json();
    act(() => hub.handlers.get('events')?.(page));
    await inLog('Is the tyre included?');
  });

  it('is resolved with one key and opened again by undo', async () => {
    const store = stores.find((one) => one.detail.customer.name === 'Mateus Ferreira')!;
    await open(`/inbox/${store.detail.id}`);
    await screen.findByRole('button', { name: 'Resolve' });
    fireEvent.keyDown(window, { key: 'e' });
    await screen.findByRole('button', { name: 'Reopen' });
    expect(store.detail.status).toBe('resolved');
    fireEvent.keyDown(window, { key: 'z', ctrlKey: true });
    await screen.findByRole('button', { name: 'Resolve' });
    expect(store.detail.status).toBe('open');
  });
});

describe('the composer', () => {
  it('sends once, on the thread the customer wrote on last, with what was seen', async () => {
    await open(`/inbox/${mainId}`);
    await inLog(/We lift the bike/);
    const box = await screen.findByRole('textbox', { name: 'Reply to Hanna' });
    fireEvent.change(box, { target: { value: 'See you at two.' } });
    fireEvent.keyDown(box, { key: 'Enter', ctrlKey: true });
    fireEvent.keyDown(box, { key: 'Enter', ctrlKey: true });
    await waitFor(() => expect(sends()).toHaveLength(1));
    const { body, key, headers } = sends()[0]!;
    const store = stores.find((one) => one.detail.id === mainId)!;
    const thread = store.detail.threads.find((one) => one.channel === 'whatsapp')!;
    expect(body).toMatchObject({ text: 'See you at two.', channelThreadId: thread.id, undoSeconds: 5 });
    expect(body.lastSeenMessageId).toBeTruthy();
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('X-Requested-With')).toBe('Braid');
    await inLog('See you at two.');
    expect((box as HTMLTextAreaElement).value).toBe('');
  });

  it('takes a message back within its seconds, text and all', async () => {
    await open(`/inbox/${mainId}`);
    const box = (await screen.findByRole('textbox', { name: 'Reply to Hanna' })) as HTMLTextAreaElement;
    await inLog(/We lift the bike/);
    fireEvent.change(box, { target: { value: 'Too early' } });
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    fireEvent.click(await screen.findByRole('button', { name: /^Undo/ }));
    await waitFor(() => expect(box.value).toBe('Too early'));
    expect(asked.some((one) => one.path.endsWith('/cancel'))).toBe(true);
  });

  it('keeps the message when nothing can be reached, and sends it later under the same id', async () => {
    let away = false;
    asked = serve(() => (away ? 'unreachable' : undefined));
    await open(`/inbox/${mainId}`);
    const box = await screen.findByRole('textbox', { name: 'Reply to Hanna' });
    await inLog(/We lift the bike/);
    away = true;
    fireEvent.change(box, { target: { value: 'From the tunnel' } });
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    await screen.findByText('Queued, waiting for the connection');
    expect(localStorage.getItem(`braid.outbox.w1.${person.id}`)).toContain('From the tunnel');
    away = false;
    act(() => void window.dispatchEvent(new Event('online')));
    await waitFor(() => expect(screen.queryByText('Queued, waiting for the connection')).toBeNull(), { timeout: 4000 });
    expect(new Set(sends().map((one) => one.key)).size).toBe(1);
    expect(stores.find((one) => one.detail.id === mainId)!.messages.filter((one) => one.text === 'From the tunnel')).toHaveLength(1);
  });

  it('writes notes for the team only', async () => {
    await open(`/inbox/${mainId}`);
    fireEvent.click(await screen.findByRole('button', { name: 'Note' }));
    const box = await screen.findByRole('textbox', { name: 'Note for your team' });
    fireEvent.change(box, { target: { value: 'She is in a hurry.' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add note' }));
    await waitFor(() => expect(sends()).toHaveLength(1));
    expect(sends()[0]!.body).toEqual({ text: 'She is in a hurry.', private: true });
  });

  it('says why a channel is closed and offers the ways on', async () => {
    const store = stores.find((one) => one.detail.customer.name === 'Dimitra Papadaki')!;
    const [thread] = store.detail.threads;
    expect(thread!.send.ok).toBe(false);
    await open(`/inbox/${store.detail.id}`);
    expect(await screen.findByText('The 24-hour window closed. A template can open it again.')).toBeTruthy();
    expect(screen.queryByRole('textbox', { name: 'Reply to Dimitra', hidden: false })).toBeNull();
    expect(screen.getByRole('button', { name: 'Write on email' })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Use a template' }));
    const dialog = await screen.findByRole('dialog');
    fireEvent.change(await within(dialog).findByLabelText('Variable 2'), { target: { value: 'LH-7' } });
    expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Send template' }).disabled).toBe(true);
    fireEvent.change(within(dialog).getByLabelText('Variable 3'), { target: { value: 'Friday' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Send template' }));
    await waitFor(() => expect(sends()).toHaveLength(1));
    expect(sends()[0]!.body.template).toEqual({ name: 'pickup_ready', language: 'en', bodyParameters: ['Dimitra', 'LH-7', 'Friday'] });
  });

  it('keeps a draft with its conversation', async () => {
    const { unmount } = await open(`/inbox/${mainId}`);
    fireEvent.change(await screen.findByRole('textbox', { name: 'Reply to Hanna' }), { target: { value: 'Half a thought' } });
    unmount();
    await open(`/inbox/${mainId}`);
    expect(await screen.findByDisplayValue('Half a thought')).toBeTruthy();
  });

  it('names everybody who will read it', async () => {
    const store = stores.find((one) => one.detail.customer.name === 'Radverein Nord')!;
    await open(`/inbox/${store.detail.id}`);
    expect(await screen.findByText('3 people will read this: Radverein Nord, Petra Lorenz, vorstand@verein.example')).toBeTruthy();
  });
});

describe('coming in', () => {
  it('asks for the session again over the page and keeps the text', async () => {
    await open(`/inbox/${mainId}`);
    const box = await screen.findByRole('textbox', { name: 'Reply to Hanna' });
    fireEvent.change(box, { target: { value: 'Still here' } });
    act(() => connection.set((now) => ({ ...now, signedOut: true })));
    const dialog = await screen.findByRole('dialog');
    fireEvent.change(within(dialog).getByLabelText('Password'), { target: { value: 'lindenhof' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect((box as HTMLTextAreaElement).value).toBe('Still here');
  });

  it('sets a new server up with the code from the console', async () => {
    control('setup', new URLSearchParams());
    await open('/inbox');
    await screen.findByRole('heading', { name: 'Set up Braid' });
    await expectAccessible();
    const fill = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
    fill('One-time code', '000000');
    fill('Company', 'Lindenhof Cycles');
    fill('Your name', 'Jule');
    fill('Email', 'jule@lindenhof.example');
    fill('Password', 'long enough password');
    fireEvent.click(screen.getByRole('button', { name: 'Set up' }));
    expect(await screen.findByText('This is not the code in the console.')).toBeTruthy();
    fill('One-time code', '123456');
    fireEvent.click(screen.getByRole('button', { name: 'Set up' }));
    await screen.findByRole('link', { name: /Mateus Ferreira/ });
  });
});

describe('when the database is away', () => {
  const away = { status: 503, body: { code: 'database_unavailable', detail: 'The database can not be reached just now.' } };

  it('says so once, in the line at the top, and in a toast only what it means for the command', async () => {
    asked = serve((one) => (one.method === 'POST' && one.path.endsWith('/resolve') ? away : undefined));
    await open(`/inbox/${mainId}`);
    await inLog(/We lift the bike/);
    fireEvent.click(await screen.findByRole('button', { name: 'Resolve' }));
    const toast = await screen.findByText('That was not done. Try it again when the connection is back.');
    expect(toast.closest('.toast')?.className).toContain('bad');
    await screen.findByText('The database is not reachable.');
    expect(screen.queryByText(/can not be reached just now/)).toBeNull();
  });

  it('says nothing about what nobody asked for', async () => {
    asked = serve((one) => (one.method === 'POST' && one.path.endsWith('/read') ? away : undefined));
    const store = stores.find((one) => one.detail.unread > 0 && one.detail.id !== mainId)!;
    await open(`/inbox/${store.detail.id}`);
    await screen.findByText('The database is not reachable.');
    expect(document.querySelector('.toast')).toBeNull();
  });
});

describe('connecting a channel', () => {
  it('shows what holds while nobody chooses', async () => {
    await open('/settings/inboxes/new/telegram');
    const receive = (await screen.findByRole('combobox', { name: 'Receive by' })) as HTMLInputElement;
    expect(receive.value).toBe('webhook');
  });

  it('makes the form from the channel and shows each error at its field', async () => {
    await open('/settings/inboxes/new/whatsapp');
    await screen.findByRole('heading', { name: 'Connect WhatsApp', level: 2 });
    await expectAccessible();
    fireEvent.change(screen.getByLabelText('Phone number id'), { target: { value: '106540352242922' } });
    fireEvent.click(screen.getByRole('button', { name: 'Generate' }));
    expect((screen.getByLabelText('Verify token') as HTMLInputElement).value.length).toBeGreaterThan(20);
    fireEvent.submit(screen.getByLabelText('Phone number id').closest('form')!);
    expect(await screen.findAllByText('Needed')).toHaveLength(2);
    for (const label of ['Access token', 'App secret']) fireEvent.change(screen.getByLabelText(label), { target: { value: 'secret' } });
    fireEvent.submit(screen.getByLabelText('Phone number id').closest('form')!);
    expect(await screen.findByText('Connected')).toBeTruthy();
    expect(screen.getByText('https://braid.lindenhof.example/webhooks/whatsapp/new')).toBeTruthy();
    const made = asked.find(
      (one) => one.method === 'POST' && one.path === '/inboxes' && (one.body.settings as Record<string, unknown>).accessToken,
    )!;
    expect(made.body).toMatchObject({ channel: 'whatsapp', settings: { phoneNumberId: '106540352242922', accessToken: 'secret' } });
  });

  it('finds a provider and asks only what it uses, with what choosing it has settled', async () => {
    await open('/settings/inboxes/new');
    fireEvent.change(await screen.findByRole('searchbox', { name: 'Find a channel' }), { target: { value: 'telnyx' } });
    await expectAccessible();
    const tiles = document.querySelectorAll('.tile');
    expect([...tiles].map((tile) => tile.querySelector('b')?.textContent)).toEqual(['SMS by Telnyx']);
    fireEvent.click(tiles[0]!);
    fireEvent.change(await screen.findByLabelText('Number'), { target: { value: '+44' } });
    expect(screen.queryByLabelText('Account SID')).toBeNull();
    fireEvent.submit(screen.getByLabelText('Number').closest('form')!);
    await screen.findByText('Waiting for the first message');
    const made = asked.find((one) => one.method === 'POST' && one.path === '/inboxes')!;
    expect(made.body).toMatchObject({ channel: 'sms', settings: { provider: 'telnyx', from: '+44' } });
  });

  it('turns green by itself when the first message arrives', async () => {
    hub.connect = true;
    await open('/settings/inboxes/new/sms-telnyx');
    fireEvent.submit((await screen.findByLabelText('Number')).closest('form')!);
    await screen.findByText('Waiting for the first message');
    await waitFor(() => expect(connection.get().state).toBe('live'));
    control('arrive', new URLSearchParams());
    await pushed();
    await screen.findByText('The first message arrived');
  });

  it('saves before it goes to the provider to sign in', async () => {
    asked = serve((one) =>
      one.path.endsWith('/login')
        ? { status: 422, body: { code: 'invalid', detail: 'Fill in these first.', errors: { 'settings.appId': 'Enter the app id.' } } }
        : undefined,
    );
    await open('/settings/inboxes/new/instagram');
    fireEvent.change(await screen.findByLabelText('App id'), { target: { value: '12' } });
    fireEvent.change(screen.getByLabelText('App secret'), { target: { value: 'secret' } });
    fireEvent.click(screen.getByRole('button', { name: 'Sign in with Instagram' }));
    await screen.findByText('Enter the app id.');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in with Instagram' }));
    await waitFor(() => expect(asked.filter((one) => one.path.endsWith('/login'))).toHaveLength(2));
    expect(asked.filter((one) => one.method === 'POST' && one.path === '/inboxes')).toHaveLength(1);
    expect(asked.filter((one) => one.method === 'PATCH')).toHaveLength(1);
  });

  it('hands on what the provider sent back, once and letter by letter', async () => {
    arrival.query = { state: stores[0]!.detail.threads[0]!.inboxId, code: '12345678901234567890' };
    await open('/settings/inboxes/connected');
    await screen.findByText('Signed in and connected');
    await expectAccessible();
    const told = asked.filter((one) => one.path === '/inboxes/login/finish');
    expect(told.map((one) => one.body)).toEqual([{ query: expect.objectContaining({ code: '12345678901234567890' }) }]);
    expect(location.search).toBe('');
  });

  it('says what the provider said when somebody turned back there', async () => {
    arrival.query = { state: 'x', error: 'access_denied' };
    await open('/settings/inboxes/connected');
    await screen.findByText(/left without agreeing/);
    expect(screen.getByRole('heading', { name: 'The sign-in did not finish' })).toBeTruthy();
  });
});

const conversationOf = (name: string) => stores.find((one) => one.detail.customer.name === name)!;
const pushed = async () => {
  const page = await (await fetch('/api/v1/events?after=0')).json();
  act(() => hub.handlers.get('events')?.(page));
};

describe('a conversation in public', () => {
  it('says who will read it, and is accessible', async () => {
    await open(`/inbox/${conversationOf('Lea Vogt').detail.id}`);
    await screen.findByText('Everyone on Instagram can read this');
    expect(screen.getByRole('button', { name: 'Post in public' })).toBeTruthy();
    await inLog(/Buy cheap racks/);
    await expectAccessible();
  });

  it('answers a comment in private, follows the answer and knows the way back', async () => {
    const store = conversationOf('Lea Vogt');
    await open(`/inbox/${store.detail.id}`);
    fireEvent.click((await screen.findAllByRole('button', { name: 'Reply privately' }))[0]!);
    await screen.findByText(/^Privately to Lea Vogt on Instagram/);
    expect(screen.queryByText('Everyone on Instagram can read this')).toBeNull();
    fireEvent.change(screen.getByRole('textbox', { name: 'Reply to Lea' }), { target: { value: 'May I have your address?' } });
    fireEvent.click(screen.getByRole('button', { name: 'Send privately' }));
    await waitFor(() => expect(sends()).toHaveLength(1));
    const { body } = sends()[0]!;
    expect(body).toMatchObject({ text: 'May I have your address?', privateReplyTo: store.messages[0]!.id });
    expect(body).not.toHaveProperty('channelThreadId');
    expect(body).not.toHaveProperty('lastSeenMessageId');
    await screen.findByText('This began with a public comment.');
    fireEvent.click(screen.getByRole('link', { name: 'Back to the comment' }));
    await screen.findByText('Everyone on Instagram can read this');
  });

  it('hides a comment and shows it again by undo', async () => {
    const store = conversationOf('Lea Vogt');
    await open(`/inbox/${store.detail.id}`);
    fireEvent.click(await screen.findByRole('button', { name: 'Hide' }));
    await screen.findByText('Hidden. Only its author still sees it');
    expect(store.messages[0]!.hiddenAt).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(store.messages[0]!.hiddenAt).toBeNull());
  });

  it('deletes a comment only after asking', async () => {
    const store = conversationOf('Lea Vogt');
    await open(`/inbox/${store.detail.id}`);
    fireEvent.click((await screen.findAllByRole('button', { name: 'Delete' }))[0]!);
    const dialog = await screen.findByRole('dialog', { name: 'Delete this comment?' });
    expect(store.messages[0]!.deletedAt).toBeNull();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(store.messages[0]!.deletedAt).toBeTruthy());
  });

  it('keeps what a provider refused beside the message, in its words', async () => {
    asked = serve((one) =>
      one.path.endsWith('/acts') ? { status: 422, body: { code: 'provider_refused', detail: 'Instagram says: too old.' } } : undefined,
    );
    await open(`/inbox/${conversationOf('Lea Vogt').detail.id}`);
    fireEvent.click(await screen.findByRole('button', { name: 'Hide' }));
    await inLog('Instagram says: too old.');
  });

  it('shows the stars of a review', async () => {
    await open(`/inbox/${conversationOf('Piotr Nowak').detail.id}`);
    await screen.findByRole('img', { name: '2 of 5 stars' });
    expect(screen.getByRole('link', { name: 'Open at Google Play' })).toBeTruthy();
  });
});

describe('buttons in a message', () => {
  it('are written once, previewed for each channel and sent', async () => {
    await open(`/inbox/${conversationOf('Mateus Ferreira').detail.id}`);
    await inLog(/Tejo/);
    fireEvent.click(screen.getByRole('button', { name: 'Add to the message' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Buttons' }));
    const send = screen.getByRole('button', { name: 'Send' }) as HTMLButtonElement;
    expect(send.disabled).toBe(true);
    fireEvent.change(await screen.findByRole('textbox', { name: 'Title' }), { target: { value: 'Size 56' } });
    fireEvent.change(screen.getByRole('textbox', { name: 'Reply to Mateus' }), { target: { value: 'Which size?' } });
    await screen.findByText('1 button');
    await screen.findByText('as text: buttons');
    await expectAccessible();
    fireEvent.click(send);
    await waitFor(() => expect(sends()).toHaveLength(1));
    expect(sends()[0]!.body).toMatchObject({ rich: { buttons: [{ kind: 'reply', title: 'Size 56', value: 'Size 56' }] } });
    expect(screen.queryByRole('textbox', { name: 'Title' })).toBeNull();
  });
});

describe('a call', () => {
  it('opens who is calling before anybody picks up', async () => {
    hub.connect = true;
    await open('/inbox');
    await waitFor(() => expect(connection.get().state).toBe('live'));
    control('ring', new URLSearchParams());
    await pushed();
    const card = await screen.findByRole('article', { name: /Kim Larsen is calling/ });
    expect(within(card).getByText('+49 171 5550 190')).toBeTruthy();
    await expectAccessible();
    fireEvent.click(within(card).getByRole('button', { name: 'Open conversation' }));
    await screen.findByRole('region', { name: 'Conversation with Kim Larsen' });
    expect(screen.queryByRole('article', { name: /is calling/ })).toBeNull();
  });

  it('shows how it went, with what was said', async () => {
    await open(`/inbox/${conversationOf('Kim Larsen').detail.id}`);
    await screen.findByText(/answered by Emre Aydın/);
    fireEvent.click(screen.getByRole('button', { name: 'Show the transcript' }));
    expect(screen.getByText(/my chain came off/)).toBeTruthy();
    expect(screen.getByText('Missed call')).toBeTruthy();
  });

  it('rings where a person says', async () => {
    await open('/settings/profile');
    const field = await screen.findByLabelText('Where calls reach you');
    fireEvent.change(field, { target: { value: '+49 (30) 555-0170' } });
    fireEvent.submit(field.closest('form')!);
    await waitFor(() => expect(asked.find((one) => one.method === 'PATCH')?.body).toEqual({ callAddress: '+49305550170' }));
  });
});
