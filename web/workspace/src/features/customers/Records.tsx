import { IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type CustomerRecord, useRecordPanel, useRecords } from '~/api/integrations';
import { Bone, Tag } from '~/components/parts';
import { ConnectorMark } from '~/features/settings/ConnectorMark';
import { shortDate } from '~/lib/time';

/** What other systems know of this customer: the record, and orders, deals and the like beside it. */
export function Records({ customerId, card }: { customerId: string; card?: boolean }) {
  const { t } = useTranslation();
  const records = useRecords(customerId).data ?? [];
  if (records.length === 0) return null;
  return (
    <section className={card ? 'card' : ''} aria-label={t('record.title')}>
      <h3 className="eyebrow">{t('record.title')}</h3>
      <ul className="col g12 plain">
        {records.map((record) => (
          <li key={record.id} className="col g8">
            <div className="row row-12">
              <ConnectorMark kind={record.kind} size={22} />
              <span className="grow t13 b cut">
                <bdi>{record.name}</bdi>
              </span>
              {record.state !== 'linked' && <Tag tone={record.state === 'stopped' ? 'bad' : ''}>{t(`record.states.${record.state}`)}</Tag>}
              {record.url && (
                <a
                  href={record.url}
                  target="_blank"
                  rel="noreferrer"
                  className="t13 link row"
                  aria-label={t('record.openIn', { name: record.name })}
                >
                  {t('record.open')} <IconExternalLink size={13} aria-hidden />
                </a>
              )}
            </div>
            {record.trouble && <p className="t12 i2">{record.trouble}</p>}
            {record.hasPanel && record.state === 'linked' && <Panel customerId={customerId} record={record} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Panel({ customerId, record }: { customerId: string; record: CustomerRecord }) {
  const { t } = useTranslation();
  const panel = useRecordPanel(customerId, record.id, true);
  if (panel.isPending) return <Bone w="80%" />;
  if (panel.isError || panel.data.problem)
    return (
      <p className="t12 i3" title={panel.data?.problem ?? undefined}>
        {t('record.notAvailable')}
      </p>
    );
  if (panel.data.items.length === 0) return null;
  return (
    <ul className="col g8 plain panelitems">
      {panel.data.items.map((item, i) => (
        <li key={i} className="col start">
          <span className="row row-12 wide">
            <span className="grow cut t13">
              {item.url ? (
                <a href={item.url} target="_blank" rel="noreferrer" className="link">
                  <bdi>{item.title}</bdi>
                </a>
              ) : (
                <bdi>{item.title}</bdi>
              )}
            </span>
            {item.amount && <bdi className="t13 num">{item.amount}</bdi>}
          </span>
          <span className="t12 i2">
            {[t(`record.items.${item.kind as 'order'}`), item.status, item.at ? shortDate(item.at) : null].filter(Boolean).join(' · ')}
          </span>
          {item.lines.map((line) => (
            <bdi key={line} className="t12 i3">
              {line}
            </bdi>
          ))}
        </li>
      ))}
    </ul>
  );
}
