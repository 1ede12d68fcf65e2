import { Button, Modal, Select, TextInput } from '@mantine/core';
import { IconArrowMerge, IconPlus, IconSearch } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addCustomer, customerKey, customerListKey, useCustomers } from '~/api/customers/customers';
import { useSegments } from '~/api/customers/segments';
import { useOpenSuggestions } from '~/api/customers/suggestions';
import { ApiProblem } from '~/api/http';
import { flat } from '~/api/paging';
import { useMay } from '~/api/session';
import { Avatar } from '~/components/Avatar';
import { ChannelMark, LooseStrands } from '~/components/Channel';
import { Page } from '~/components/Page';
import { Empty, Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { nameOf } from '~/lib/people';
import { wordsFor } from '~/lib/problem';
import { ago, useNow } from '~/lib/time';

export function CustomersPage() {
  const { t } = useTranslation();
  const now = useNow();
  const navigate = useNavigate();
  const mayEdit = useMay('customers.edit');
  const { q = '', segment } = useSearch({ from: '/inside/customers' });
  const segments = useSegments().data ?? [];
  const [text, setText] = useState(q);
  const [adding, setAdding] = useState(false);
  useEffect(() => {
    if (text.trim() === q) return;
    const timer = setTimeout(
      () =>
        void navigate({
          to: '/customers',
          search: { ...(text.trim() ? { q: text.trim() } : {}), ...(segment ? { segment } : {}) },
          replace: true,
        }),
      250,
    );
    return () => clearTimeout(timer);
  }, [text, q, segment, navigate]);
  const list = useCustomers(q, segment);
  const items = flat(list.data);
  return (
    <Page
      label={t('customers.title')}
      title={t('customers.title')}
      side={
        <>
          {(segments.length > 0 || segment) && (
            <Select
              w={180}
              clearable
              aria-label={t('segment.title')}
              placeholder={t('segment.everybody')}
              data={segments.map((one) => ({ value: one.id, label: one.name }))}
              value={segment ?? null}
              onChange={(next) =>
                void navigate({ to: '/customers', search: { ...(q ? { q } : {}), ...(next ? { segment: next } : {}) }, replace: true })
              }
            />
          )}
          <TextInput
            className="findbox"
            aria-label={t('customers.find')}
            placeholder={t('customers.find')}
            leftSection={<IconSearch size={16} stroke={1.7} />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {mayEdit && (
            <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
              {t('customers.add')}
            </Button>
          )}
        </>
      }
    >
      <ToReview />
      {list.isError && items.length === 0 ? (
        <Failure title={t('customers.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <TableBones />
      ) : items.length === 0 ? (
        <Empty picture={<LooseStrands />} title={q ? t('customers.noneFound', { q }) : t('customers.none')}>
          {t(q ? 'customers.noneFoundText' : 'customers.noneText')}
        </Empty>
      ) : (
        <>
          <table className="tbl">
            <thead>
              <tr>
                <th>{t('customer.name')}</th>
                <th className="hide-s">{t('customers.address')}</th>
                <th>{t('customers.channels')}</th>
                <th className="r hide-s">{t('customers.open')}</th>
                <th className="r">{t('customers.lastSeen')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <td>
                    <Link to="/customers/$customerId" params={{ customerId: one.id }} className="rowlink row">
                      <Avatar name={nameOf(one)} photo={one.photoId} size={24} ring="var(--b-surface)" />
                      <bdi className="cut b">{nameOf(one)}</bdi>
                    </Link>
                  </td>
                  <td className="hide-s i2">
                    <bdi dir="ltr">{one.address}</bdi>
                  </td>
                  <td>
                    <span className="row row-4">
                      {one.channels.map((channel) => (
                        <ChannelMark key={channel} channel={channel} size={20} />
                      ))}
                    </span>
                  </td>
                  <td className="r hide-s">{one.openConversations > 0 && <Tag tone="accent">{one.openConversations}</Tag>}</td>
                  <td className="r i2">{one.lastSeenAt ? ago(one.lastSeenAt, now) : ''}</td>
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
      )}
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title={<b>{t('customers.add')}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {adding && <AddCustomer />}
      </Modal>
    </Page>
  );
}

/** One line above the list while there is something to decide. */
function ToReview() {
  const { t } = useTranslation();
  const open = useOpenSuggestions().data ?? 0;
  if (open === 0) return null;
  return (
    <Link to="/customers/suggestions" className="toreview">
      <IconArrowMerge size={18} stroke={1.6} aria-hidden />
      <span className="grow">{t('suggest.toReview', { count: open })}</span>
      <span className="link">{t('suggest.review')}</span>
    </Link>
  );
}

function AddCustomer() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState({ name: '', email: '', phone: '' });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const field = (name: keyof typeof form) => ({
    value: form[name],
    error: errors[name],
    onChange: (event: { currentTarget: { value: string } }) => setForm({ ...form, [name]: event.currentTarget.value }),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const keys = [
      ...(form.email.trim() ? [{ kind: 'email' as const, value: form.email.trim() }] : []),
      ...(form.phone.trim() ? [{ kind: 'phone' as const, value: form.phone.trim() }] : []),
    ];
    try {
      const made = await addCustomer(form.name.trim(), keys);
      client.setQueryData(customerKey(made.id), made);
      void client.invalidateQueries({ queryKey: customerListKey });
      void navigate({ to: '/customers/$customerId', params: { customerId: made.id } });
    } catch (problem) {
      const fields = problem instanceof ApiProblem ? problem.fields : {};
      setErrors(fields.name || fields.email || fields.phone ? fields : { name: wordsFor(problem) });
    }
  };
  return (
    <form className="col g12" onSubmit={submit}>
      <TextInput label={t('customer.name')} required withAsterisk={false} dir="auto" data-autofocus {...field('name')} />
      <TextInput label={t('customer.kind.email')} type="email" dir="ltr" {...field('email')} />
      <TextInput label={t('customer.kind.phone')} type="tel" dir="ltr" placeholder="+49 151 0000000" {...field('phone')} />
      <Button type="submit">{t('customers.add')}</Button>
    </form>
  );
}
