// What the composer says above its text: who will read it, what came meanwhile, why it may not go.
import { Button } from '@mantine/core';
import { IconLock, IconWorld } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ChannelId } from '~/api/types';
import { channelName, placeName } from '~/components/Channel';
import { isCall } from '~/lib/channels';
import type { Draft } from './draft';
import type { Target } from './targets';

/** Everybody will read it. */
export function PublicLine({ channel }: { channel: ChannelId }) {
  const { t } = useTranslation();
  return (
    <p className="audience row row-6 t12" role="status">
      <IconWorld size={15} stroke={1.8} aria-hidden />
      <b>{t('composer.publicNote', { channel: placeName(channel) })}</b>
    </p>
  );
}

/** It answers a public comment, to its author alone. */
export function PrivateLine({ to, name, onStop }: { to: NonNullable<Draft['privateTo']>; name: string; onStop: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="audience row row-6 t12" role="status">
      <IconLock size={15} stroke={1.8} aria-hidden />
      <span className="grow">
        <b className="block">
          {t('composer.privateNote', { name: to.author ?? name, channel: to.channel ? channelName(to.channel, true) : '' })}
        </b>
        {to.text && (
          <span className="cut2 i2" dir="auto">
            {t('composer.privateAbout')} {to.text}
          </span>
        )}
      </span>
      <button type="button" className="link" onClick={onStop}>
        {t('composer.stopPrivate')}
      </button>
    </div>
  );
}

export function Line({
  icon,
  tone = '',
  role,
  children,
}: {
  icon?: React.ReactNode;
  tone?: string;
  role?: string;
  children: React.ReactNode;
}) {
  return (
    <p className={`line row row-6 t12 ${tone}`} role={role}>
      {icon}
      <span>{children}</span>
    </p>
  );
}

/** Why nothing can be written here, and the two best ways on. */
export function Blocked({
  target,
  targets,
  reason,
  onPick,
  onTemplate,
}: {
  target: Target;
  targets: Target[];
  reason: string;
  onPick: (key: string) => void;
  onTemplate: () => void;
}) {
  const { t } = useTranslation();
  const other = targets.find((one) => one.ok && !isCall(one.channel));
  return (
    <div className="blocked" role="status">
      <p className="t13">{reason}</p>
      <span className="row wrap">
        {target.templates && (
          <Button size="xs" variant="light" onClick={onTemplate}>
            {t('send.useTemplate')}
          </Button>
        )}
        {other && (
          <Button size="xs" variant="default" onClick={() => onPick(other.key)}>
            {t('composer.writeOn', { channel: channelName(other.channel, true) })}
          </Button>
        )}
      </span>
    </div>
  );
}
