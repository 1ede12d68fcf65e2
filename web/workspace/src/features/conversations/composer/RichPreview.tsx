import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { previewQuery } from '~/api/channels';
import type { ChannelId, Rich } from '~/api/types';
import { ChannelMark, channelName } from '~/components/Channel';
import { Text } from '~/components/Text';
import { wordsFor } from '~/lib/problem';
import { RichView } from '../thread/RichView';
import { degradedOf, finished, nativeOf, problemOf } from './rich';

/** How each channel of this customer would show it: the one it leaves on first, and how it looks there. */
export function RichPreview({ channels, text, rich }: { channels: ChannelId[]; text: string; rich: Rich }) {
  const { t } = useTranslation();
  const [settled] = useDebouncedValue({ text, rich }, 300);
  const [open, setOpen] = useState(false);
  const made = finished(settled.rich);
  const problem = problemOf(rich);
  return (
    <div className="richpreview t12" role="status">
      {problem && <p className="i2">{t(`rich.problem.${problem}`)}</p>}
      {made &&
        channels.map((channel, i) => (
          <OnChannel
            key={channel}
            channel={channel}
            text={settled.text}
            rich={made}
            open={i === 0 && open}
            {...(i === 0 ? { onOpen: () => setOpen(!open) } : {})}
          />
        ))}
    </div>
  );
}

type Props = { channel: ChannelId; text: string; rich: Rich; open: boolean; onOpen?: () => void };
function OnChannel({ channel, text, rich, open, onOpen }: Props) {
  const { t } = useTranslation();
  const plan = useQuery({ ...previewQuery(channel, text, rich), placeholderData: keepPreviousData });
  const name = channelName(channel, true);
  const as =
    plan.data &&
    nativeOf(plan.data).map(({ part, count }) => (part === 'location' ? t('rich.shown.location') : t(`rich.shown.${part}`, { count })));
  const lost = plan.data && degradedOf(plan.data).map((part) => t(`rich.lost.${part}`));
  return (
    <div>
      <p className="row row-6">
        <ChannelMark channel={channel} size={16} kind="bare" quiet />
        <span className="grow">
          <b>{t('rich.on', { channel: name })}</b>{' '}
          {plan.isError
            ? wordsFor(plan.error)
            : plan.data && (
                <>
                  {as?.join(', ')}
                  {as && as.length > 0 && lost && lost.length > 0 && '; '}
                  {lost && lost.length > 0 && <span className="warn-ink">{t('rich.asText', { what: lost.join(', ') })}</span>}
                </>
              )}
        </span>
        {onOpen && plan.data && (
          <button type="button" className="link" aria-expanded={open} onClick={onOpen}>
            {t(open ? 'rich.hidePreview' : 'rich.showPreview')}
          </button>
        )}
      </p>
      {open && plan.data && (
        <div className="msg ours">
          <div className="bub">
            {plan.data.header && <b className="block">{plan.data.header}</b>}
            {plan.data.text && <Text>{plan.data.text}</Text>}
            {plan.data.hasNative && <RichView rich={plan.data} />}
          </div>
        </div>
      )}
    </div>
  );
}
