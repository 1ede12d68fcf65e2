import { IconCheck, IconChecks, IconClock, IconHelpCircle, IconInfoCircle } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '~/api/types';
import { channelName } from '~/components/Channel';
import { clockTime, fullTime } from '~/lib/time';
import type { MessageActions } from './messageActions';

type Props = { message: Message; actions: MessageActions };

/** How far our message got, with the ways out beside it when it got nowhere. */
export function Receipt({ message, actions }: Props) {
  const { t } = useTranslation();
  const way = (label: string, run: () => void) => (
    <button type="button" className="link" onClick={run}>
      {label}
    </button>
  );
  switch (message.status) {
    case 'failed': {
      const other = actions.elsewhere(message);
      const template = (message.failure === 'windowClosed' || message.failure === 'template') && actions.canUseTemplate(message);
      return (
        <Trouble
          icon={<IconInfoCircle size={15} aria-hidden />}
          text={t('send.failed', { reason: message.statusReason ?? t('send.noReason') })}
        >
          {template
            ? way(t('send.useTemplate'), () => actions.openTemplate(message))
            : way(t('common.tryAgain'), () => void actions.retry(message))}
          {other && way(t('send.by', { channel: channelName(other.channel, true) }), () => actions.sendElsewhere(message, other))}
        </Trouble>
      );
    }
    case 'unconfirmed':
      return (
        <Trouble
          icon={<IconHelpCircle size={15} aria-hidden />}
          text={t('send.unsure', { channel: message.channel ? channelName(message.channel) : '' })}
          quiet
        >
          {way(t('send.arrived'), () => void actions.confirm(message, true))}
          {way(t('send.again'), () => void actions.confirm(message, false))}
        </Trouble>
      );
    case 'queued':
      return (
        <span className="rx">
          <IconClock size={14} aria-hidden />
          {t('send.queued')}
          <Undo message={message} actions={actions} />
        </span>
      );
    case 'sending':
      return (
        <span className="rx">
          <IconClock size={14} aria-hidden />
          {t('send.sending')}
        </span>
      );
    case null:
      return null;
    default: {
      const Icon = message.status === 'sent' ? IconCheck : IconChecks;
      const at = message.statusAt;
      return (
        <span className={`rx ${message.status}`} title={at ? fullTime(at) : undefined}>
          <Icon size={14} aria-hidden />
          {t(`send.${message.status}`, { time: at ? clockTime(at) : '' })}
        </span>
      );
    }
  }
}

function Trouble({ icon, text, quiet, children }: { icon: ReactNode; text: string; quiet?: boolean; children: ReactNode }) {
  return (
    <div className={`failbar ${quiet ? 'quiet' : ''}`} role="alert">
      {icon}
      <span className="grow" dir="auto">
        {text}
      </span>
      <span className="row row-12">{children}</span>
    </div>
  );
}

/** For the few seconds the message waits on the server. */
function Undo({ message, actions }: Props) {
  const { t } = useTranslation();
  const until = message.undoUntil ? Date.parse(message.undoUntil) : 0;
  const [left, setLeft] = useState(() => until - Date.now());
  useEffect(() => {
    if (until <= Date.now()) return setLeft(0);
    const timer = setInterval(() => setLeft(until - Date.now()), 250);
    return () => clearInterval(timer);
  }, [until]);
  if (left <= 0) return null;
  return (
    <button type="button" className="link num" onClick={() => void actions.undo(message)}>
      {t('send.undo', { n: Math.min(5, Math.ceil(left / 1000)) })}
    </button>
  );
}
