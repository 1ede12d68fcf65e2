import { ActionIcon, Button, Popover } from '@mantine/core';
import { IconDialpad, IconMicrophone, IconMicrophoneOff, IconPhone, IconPhoneOff } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getPhones } from '~/api/phones';
import { useSession } from '~/api/session';
import { useActions } from '~/lib/actions';
import { BrowserPhone, declineCall, endCall, muteCall, type OpenLine, phone, pressKey } from '~/lib/phone';
import { openTwilioLine } from '~/lib/twilioLine';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

/** The phone in this browser, for those whose calls ring here. Out of sight until something rings, is spoken or wrong. */
export function Softphone({ open = openTwilioLine }: { open?: OpenLine }) {
  const { me } = useSession();
  const [device, setDevice] = useState<BrowserPhone | null>(null);
  const wanted = me.callAddress?.startsWith('client:') ?? false;
  useEffect(() => {
    if (!wanted) return;
    const made = new BrowserPhone(open, async () => (await getPhones()).items.map((line) => line.token));
    setDevice(made);
    void made.start();
    return () => {
      made.stop();
      setDevice(null);
    };
  }, [wanted, open]);
  const state = phone.use();
  if (!device || state.kind === 'off' || state.kind === 'connecting' || state.kind === 'ready') return null;
  return <Bar device={device} />;
}

function Bar({ device }: { device: BrowserPhone }) {
  const { t } = useTranslation();
  const state = phone.use();
  const first = useRef<HTMLButtonElement>(null);
  useActions(
    state.kind === 'rings'
      ? [{ id: 'phone.answer', label: t('phone.answer'), group: 'app' as const, icon: IconPhone, run: device.answer }]
      : state.kind === 'talks'
        ? [{ id: 'phone.hangUp', label: t('phone.hangUp'), group: 'app' as const, icon: IconPhoneOff, run: endCall }]
        : [],
  );
  if (state.kind === 'trouble')
    return (
      <section className="softphone" aria-label={t('phone.label')} role="alert">
        <span className="grow t13">{t(state.why === 'microphone' ? 'phone.noMicrophone' : 'phone.noLine')}</span>
        <Button size="xs" variant="default" onClick={() => void device.start()}>
          {t('common.tryAgain')}
        </Button>
      </section>
    );
  if (state.kind === 'rings')
    return (
      <section className="softphone" aria-label={t('phone.label')}>
        <span className="grow" role="status">
          <bdi dir="ltr" className="num b">
            {state.call.from}
          </bdi>{' '}
          <span className="t13 i2">{t('phone.rings')}</span>
        </span>
        <Button ref={first} size="xs" color="green" leftSection={<IconPhone size={16} aria-hidden />} onClick={device.answer}>
          {t('phone.answer')}
        </Button>
        <Button size="xs" variant="default" leftSection={<IconPhoneOff size={16} aria-hidden />} onClick={declineCall}>
          {t('phone.decline')}
        </Button>
      </section>
    );
  if (state.kind !== 'talks') return null;
  return (
    <section className="softphone" aria-label={t('phone.label')}>
      <span className="grow">
        <bdi dir="ltr" className="num b">
          {state.call.from}
        </bdi>{' '}
        <Length since={state.since} />
      </span>
      <ActionIcon
        size={32}
        variant="default"
        aria-pressed={state.muted}
        aria-label={t(state.muted ? 'phone.unmute' : 'phone.mute')}
        onClick={() => muteCall(!state.muted)}
      >
        {state.muted ? <IconMicrophoneOff size={18} /> : <IconMicrophone size={18} />}
      </ActionIcon>
      <Popover position="top" trapFocus returnFocus>
        <Popover.Target>
          <ActionIcon size={32} variant="default" aria-label={t('phone.keys')}>
            <IconDialpad size={18} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown p={8} aria-label={t('phone.keys')}>
          <div className="dialpad">
            {keys.map((key) => (
              <Button key={key} variant="default" onClick={() => pressKey(key)}>
                {key}
              </Button>
            ))}
          </div>
        </Popover.Dropdown>
      </Popover>
      <Button size="xs" color="red" leftSection={<IconPhoneOff size={16} aria-hidden />} onClick={endCall}>
        {t('phone.hangUp')}
      </Button>
    </section>
  );
}

function Length({ since }: { since: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  return (
    <span className="num t13 i2" role="timer">
      {`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`}
    </span>
  );
}
