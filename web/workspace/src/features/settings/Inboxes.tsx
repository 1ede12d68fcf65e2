import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useInboxes } from '~/api/inboxes';
import { useMay } from '~/api/session';
import { ChannelMark, channelName, LooseStrands } from '~/components/Channel';
import { Page } from '~/components/Page';
import { Empty, Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { agoWords, useNow } from '~/lib/time';
import { useBackToPlaces } from './back';
import { Health } from './health';

export function Inboxes() {
  const { t } = useTranslation();
  const now = useNow();
  const inboxes = useInboxes();
  const mayManage = useMay('inboxes.manage');
  const connect = mayManage && (
    <Button component={Link} to="/settings/inboxes/new" leftSection={<IconPlus size={16} />}>
      {t('list.connect')}
    </Button>
  );
  return (
    <Page
      label={t('nav.inboxes')}
      title={t('nav.inboxes')}
      side={inboxes.data && inboxes.data.length > 0 ? connect : null}
      {...useBackToPlaces()}
    >
      {inboxes.isError ? (
        <Failure title={t('inboxes.failed')} error={inboxes.error} retry={() => void inboxes.refetch()} />
      ) : inboxes.isPending ? (
        <TableBones rows={4} />
      ) : inboxes.data.length === 0 ? (
        <Empty picture={<LooseStrands />} title={t('list.firstTitle')} action={connect}>
          {t(mayManage ? 'list.firstText' : 'list.firstAsk')}
        </Empty>
      ) : (
        <div className="narrow col g8">
          {inboxes.data.map((inbox) => (
            <Link key={inbox.id} to="/settings/inboxes/$inboxId" params={{ inboxId: inbox.id }} className="card inboxrow row row-12">
              <ChannelMark channel={inbox.channel} size={32} quiet />
              <span className="grow">
                <b>
                  <bdi>{inbox.name}</bdi>
                </b>
                <span className="t13 i2 block cut">
                  {channelName(inbox.channel)}
                  {inbox.address && inbox.address !== inbox.name && (
                    <>
                      {', '}
                      <bdi dir="ltr">{inbox.address}</bdi>
                    </>
                  )}
                </span>
                {inbox.enabled && inbox.health.message && (
                  <span className={`t13 block ${inbox.health.state === 'trouble' ? 'bad-ink' : 'i2'}`}>{inbox.health.message}</span>
                )}
              </span>
              <span className="t12 i3 hide-s">
                {inbox.health.lastInboundAt
                  ? t('inboxes.lastIn', { time: agoWords(inbox.health.lastInboundAt, now) })
                  : t('inboxes.nothingYet')}
              </span>
              <Health inbox={inbox} />
            </Link>
          ))}
        </div>
      )}
    </Page>
  );
}
