import { IconChevronRight, IconPhone, IconPhoneCalling, IconPhoneOff, IconPhoneX, IconRecordMail } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '~/api/types';
import { Text } from '~/components/Text';
import { clockTime, fullTime } from '~/lib/time';
import { Attachments } from './Attachments';
import { callLength, callState } from './acts';
import { Marks } from './MessageParts';

const icons = {
  ringing: IconPhoneCalling,
  inProgress: IconPhoneCalling,
  completed: IconPhone,
  missed: IconPhoneOff,
  busy: IconPhoneX,
  canceled: IconPhoneOff,
  failed: IconPhoneX,
  voicemail: IconRecordMail,
} as const;

/** How a call went, with its recording and what was said. */
export function CallCard({ message, author }: { message: Message; author: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { call } = message;
  const state = callState(call?.state ?? 'completed');
  const Icon = icons[state];
  const bad = state === 'missed' || state === 'failed' || state === 'busy';
  return (
    <div className={`mailrow ${message.direction === 'out' ? 'ours' : ''}`}>
      <article className="mail call" aria-label={t(`call.${state}`)}>
        <div className="row row-12">
          <i className={`callmark ${bad ? 'bad' : ''}`} aria-hidden>
            <Icon size={18} stroke={1.7} />
          </i>
          <div className="grow">
            <div className="row">
              <b className="cut t13">
                {t(`call.${state}`)}
                {call?.seconds ? <span className="num">, {t('call.length', callLength(call.seconds))}</span> : null}
              </b>
              <time className="end t12 i3 num nobreak" dateTime={message.sentAt} title={fullTime(message.sentAt)}>
                {clockTime(message.sentAt)}
              </time>
            </div>
            <p className="t12 i2">
              {message.direction === 'in' ? t('call.from', { name: author }) : t('call.by', { name: author })}
              {call?.answeredBy && ` · ${t('call.answeredBy', { name: call.answeredBy })}`}
            </p>
            <Marks message={message} />
          </div>
        </div>
        {message.text && (
          <p className="callsum">
            <Text>{message.text}</Text>
          </p>
        )}
        <Attachments items={message.attachments} />
        {call?.digits && (
          <p className="t12 i2 digits">
            {t('call.digits')}{' '}
            <span dir="ltr" className="row row-4">
              {[...call.digits].map((key, i) => (
                <kbd key={i}>{key}</kbd>
              ))}
            </span>
          </p>
        )}
        {call?.transcript && (
          <div>
            <button type="button" className="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
              <IconChevronRight size={14} aria-hidden className={`flips turns ${open ? 'open' : ''}`} />
              {t(open ? 'call.hideTranscript' : 'call.showTranscript')}
            </button>
            {open && (
              <p className="transcript t13">
                <Text>{call.transcript}</Text>
              </p>
            )}
          </div>
        )}
      </article>
    </div>
  );
}
