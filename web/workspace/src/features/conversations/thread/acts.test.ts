import { describe, expect, it } from 'vitest';
import { message } from '~/test/make';
import { callLength, callState, isOurs, isPublic, refuseAct, refusedActs } from './acts';

describe('a message in public', () => {
  it.each([
    [{ kind: 'comment' as const }, true],
    [{ kind: 'message' as const }, false],
    [{ kind: 'comment' as const, answersComment: true }, false],
    [{ kind: 'comment' as const, private: true }, false],
  ])('%o: %s', (more, expected) => expect(isPublic(message('m', 1, more))).toBe(expected));
});

it('knows its own reaction from the customer’s', () => {
  const one = message('m', 1, {
    reactions: [
      { emoji: '👍', by: 'Hanna', ours: false },
      { emoji: '❤️', by: 'Hanna', ours: true },
    ],
  });
  expect(isOurs(one, '❤️')).toBe(true);
  expect(isOurs(one, '👍')).toBe(false);
});

it('keeps what was refused beside its message until it is done', () => {
  refuseAct('m1', 'Too old.');
  refuseAct('m2', 'Not yours.');
  refuseAct('m1', null);
  expect(refusedActs.get()).toEqual({ m2: 'Not yours.' });
  refuseAct('m2', null);
});

describe('a call', () => {
  it.each([
    ['initiated', 'ringing'],
    ['inProgress', 'inProgress'],
    ['noAnswer', 'missed'],
    ['busy', 'busy'],
    ['voicemail', 'voicemail'],
    ['something newer', 'completed'],
  ])('%s is shown as %s', (state, expected) => expect(callState(state)).toBe(expected));
  it('tells its length', () => expect(callLength(247)).toEqual({ minutes: 4, seconds: '07' }));
});
