import { Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCompanyConversations, useCompanyPeople } from '~/api/customers/companies';
import { flat } from '~/api/paging';
import { Avatar } from '~/components/Avatar';
import { ChannelMark } from '~/components/Channel';
import { Page } from '~/components/Page';
import { Empty, Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { nameOf } from '~/lib/people';
import { ago, useNow } from '~/lib/time';
import { PastConversation } from './CustomerPanel';

/** A company's people, and what was said with all of them. */
export function CompanyPage() {
  const { t } = useTranslation();
  const { name = '' } = useSearch({ from: '/inside/customers/company' });
  return (
    <Page label={t('company.label')} title={<bdi>{name}</bdi>} back={{ to: '/customers' }}>
      <div className="profile">
        <section aria-label={t('company.conversations')}>
          <h2 className="eyebrow">{t('company.conversations')}</h2>
          <Conversations name={name} />
        </section>
        <div className="col g16 panel-cards">
          <section className="card">
            <People name={name} />
          </section>
        </div>
      </div>
    </Page>
  );
}

function Conversations({ name }: { name: string }) {
  const { t } = useTranslation();
  const list = useCompanyConversations(name);
  const items = flat(list.data);
  if (list.isError && items.length === 0)
    return <Failure title={t('company.failed')} error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <TableBones rows={4} />;
  if (items.length === 0) return <Empty title={t('company.nothingSaid')} />;
  return (
    <>
      <ul className="past">
        {items.map((item) => (
          <li key={item.id} className="companytalk">
            <span className="t12 i2 b">
              <bdi>{item.customer.name ?? t('customer.unnamed')}</bdi>
            </span>
            <PastConversation item={item} />
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('customer.earlier')}
        </Button>
      )}
    </>
  );
}

function People({ name }: { name: string }) {
  const { t } = useTranslation();
  const now = useNow();
  const list = useCompanyPeople(name);
  const items = flat(list.data);
  return (
    <>
      <h3 className="eyebrow">{t('company.people')}</h3>
      {list.isError && <Failure title={t('company.failed')} error={list.error} retry={() => void list.refetch()} />}
      <ul className="col g8">
        {items.map((one) => (
          <li key={one.id} className="row row-12">
            <Avatar name={nameOf(one)} photo={one.photoId} size={26} ring="var(--b-surface)" />
            <Link to="/customers/$customerId" params={{ customerId: one.id }} className="link t13 grow cut">
              <bdi>{nameOf(one)}</bdi>
            </Link>
            {one.channels.map((channel) => (
              <ChannelMark key={channel} channel={channel} size={18} quiet />
            ))}
            {one.lastSeenAt && <span className="t12 i2 num">{ago(one.lastSeenAt, now)}</span>}
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <button type="button" className="link t13" onClick={() => void list.fetchNextPage()}>
          {t('customer.earlier')}
        </button>
      )}
    </>
  );
}
