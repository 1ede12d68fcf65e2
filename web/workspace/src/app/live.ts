import { HttpTransportType, type HubConnection, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';
import type { QueryClient } from '@tanstack/react-query';
import { eventsAfter } from '~/api/events';
import { ApiProblem, onProblem } from '~/api/http';
import { connection, setConnection } from '~/lib/connection';
import { EventFeed, type Frame } from '~/lib/feed';
import { customerTyping, type Person, presence, signals } from '~/lib/presence';
import { Reactions } from './reactions';

const pollEvery = 3_000;
const checkEvery = 45_000;
const databaseEvery = 4_000;

/** Keeps the screens true: pushed over a WebSocket, or asked for every few seconds where sockets are blocked. */
export function goLive(client: QueryClient, me: () => string, backOnline: () => void) {
  const reactions = new Reactions(client, me);
  const feed = new EventFeed(eventsAfter, reactions.apply, () => void client.invalidateQueries());
  const hub = new HubConnectionBuilder()
    .withUrl('/hub', { skipNegotiation: true, transport: HttpTransportType.WebSockets })
    .configureLogging(LogLevel.None)
    .build();
  let stopped = false;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let watching: string | null = null;

  hub.on('events', (frame: Frame) => feed.frame(frame));
  hub.on('presence', ({ conversationId, people }: { conversationId: string; people: Person[] }) =>
    presence.set((all) => ({ ...all, [conversationId]: people.filter((person) => person.id !== me()) })),
  );
  hub.on('customerTyping', ({ conversationId, typing }: { conversationId: string; typing: boolean }) =>
    customerTyping.set((all) => ({ ...all, [conversationId]: typing })),
  );
  hub.on('signedOut', () => setConnection({ signedOut: true }));
  hub.onclose(() => {
    feed.lost();
    void round();
  });

  signals.watch = (conversationId) => {
    watching = conversationId;
    tell(hub, 'Watch', conversationId);
  };
  signals.typing = (conversationId) => tell(hub, 'Typing', conversationId);

  /** Whether somebody is at this screen: told at most twice a minute. */
  let touched = 0;
  const touch = () => {
    const now = Date.now();
    if (now - touched < 30_000 || hub.state !== HubConnectionState.Connected) return;
    touched = now;
    hub.send('Active').catch(() => {});
  };
  const touches = ['pointerdown', 'keydown', 'pointermove'] as const;
  for (const kind of touches) window.addEventListener(kind, touch, { passive: true });

  /** A blocked socket may neither open nor fail for a long time, so nothing waits for it. */
  async function connect() {
    if (hub.state !== HubConnectionState.Disconnected || (tries++ > 2 && tries % 5 !== 0)) return;
    try {
      await hub.start();
    } catch {
      return;
    }
    tries = 0;
    if (watching) tell(hub, 'Watch', watching);
    void round();
  }

  /** One round: have a socket or be trying for one, catch up, come back in a while. */
  async function round() {
    clearTimeout(timer);
    if (stopped) return;
    void connect();
    const caughtUp = await catchUp();
    if (stopped) return;
    const live = hub.state === HubConnectionState.Connected;
    if (caughtUp) {
      const was = connection.get().state;
      setConnection({ state: live ? 'live' : 'polling' });
      if (was === 'offline') backOnline();
    }
    clearTimeout(timer);
    timer = setTimeout(() => void round(), live && caughtUp ? checkEvery : pollEvery);
  }

  async function catchUp() {
    try {
      await feed.catchUp();
      return true;
    } catch (problem) {
      // A session that ended and a database that is away have notices of their own.
      if (problem instanceof ApiProblem && problem.status === 0) setConnection({ state: 'offline' });
      return false;
    }
  }

  const forget = onProblem((problem) => {
    if (problem.status === 401 && problem.code !== 'wrong_credentials') setConnection({ signedOut: true });
    if (problem.status === 503 && problem.code === 'database_unavailable') void waitForDatabase();
  });
  async function waitForDatabase() {
    if (connection.get().databaseDown) return;
    setConnection({ databaseDown: true });
    while (!stopped) {
      await new Promise((done) => setTimeout(done, databaseEvery));
      const ready = await fetch('/health/ready').then(
        (response) => response.ok,
        () => false,
      );
      if (!ready) continue;
      setConnection({ databaseDown: false });
      await client.invalidateQueries();
      backOnline();
      return;
    }
  }

  const wake = () => {
    tries = 0;
    void round();
  };
  const lost = () => setConnection({ state: 'offline' });
  const seen = () => document.visibilityState === 'visible' && wake();
  window.addEventListener('online', wake);
  window.addEventListener('offline', lost);
  document.addEventListener('visibilitychange', seen);
  void round();

  return () => {
    stopped = true;
    clearTimeout(timer);
    forget();
    for (const kind of touches) window.removeEventListener(kind, touch);
    window.removeEventListener('online', wake);
    window.removeEventListener('offline', lost);
    document.removeEventListener('visibilitychange', seen);
    void hub.stop();
  };
}

function tell(hub: HubConnection, method: string, value: string | null) {
  if (hub.state === HubConnectionState.Connected) hub.send(method, value).catch(() => {});
}
