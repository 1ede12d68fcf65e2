import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '~/api/http';
import type { Message } from '~/api/types';
import { message } from '~/test/make';
import { Outbox, type OutboxEntry } from './outbox';
import { read } from './storage';

const key = 'outbox';
/** Stores by client id, as the server does: the same id gives the same message. */
function fakeServer() {
  const stored = new Map<string, Message>();
  const log: string[] = [];
  let next: (() => void) | undefined;
  return {
    stored,
    log,
    /** What happens to the next call: before it arrives, or after it was stored. */
    fail: (how: 'before' | 'after' | ApiProblem) => {
      next = () => {
        if (how === 'after') return;
        throw how === 'before' ? new ApiProblem(0, 'unreachable', '') : how;
      };
      return how;
    },
    post: (lose: { answer: boolean }) => async (entry: OutboxEntry) => {
      const now = next;
      next = undefined;
      log.push(entry.body.text);
      now?.();
      const made =
        stored.get(entry.clientId) ?? message(`m${stored.size}`, stored.size, { clientId: entry.clientId, text: entry.body.text });
      stored.set(entry.clientId, made);
      if (lose.answer) {
        lose.answer = false;
        throw new ApiProblem(0, 'unreachable', '');
      }
      return made;
    },
  };
}
const never = () => 2 ** 30;

describe('Outbox', () => {
  let server: ReturnType<typeof fakeServer>;
  let lose: { answer: boolean };
  let accepted: string[];
  const open = () => new Outbox(key, server.post(lose), { accepted: (_, made) => accepted.push(made.id) }, never);
  const settled = (box: Outbox) => vi.waitFor(() => expect(box.entries.get().some((entry) => entry.state === 'sending')).toBe(false));
  beforeEach(() => {
    server = fakeServer();
    lose = { answer: false };
    accepted = [];
  });

  it('sends in order within a conversation and empties itself', async () => {
    const box = open();
    for (const text of ['one', 'two', 'three']) box.add('c1', { text }, []);
    await vi.waitFor(() => expect(box.entries.get()).toEqual([]));
    expect(server.log).toEqual(['one', 'two', 'three']);
    expect(accepted).toEqual(['m0', 'm1', 'm2']);
    expect(read(key, 'nothing')).toBe('nothing');
  });

  it('gives one message when the answer is lost and it is sent again', async () => {
    lose.answer = true;
    const box = open();
    box.add('c1', { text: 'once' }, []);
    await settled(box);
    expect(box.entries.get()[0]?.state).toBe('waiting');
    await box.flush();
    expect(box.entries.get()).toEqual([]);
    expect(server.log).toEqual(['once', 'once']);
    expect(server.stored.size).toBe(1);
    box.stop();
  });

  it('survives a reload in the middle of sending, with the same client id', async () => {
    const hang = new Outbox(key, () => new Promise<Message>(() => {}), { accepted: () => {} });
    const { clientId } = hang.add('c1', { text: 'kept' }, []);
    expect(read<OutboxEntry[]>(key, [])[0]).toMatchObject({ clientId, state: 'sending' });
    const after = open();
    expect(after.entries.get()[0]?.state).toBe('waiting');
    await after.flush();
    expect([...server.stored.keys()]).toEqual([clientId]);
  });

  it('keeps later messages behind one that waits, and does not hold up another conversation', async () => {
    server.fail('before');
    const box = open();
    box.add('c1', { text: 'first' }, []);
    await settled(box);
    box.add('c2', { text: 'elsewhere' }, []);
    await vi.waitFor(() => expect(accepted).toHaveLength(2));
    expect(server.log).toEqual(['first', 'first', 'elsewhere'].sort((a, b) => server.log.indexOf(a) - server.log.indexOf(b)));
    box.stop();
  });

  it('asks the person when a newer message came first, and sends anyway under a new id', async () => {
    server.fail(new ApiProblem(409, 'newer_message', 'Hanna wrote at 10:02.'));
    const box = open();
    const { clientId } = box.add('c1', { text: 'hm', lastSeenMessageId: 'm9' }, []);
    await settled(box);
    expect(box.entries.get()[0]).toMatchObject({ state: 'conflict', reason: 'Hanna wrote at 10:02.' });
    await box.flush();
    expect(server.stored.size).toBe(0);
    box.sendAnyway(clientId);
    await vi.waitFor(() => expect(server.stored.size).toBe(1));
    expect(server.stored.has(clientId)).toBe(false);
  });

  it('keeps what the server refused, with its reason, and goes on with the next', async () => {
    server.fail(new ApiProblem(422, 'invalid', 'The text is too long.'));
    const box = open();
    box.add('c1', { text: 'long' }, []);
    box.add('c1', { text: 'short' }, []);
    await vi.waitFor(() => expect(accepted).toHaveLength(1));
    expect(box.entries.get()).toMatchObject([{ state: 'refused', reason: 'The text is too long.' }]);
    expect(box.remove(box.entries.get()[0]!.clientId)?.body.text).toBe('long');
    expect(box.entries.get()).toEqual([]);
  });

  it('does not take back what is on its way', () => {
    const box = new Outbox(key, () => new Promise<Message>(() => {}), { accepted: () => {} });
    const { clientId } = box.add('c1', { text: 'going' }, []);
    expect(box.remove(clientId)).toBeNull();
  });

  it('waits through a lost session and a database that is away', async () => {
    const box = open();
    server.fail(new ApiProblem(401, 'signed_out', ''));
    box.add('c1', { text: 'patient' }, []);
    await settled(box);
    server.fail(new ApiProblem(503, 'database_unavailable', ''));
    await box.flush();
    expect(box.entries.get()[0]?.state).toBe('waiting');
    await box.flush();
    expect(server.stored.size).toBe(1);
    box.stop();
  });
});
