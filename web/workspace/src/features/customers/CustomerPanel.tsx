import { ActionIcon } from '@mantine/core';
import { IconArrowUpRight, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { changeCustomer, customerKey, useCustomer, useCustomerConversations } from '~/api/customers/customers';
import { flat } from '~/api/paging';
import { useMay } from '~/api/session';
import type { ConversationItem, Customer } from '~/api/types';
import { Avatar } from '~/components/Avatar';
import { ChannelMark } from '~/components/Channel';
import { Bone, Failure, Tag, useLate } from '~/components/parts';
import { CustomerTickets } from '~/features/tickets/CustomerTickets';
import { ago, shortDate, useNow } from '~/lib/time';
import { EditableField } from './EditableField';
import { HabitsCard } from './Habits';
import { Identities } from './Identities';
import { Notes } from './Notes';
import { Ratings } from './Ratings';
import { Records } from './Records';

type Props = { id: string; conversationId?: string | undefined; over: boolean; onClose: () => void };

/** Who this is, how they can be reached, what was said before and what the team noted. */
export function CustomerPanel({ id, conversationId, over, onClose }: Props) {
  const { t } = useTranslation();
  const customer = useCustomer(id);
  const late = useLate(customer.isPending);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard
    <aside className={`panel scroll ${over ? 'over' : ''}`} aria-label={t('customer.label')} tabIndex={0}>
      {over && (
        <ActionIcon className="shut" aria-label={t('common.close')} onClick={onClose}>
          <IconX size={18} />
        </ActionIcon>
      )}
      {customer.isError && !customer.data ? (
        <Failure title={t('customer.failed')} error={customer.error} retry={() => void customer.refetch()} />
      ) : customer.data ? (
        <>
          <Head customer={customer.data} />
          <section className="habits">
            <HabitsCard customerId={customer.data.id} current={conversationId} />
          </section>
          <section>
            <Identities customer={customer.data} />
          </section>
          <section>
            <CustomerTickets customerId={customer.data.id} conversationId={conversationId} />
          </section>
          <Ratings customerId={customer.data.id} />
          <Records customerId={customer.data.id} />
          <section>
            <History customer={customer.data} current={conversationId} />
          </section>
          <section>
            <Notes customerId={id} />
          </section>
        </>
      ) : (
        late && (
          <section className="col g12" aria-busy="true">
            <Bone w={44} h={44} round />
            <Bone w="70%" />
            <Bone w="50%" />
          </section>
        )
      )}
    </aside>
  );
}

export function useSaveCustomer(id: string) {
  const client = useQueryClient();
  return async (change: Parameters<typeof changeCustomer>[1]) => {
    client.setQueryData(customerKey(id), await changeCustomer(id, change));
    void client.invalidateQueries({ queryKey: ['conversations'] });
  };
}

function Head({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const mayEdit = useMay('customers.edit');
  const save = useSaveCustomer(customer.id);
  const name = customer.name ?? customer.identities[0]?.address ?? t('customer.unnamed');
  return (
    <section className="row row-12 top head">
      <Avatar name={name} photo={customer.photoId} size={44} ring="var(--b-surface)" />
      <div className="grow col">
        <EditableField
          label={t('customer.name')}
          value={customer.name}
          empty={name}
          strong
          disabled={!mayEdit}
          onSave={(value) => save({ name: value })}
        />
        <EditableField
          label={t('customer.company')}
          value={customer.company}
          empty={t('customer.addCompany')}
          disabled={!mayEdit}
          onSave={(value) => save({ company: value })}
        />
        <p className="t12 i3">{t('customer.since', { date: shortDate(customer.createdAt) })}</p>
        {customer.blocked && <Tag tone="bad">{t('customer.blocked')}</Tag>}
      </div>
      <ActionIcon
        component={Link}
        to="/customers/$customerId"
        params={{ customerId: customer.id } as never}
        aria-label={t('customer.open')}
        title={t('customer.open')}
      >
        <IconArrowUpRight size={18} stroke={1.6} className="flips" />
      </ActionIcon>
    </section>
  );
}

function History({ customer, current }: { customer: Customer; current: string | undefined }) {
  const { t } = useTranslation();
  const past = useCustomerConversations(customer.id);
  const items = flat(past.data).filter((item) => item.id !== current);
  return (
    <>
      <h3 className="eyebrow">
        {t('customer.history')}{' '}
        <span className="num i3">{items.length > 0 && customer.conversations > 1 ? customer.conversations - (current ? 1 : 0) : ''}</span>
      </h3>
      {past.isError && items.length === 0 && (
        <button type="button" className="link t13" onClick={() => void past.refetch()}>
          {t('customer.historyFailed')}
        </button>
      )}
      {past.isSuccess && items.length === 0 && <p className="t13 i2">{t('customer.noHistory')}</p>}
      <ul className="past">
        {items.map((item) => (
          <li key={item.id}>
            <PastConversation item={item} />
          </li>
        ))}
      </ul>
      {past.hasNextPage && (
        <button type="button" className="link t13" onClick={() => void past.fetchNextPage()}>
          {t('customer.earlier')}
        </button>
      )}
    </>
  );
}

export function PastConversation({ item }: { item: ConversationItem }) {
  const { t } = useTranslation();
  const now = useNow();
  const channels = [...new Set(item.channels.map((one) => one.channel))].slice(0, 4);
  return (
    <Link to="/inbox/$conversationId" params={{ conversationId: item.id }} className="it">
      <span className="col grow cut">
        <span className="t13 cut" dir="auto">
          {item.subject ?? item.lastMessage?.text ?? t('list.noMessage')}
        </span>
        <span className="t12 i3">
          {t(`status.${item.status}`)}, {ago(item.updatedAt, now)}
        </span>
      </span>
      <span className="row row-4">
        {channels.map((channel) => (
          <ChannelMark key={channel} channel={channel} size={18} />
        ))}
      </span>
    </Link>
  );
}
