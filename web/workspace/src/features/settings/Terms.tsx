import { IconCalendarTime, IconCoin, IconUserCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ChannelDescriptor } from '~/api/types';

/** What the provider asks for: money, consent, haste. Nothing where it asks for nothing. */
export function Terms({ channel }: { channel: ChannelDescriptor }) {
  const { t } = useTranslation();
  const window = [
    channel.replyWindowHours !== null && t('connect.windowHours', { n: Math.round(channel.replyWindowHours) }),
    channel.replyWindowMessages !== null && t('connect.windowMessages', { n: channel.replyWindowMessages }),
  ].filter(Boolean);
  const terms = [
    { Icon: IconCoin, label: t('connect.cost'), text: channel.cost },
    { Icon: IconUserCheck, label: t('connect.optIn'), text: channel.optIn },
    { Icon: IconCalendarTime, label: t('connect.window'), text: window.join(' ') || null },
  ].filter((term) => term.text);
  if (terms.length === 0) return null;
  return (
    <dl className="terms t13">
      {terms.map(({ Icon, label, text }) => (
        <div key={label}>
          <dt className="b">
            <Icon size={16} stroke={1.6} aria-hidden className="inline" />
            {label}
          </dt>
          <dd className="i2" dir="auto">
            {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}
