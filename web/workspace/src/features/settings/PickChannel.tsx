import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useChannels } from '~/api/channels';
import { ChannelMark } from '~/components/Channel';
import { Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { Wizard } from './Wizard';

export function PickChannel() {
  const { t } = useTranslation();
  const channels = useChannels();
  return (
    <Wizard title={t('connect.title')} at={0} decided={[]}>
      <h2 className="t20 b">{t('connect.choose')}</h2>
      <p className="i2">{t('connect.chooseText')}</p>
      {channels.isError ? (
        <Failure title={t('connect.failed')} error={channels.error} retry={() => void channels.refetch()} />
      ) : channels.isPending ? (
        <TableBones rows={4} />
      ) : (
        <div className="col g8 pad-t">
          {channels.data.map((channel) => (
            <Link
              key={channel.id}
              to="/settings/inboxes/new/$channel"
              params={{ channel: channel.id }}
              className="card inboxrow row row-12"
            >
              <ChannelMark channel={channel.id} size={32} quiet />
              <span className="grow">
                <b>{channel.name}</b>
                <span className="t13 i2 block">{channel.summary}</span>
              </span>
              <span className="link t13">{t('connect.connect')}</span>
            </Link>
          ))}
        </div>
      )}
    </Wizard>
  );
}
