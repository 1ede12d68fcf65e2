import { describe, expect, it } from 'vitest';
import { channels } from '../../../dev/data';
import { schemaOf, shelvesOf, stepsOf, tileOf, tilesOf, variantOf } from './catalogue';

const channel = (id: string) => channels.find((one) => one.id === id)!;
const names = (search: string) => shelvesOf(channels, search).flatMap((shelf) => shelf.tiles.map((tile) => tile.name));

describe('what can be connected', () => {
  it('shows each provider of a channel as a tile of its own', () => {
    const sms = tilesOf([channel('sms')]);
    expect(sms.map((tile) => tile.id)).toEqual(['sms-twilio', 'sms-vonage', 'sms-messagebird', 'sms-telnyx', 'sms-plivo', 'sms-infobip']);
  });

  it('loses no channel and shows none twice', () => {
    const all = shelvesOf(channels, '').flatMap((shelf) => shelf.tiles.map((tile) => tile.id));
    expect(all.length).toBe(tilesOf(channels).length);
    expect(new Set(all).size).toBe(all.length);
  });

  it.each([
    ['twilio', ['SMS by Twilio']],
    ['  PLAY  review ', ['Google Play reviews']],
    ['sms vonage', ['SMS by Vonage']],
    ['nothing of the kind', []],
  ])('finds %j', (search, expected) => expect(names(search)).toEqual(expected));

  it('finds a variant by its address, and a channel with variants by its own', () => {
    expect(tileOf(channels, 'sms-plivo')?.variant?.settings).toEqual({ provider: 'plivo' });
    expect(tileOf(channels, 'sms')?.variant).toBeNull();
    expect(tileOf(channels, 'pigeon')).toBeUndefined();
  });
});

describe('the form of a variant', () => {
  const sms = channel('sms');
  const twilio = sms.variants[0]!;
  it('asks only what this provider uses', () =>
    expect(Object.keys(schemaOf(sms, twilio).properties)).toEqual(['accountSid', 'authToken', 'from', 'apiBaseUrl']));
  it('does not ask what choosing it has settled', () => expect(schemaOf(sms, twilio).required).toEqual([]));
  it('asks all without a variant', () => expect(schemaOf(sms, null)).toBe(sms.settingsSchema));
  it('is found again from the settings of an inbox', () => {
    expect(variantOf(sms, { provider: 'telnyx', from: '+44' })?.id).toBe('sms-telnyx');
    expect(variantOf(sms, {})).toBeNull();
  });
  it('keeps the steps of the channel where it has none of its own', () => {
    const email = channel('email');
    expect(stepsOf(email, email.variants[0]!)).toBe(email.connectSteps);
    expect(stepsOf(sms, twilio)).toBe(twilio.connectSteps);
  });
});
