import { Button } from '@mantine/core';
import { IconEye, IconRefresh } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deliveriesKey, readBody, replayDelivery, useDelivery } from '~/api/deliveries';
import { useInboxes } from '~/api/inboxes';
import { useMay } from '~/api/session';
import type { Delivery } from '~/api/types';
import { ChannelMark, channelName } from '~/components/Channel';
import { Page } from '~/components/Page';
import { Copyable, Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { wordsFor } from '~/lib/problem';
import { fullTime } from '~/lib/time';
import { say } from '~/lib/toast';
import { stateTone } from './DeliveriesPage';

/** One delivery from receipt to screen, with times. */
export function DeliveryPage() {
  const { t } = useTranslation();
  const { deliveryId } = useParams({ from: '/inside/deliveries/$deliveryId' });
  const delivery = useDelivery(deliveryId);
  if (delivery.data) return <Trace delivery={delivery.data} />;
  return (
    <Page label={t('deliveries.one')} title={t('deliveries.one')} back={{ to: '/deliveries' }}>
      {delivery.isError ? (
        <Failure title={t('deliveries.oneFailed')} error={delivery.error} retry={() => void delivery.refetch()} />
      ) : (
        <TableBones rows={4} />
      )}
    </Page>
  );
}

const daysBetween = (from: string, to: string) => Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000);

function Trace({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: inboxes } = useInboxes();
  const mayRead = useMay('deliveries.bodies');
  const mayReplay = useMay('inboxes.manage');
  const [body, setBody] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const inbox = inboxes?.find((one) => one.id === delivery.inboxId);
  const run = async (task: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await task();
    } catch (problem) {
      setError(wordsFor(problem));
    }
    setBusy(false);
  };
  const replay = () =>
    run(async () => {
      const after = await replayDelivery(delivery.id);
      client.setQueryData([...deliveriesKey, delivery.id], after);
      void client.invalidateQueries({ queryKey: [...deliveriesKey, 'list'] });
      say(t('deliveries.replayed', { state: t(`deliveries.state.${after.state}`) }));
    });
  const steps = [
    { name: t('deliveries.step.received'), at: delivery.receivedAt, note: t(`deliveries.source.${delivery.source}`) },
    ...(delivery.appliedAt ? [{ name: t(`deliveries.state.${delivery.state}`), at: delivery.appliedAt, note: delivery.reason }] : []),
    ...[...new Set(delivery.events.flatMap((event) => (event.pushedAt ? [event.pushedAt] : [])))]
      .slice(0, 1)
      .map((at) => ({ name: t('deliveries.step.pushed'), at, note: null })),
  ];
  return (
    <Page
      label={t('deliveries.one')}
      back={{ to: '/deliveries' }}
      mark={<ChannelMark channel={delivery.channel} size={32} />}
      title={t('deliveries.from', { inbox: inbox?.name ?? channelName(delivery.channel) })}
      under={<span dir="ltr">{delivery.id}</span>}
      side={
        <>
          <Tag tone={stateTone[delivery.state]}>{t(`deliveries.state.${delivery.state}`)}</Tag>
          {delivery.state === 'parked' && mayReplay && delivery.hasBody && (
            <Button leftSection={<IconRefresh size={16} />} loading={busy} onClick={() => void replay()}>
              {t('deliveries.replay')}
            </Button>
          )}
        </>
      }
    >
      <div className="narrow col g16">
        {error && (
          <p className="banner bad" role="alert">
            {error}
          </p>
        )}
        {delivery.reason && delivery.state !== 'applied' && (
          <p className={`banner ${delivery.state === 'parked' ? 'bad' : ''}`}>{delivery.reason}</p>
        )}
        <section className="card pad">
          <h2 className="eyebrow">{t('deliveries.journey')}</h2>
          <ol className="steps">
            {steps.map((step) => (
              <li key={step.name} className="row row-12">
                <i aria-hidden />
                <b>{step.name}</b>
                <span className="i2 grow cut">{step.note}</span>
                <time className="num i3 t12" dateTime={step.at}>
                  {fullTime(step.at)}
                </time>
                <span className="num i3 t12 took">
                  {t('deliveries.ms', { n: Math.max(0, Date.parse(step.at) - Date.parse(delivery.receivedAt)) })}
                </span>
              </li>
            ))}
          </ol>
        </section>
        <section className="card pad">
          <h2 className="eyebrow">{t('deliveries.events')}</h2>
          <table className="tbl">
            <thead>
              <tr>
                <th>{t('deliveries.kind')}</th>
                <th>{t('deliveries.providerId')}</th>
                <th>{t('list.status')}</th>
                <th>
                  <span className="sr">{t('thread.label')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {delivery.events.map((event) => (
                <tr key={event.index}>
                  <td>{event.kind}</td>
                  <td>
                    <code dir="ltr">{event.externalId}</code>
                  </td>
                  <td>
                    <Tag tone={stateTone[event.outcome]}>{t(`deliveries.state.${event.outcome}`)}</Tag>
                    {event.reason && <span className="t12 i2 reason">{event.reason}</span>}
                  </td>
                  <td className="r">
                    {event.conversationId && (
                      <Link to="/inbox/$conversationId" params={{ conversationId: event.conversationId }} className="link">
                        {t('deliveries.openConversation')}
                      </Link>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        {!delivery.hasBody && delivery.bodyRemovedAt && (
          <section className="card pad">
            <h2 className="eyebrow">{t('deliveries.body', { size: delivery.size })}</h2>
            <p className="t13 i2">
              {t('deliveries.bodyRemoved', { count: daysBetween(delivery.receivedAt, delivery.bodyRemovedAt) })}
              {delivery.state === 'parked' && ` ${t('deliveries.bodyGone')}`}
            </p>
          </section>
        )}
        {mayRead && delivery.hasBody && (
          <section className="card pad">
            <h2 className="eyebrow">{t('deliveries.body', { size: delivery.size })}</h2>
            {body === null ? (
              <>
                <p className="t13 i2 pad-b">{t('deliveries.bodyAudit')}</p>
                <Button
                  variant="default"
                  leftSection={<IconEye size={16} />}
                  loading={busy}
                  onClick={() => void run(async () => setBody(await readBody(delivery.id)))}
                >
                  {t('deliveries.showBody')}
                </Button>
              </>
            ) : (
              <Copyable value={body} label={t('common.copy')} block />
            )}
          </section>
        )}
      </div>
    </Page>
  );
}
