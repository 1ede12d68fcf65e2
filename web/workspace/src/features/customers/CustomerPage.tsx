import { ActionIcon, Button, Menu, Select, TextInput } from '@mantine/core';
import { IconArrowMerge, IconBan, IconDots, IconDownload, IconLock, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { customerKey, useCustomer, useCustomerConversations } from '~/api/customers/customers';
import { exportAddress, holdCustomer } from '~/api/customers/profile';
import { flat } from '~/api/paging';
import { useMay } from '~/api/session';
import type { Customer } from '~/api/types';
import { Avatar } from '~/components/Avatar';
import { Page } from '~/components/Page';
import { Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { CustomerTickets } from '~/features/tickets/CustomerTickets';
import { complainAbout } from '~/lib/problem';
import { agoWords, shortDate, useNow } from '~/lib/time';
import { ConsentCard } from './ConsentCard';
import { PastConversation, useSaveCustomer } from './CustomerPanel';
import { EraseDialog } from './EraseDialog';
import { HabitsCard } from './Habits';
import { Identities } from './Identities';
import { MergeDialog } from './MergeDialog';
import { Merges, ValuesPopover } from './Merges';
import { Notes } from './Notes';
import { OwnFields } from './OwnFields';
import { PictureItems } from './PictureItems';
import { Ratings } from './Ratings';
import { Records } from './Records';
import { SuggestedHere } from './SuggestedHere';
import { Timeline } from './Timeline';

export function CustomerPage() {
  const { t } = useTranslation();
  const { customerId } = useParams({ from: '/inside/customers/$customerId' });
  const customer = useCustomer(customerId);
  if (customer.data) return <Profile key={customerId} customer={customer.data} />;
  return (
    <Page label={t('customer.label')} title={t('customer.label')} back={{ to: '/customers' }}>
      {customer.isError ? (
        <Failure title={t('customer.failed')} error={customer.error} retry={() => void customer.refetch()} />
      ) : (
        <TableBones />
      )}
    </Page>
  );
}

function Profile({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const now = useNow();
  const mayEdit = useMay('customers.edit');
  const mayMerge = useMay('customers.merge');
  const mayManage = useMay('customers.manage');
  const [merging, setMerging] = useState(false);
  const [erasing, setErasing] = useState(false);
  const client = useQueryClient();
  const hold = async () => {
    try {
      await holdCustomer(customer.id, !customer.legalHold);
      await client.invalidateQueries({ queryKey: customerKey(customer.id) });
    } catch (error) {
      complainAbout(error);
    }
  };
  const save = useSaveCustomer(customer.id);
  const name = customer.name ?? customer.identities[0]?.address ?? t('customer.unnamed');
  const facts = [
    t('customer.since', { date: shortDate(customer.createdAt) }),
    customer.lastSeenAt && t('customers.seen', { time: agoWords(customer.lastSeenAt, now) }),
  ].filter(Boolean);
  return (
    <Page
      label={t('customer.label')}
      back={{ to: '/customers' }}
      mark={<Avatar name={name} photo={customer.photoId} size={40} ring="var(--b-surface)" />}
      title={<bdi>{name}</bdi>}
      under={
        <>
          {customer.company && (
            <>
              <Link to="/customers/company" search={{ name: customer.company }} className="link">
                <bdi>{customer.company}</bdi>
              </Link>
              {' · '}
            </>
          )}
          <bdi>{facts.join(' · ')}</bdi>
        </>
      }
      side={
        <>
          {customer.legalHold && <Tag tone="warn">{t('erase.held')}</Tag>}
          {customer.blocked && <Tag tone="bad">{t('customer.blocked')}</Tag>}
          {mayEdit && (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon aria-label={t('do.more')}>
                  <IconDots size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {mayMerge && (
                  <Menu.Item leftSection={<IconArrowMerge size={16} />} onClick={() => setMerging(true)}>
                    {t('merge.open')}
                  </Menu.Item>
                )}
                <PictureItems customer={customer} />
                <Menu.Item
                  leftSection={<IconBan size={16} />}
                  onClick={() => void save({ blocked: !customer.blocked }).catch(complainAbout)}
                >
                  {t(customer.blocked ? 'customer.unblock' : 'customer.block')}
                </Menu.Item>
                {mayManage && (
                  <>
                    <Menu.Divider />
                    <Menu.Item component="a" href={exportAddress(customer.id)} download leftSection={<IconDownload size={16} />}>
                      {t('erase.export')}
                    </Menu.Item>
                    <Menu.Item leftSection={<IconLock size={16} />} onClick={() => void hold()}>
                      {t(customer.legalHold ? 'erase.lift' : 'erase.hold')}
                    </Menu.Item>
                    <Menu.Item
                      color="red"
                      disabled={customer.legalHold}
                      leftSection={<IconTrash size={16} />}
                      onClick={() => setErasing(true)}
                    >
                      {t('erase.open')}
                    </Menu.Item>
                  </>
                )}
              </Menu.Dropdown>
            </Menu>
          )}
        </>
      }
    >
      {erasing && <EraseDialog customer={customer} onClose={() => setErasing(false)} />}
      {merging && <MergeDialog customer={customer} onClose={() => setMerging(false)} />}
      <div className="profile">
        <section aria-label={t('customers.timeline')}>
          <h2 className="eyebrow">{t('customers.timeline')}</h2>
          <Timeline customer={customer} />
        </section>
        <div className="col g16 panel-cards">
          <section className="card">
            <Identities customer={customer} />
          </section>
          <section className="card habits">
            <HabitsCard customerId={customer.id} />
          </section>
          <section className="card">
            <CustomerTickets customerId={customer.id} />
          </section>
          <Ratings customerId={customer.id} card />
          <Records customerId={customer.id} card />
          <SuggestedHere customerId={customer.id} />
          <Merges customerId={customer.id} mayMerge={mayMerge} />
          <section className="card">
            <Conversations id={customer.id} />
          </section>
          {mayEdit && (
            <section className="card">
              <Details customer={customer} />
            </section>
          )}
          <OwnFields customer={customer} mayEdit={mayEdit} />
          <ConsentCard customer={customer} mayEdit={mayEdit} />
          <section className="card">
            <Notes customerId={customer.id} />
          </section>
        </div>
      </div>
    </Page>
  );
}

function Conversations({ id }: { id: string }) {
  const { t } = useTranslation();
  const list = useCustomerConversations(id);
  const items = flat(list.data);
  return (
    <>
      <h3 className="eyebrow">{t('list.label')}</h3>
      {list.isSuccess && items.length === 0 && <p className="t13 i2">{t('customers.noConversations')}</p>}
      <ul className="past">
        {items.map((item) => (
          <li key={item.id}>
            <PastConversation item={item} />
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

const zones = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
function Details({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const save = useSaveCustomer(customer.id);
  const [form, setForm] = useState({ name: customer.name ?? '', company: customer.company ?? '', language: customer.language ?? '' });
  const [zone, setZone] = useState(customer.timeZone);
  const [busy, setBusy] = useState(false);
  const field = (name: keyof typeof form) => ({
    value: form[name],
    onChange: (event: { currentTarget: { value: string } }) => setForm({ ...form, [name]: event.currentTarget.value }),
  });
  const changed =
    form.name !== (customer.name ?? '') ||
    form.company !== (customer.company ?? '') ||
    form.language !== (customer.language ?? '') ||
    zone !== customer.timeZone;
  const submit = async () => {
    setBusy(true);
    try {
      await save({
        name: form.name.trim() || null,
        company: form.company.trim() || null,
        language: form.language.trim() || null,
        timeZone: zone,
      });
    } catch (error) {
      complainAbout(error);
    }
    setBusy(false);
  };
  return (
    <form
      className="col g12"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="row">
        <h3 className="eyebrow grow">{t('customers.details')}</h3>
        <ValuesPopover customerId={customer.id} />
      </div>
      <TextInput label={t('customer.name')} dir="auto" {...field('name')} />
      <TextInput label={t('customer.company')} dir="auto" {...field('company')} />
      <TextInput label={t('customer.language')} dir="ltr" placeholder="de" {...field('language')} />
      <Select label={t('customer.timeZone')} searchable clearable data={zones} value={zone} onChange={setZone} limit={50} />
      {changed && (
        <Button type="submit" loading={busy}>
          {t('common.save')}
        </Button>
      )}
    </form>
  );
}
