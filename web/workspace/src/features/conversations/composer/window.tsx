import { IconCalendarTime } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { channelName } from '~/components/Channel';
import { isCall } from '~/lib/channels';
import { span, useNow } from '~/lib/time';
import type { Target } from './targets';

/** The server says why; the words here are for the codes it sends without a sentence. */
export function blockReason(target: Target | undefined, t: TFunction): string | null {
  if (!target) return t('composer.nowhere');
  if (isCall(target.channel)) return t('composer.closed.call');
  if (target.ok) return null;
  if (target.reason) return target.reason;
  const values = { channel: channelName(target.channel) };
  switch (target.code) {
    case 'window_closed':
      return t('composer.closed.window', values);
    case 'inbox_disabled':
      return t('composer.closed.disabled', values);
    case 'identity_unverified':
      return t('composer.closed.unverified', values);
    default:
      return t('composer.closed.unreachable', values);
  }
}

const hour = 3_600_000;
/** How long a free answer is still possible; amber in the last hour. */
export function WindowNote({ target, small }: { target: Target; small: boolean }) {
  const { t } = useTranslation();
  const now = useNow();
  if (!target.ok) return target.templates ? <bdi>{t('composer.templateOnly')}</bdi> : null;
  if (!target.windowUntil)
    return small || !target.address ? null : (
      <bdi dir="ltr" className="cut">
        {target.address}
      </bdi>
    );
  const left = Date.parse(target.windowUntil) - now;
  return (
    <span className={`row row-4 ${left < hour ? 'warn-ink' : ''}`}>
      <IconCalendarTime size={14} aria-hidden />
      <bdi>{t(small ? 'composer.leftShort' : 'composer.freeFor', { time: span(left) })}</bdi>
    </span>
  );
}
export const windowFact = (target: Target, now: number, t: TFunction) => {
  if (!target.ok || isCall(target.channel)) return blockReason(target, t) ?? '';
  return target.windowUntil ? t('composer.freeFor', { time: span(Date.parse(target.windowUntil) - now) }) : t('composer.alwaysOpen');
};
