import { Menu } from '@mantine/core';
import { IconChevronDown, IconWorld } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ChannelMark, channelName, Glyph, paint } from '~/components/Channel';
import { Tag } from '~/components/parts';
import { showKeys } from '~/lib/actions';
import { useNow } from '~/lib/time';
import type { Target } from './targets';
import { windowFact } from './window';

type Props = {
  targets: Target[];
  target: Target | undefined;
  muted: boolean;
  open: boolean;
  onOpen: (open: boolean) => void;
  onPick: (key: string) => void;
  /** The channel this customer writes on most. */
  usual: string | null;
};

/** Where the answer leaves. Every way the customer can be reached is listed; a closed one says why. */
export function ChannelButton({ targets, target, muted, open, onOpen, onPick, usual }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <Menu opened={open} onChange={onOpen} position="top-start" width={460} offset={6}>
      <Menu.Target>
        <button
          type="button"
          className={`sw ${muted ? 'muted' : ''}`}
          style={target ? paint(target.channel) : undefined}
          title={`${t('do.switchChannel')} (${showKeys('c')})`}
        >
          {target ? (
            <>
              <span className="row hue">
                <Glyph channel={target.channel} size={17} />
              </span>
              {channelName(target.channel)}
            </>
          ) : (
            t('composer.noChannel')
          )}
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className="channelmenu">
        <Menu.Label>{t('composer.answerOn')}</Menu.Label>
        {targets.map((one) => (
          <Menu.Item
            key={one.key}
            className={one.key === target?.key ? 'on' : ''}
            aria-current={one.key === target?.key}
            leftSection={<ChannelMark channel={one.channel} size={24} quiet />}
            disabled={!one.ok && !one.templates}
            onClick={() => onPick(one.key)}
          >
            <span className="reach">
              <span className="cut">
                <b>{channelName(one.channel)}</b>{' '}
                {one.channel === usual && targets.some((other) => other.channel !== usual) && <Tag>{t('composer.usual')}</Tag>}{' '}
                <bdi dir="ltr" className="i2">
                  {one.subject ?? one.address ?? one.inboxName}
                </bdi>
              </span>
              <span className="t12 i3 fact">
                {one.audience === 'public' && one.ok ? (
                  <span className="public-ink b">
                    <IconWorld size={13} stroke={1.8} aria-hidden className="inline" />
                    {t('audience.public')}
                  </span>
                ) : (
                  <bdi>{windowFact(one, now, t)}</bdi>
                )}
              </span>
            </span>
          </Menu.Item>
        ))}
        {targets.length === 0 && <p className="t13 i2 nothing">{t('composer.nowhere')}</p>}
      </Menu.Dropdown>
    </Menu>
  );
}
