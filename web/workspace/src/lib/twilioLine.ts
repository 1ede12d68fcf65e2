import type { LineCall, OpenLine } from './phone';

/** Twilio's client; some hundred kB that only those who take calls here ever load. */
export const openTwilioLine: OpenLine = async (token, on) => {
  const { Call, Device } = await import('@twilio/voice-sdk');
  const device = new Device(token, { closeProtection: true });
  device.on('registered', on.ready);
  device.on('tokenWillExpire', on.wantsToken);
  device.on('error', (error: { code?: number }) => on.fails(error.code === 31401 || error.code === 31402 ? 'microphone' : 'line'));
  device.on('incoming', (ringing: InstanceType<typeof Call>) => {
    const call: LineCall = {
      from: ringing.parameters.From ?? '',
      accept: () => ringing.accept(),
      decline: () => ringing.reject(),
      hangUp: () => ringing.disconnect(),
      mute: (muted) => ringing.mute(muted),
      press: (digit) => ringing.sendDigits(digit),
      onEnd: (ended) => {
        for (const event of ['disconnect', 'cancel', 'reject']) ringing.on(event, () => ended(false));
        ringing.on('error', () => ended(true));
      },
    };
    on.rings(call);
  });
  await device.register();
  return { close: () => device.destroy(), renew: (next) => device.updateToken(next) };
};
