import { Button, Select, TextInput } from '@mantine/core';
import { IconSearch, IconShieldOff } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DeliveryFilter, useDeliveries, useRefused } from '~/api/deliveries';
import { useInboxes } from '~/api/inboxes';
import { flat } from '~/api/paging';
import type { Delivery } from '~/api/types';
import { ChannelMark, channelName, LooseStrands } from '~/components/Channel';
import { Page } from '~/components/Page';
import { Empty, Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { ago, agoWords, fullTime, useNow } from '~/lib/time';

const states = ['applied', 'ignored', 'parked', 'pending', 'duplicate'] as const;
export const stateTone = { applied: 'good', ignored: '', parked: 'bad', pending: 'warn', duplicate: '', waiting: 'warn' } as const;

/** What the providers sent, and what became of it. */
export function DeliveriesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/inside/deliveries' });
  const { data: inboxes } = useInboxes();
  const [text, setText] = useState(filter.q ?? '');
  const change = (next: Partial<DeliveryFilter>) =>
    void navigate({ to: '/deliveries', search: (old: DeliveryFilter) => ({ ...old, ...next }), replace: true });
  useEffect(() => {
    if (text.trim() === (filter.q ?? '')) return;
    const timer = setTimeout(
      () => void navigate({ to: '/deliveries', search: (old: DeliveryFilter) => ({ ...old, q: text.trim() || undefined }), replace: true }),
      300,
    );
    return () => clearTimeout(timer);
  }, [text, filter.q, navigate]);
  return (
    <Page
      label={t('deliveries.title')}
      title={t('deliveries.title')}
      under={t('deliveries.intro')}
      side={
        <span className="row wrap filters">
          <TextInput
            className="findbox"
            aria-label={t('deliveries.find')}
            placeholder={t('deliveries.find')}
            leftSection={<IconSearch size={16} stroke={1.7} />}
            value={text}
            dir="ltr"
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Select
            aria-label={t('list.inbox')}
            placeholder={t('list.everyInbox')}
            clearable
            w={160}
            data={(inboxes ?? []).map((inbox) => ({ value: inbox.id, label: inbox.name }))}
            value={filter.inbox ?? null}
            onChange={(inbox) => change({ inbox: inbox ?? undefined })}
          />
          <Select
            aria-label={t('list.status')}
            placeholder={t('deliveries.everyState')}
            clearable
            w={150}
            data={states.map((state) => ({ value: state, label: t(`deliveries.state.${state}`) }))}
            value={filter.state ?? null}
            onChange={(state) => change({ state: (state as Delivery['state'] | null) ?? undefined })}
          />
        </span>
      }
    >
      <Refusals />
      <List filter={filter} />
    </Page>
  );
}

function List({ filter }: { filter: DeliveryFilter }) {
  const { t } = useTranslation();
  const now = useNow();
  const list = useDeliveries(filter);
  const { data: inboxes } = useInboxes();
  const items = flat(list.data);
  if (list.isError && items.length === 0)
    return <Failure title={t('deliveries.failed')} error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <TableBones />;
  if (items.length === 0)
    return (
      <Empty picture={<LooseStrands />} title={t(filter.q ? 'deliveries.noneFound' : 'deliveries.none')}>
        {t(filter.q ? 'deliveries.noneFoundText' : 'deliveries.noneText')}
      </Empty>
    );
  return (
    <>
      <table className="tbl">
        <thead>
          <tr>
            <th>{t('deliveries.received')}</th>
            <th>{t('list.inbox')}</th>
            <th>{t('list.status')}</th>
            <th className="hide-s">{t('deliveries.events')}</th>
            <th className="hide-s">{t('deliveries.providerId')}</th>
            <th className="r hide-s">{t('deliveries.took')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <tr key={one.id}>
              <td>
                <Link to="/deliveries/$deliveryId" params={{ deliveryId: one.id }} className="rowlink num" title={fullTime(one.receivedAt)}>
                  {ago(one.receivedAt, now)}
                </Link>
              </td>
              <td>
                <span className="row row-6">
                  <ChannelMark channel={one.channel} size={20} quiet />
                  <bdi className="cut">{inboxes?.find((inbox) => inbox.id === one.inboxId)?.name ?? channelName(one.channel)}</bdi>
                </span>
              </td>
              <td>
                <Tag tone={stateTone[one.state]}>{t(`deliveries.state.${one.state}`)}</Tag>
                {one.reason && <span className="t12 i2 reason">{one.reason}</span>}
              </td>
              <td className="hide-s i2">{[...new Set(one.events.map((event) => event.kind))].join(', ')}</td>
              <td className="hide-s">
                <code dir="ltr" className="i2">
                  {one.events.find((event) => event.externalId)?.externalId}
                </code>
              </td>
              <td className="r hide-s i2">
                {one.appliedAt ? t('deliveries.ms', { n: Math.max(0, Date.parse(one.appliedAt) - Date.parse(one.receivedAt)) }) : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.hasNextPage && (
        <Button variant="default" className="morebutton" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('common.more')}
        </Button>
      )}
    </>
  );
}

/** Refused at the door and therefore not in the list: forged, too large, or more than could be taken. */
function Refusals() {
  const { t } = useTranslation();
  const now = useNow();
  const { data } = useRefused();
  const { data: inboxes } = useInboxes();
  const found = data?.filter((one) => one.count > 0) ?? [];
  if (found.length === 0) return null;
  return (
    <section className="banner warn" aria-label={t('deliveries.refused')}>
      <IconShieldOff size={20} stroke={1.6} aria-hidden />
      <ul className="grow col g4">
        {found.map((one) => (
          <li key={`${one.inboxId} ${one.reason}`}>
            <b>{t(`deliveries.refusedFor.${one.reason}`, { count: one.count })}</b>{' '}
            <span className="i2">
              <bdi>{inboxes?.find((inbox) => inbox.id === one.inboxId)?.name ?? channelName(one.channel)}</bdi>,{' '}
              {t('deliveries.lastAt', { time: agoWords(one.lastAt, now) })}
              {one.detail && `. ${one.detail}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
