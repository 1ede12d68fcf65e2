import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { IconAt, IconKey, IconPhone, IconPlus, IconUsers, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addKey, customerKey, removeKey, shareKey } from '~/api/customers/customers';
import { ApiProblem } from '~/api/http';
import { useMay } from '~/api/session';
import type { Customer } from '~/api/types';
import { ChannelMark } from '~/components/Channel';
import { Tag, Verified } from '~/components/parts';
import { complainAbout, wordsFor } from '~/lib/problem';

/** Where the customer wrote from, and the keys by which another channel would be known as theirs. */
export function Identities({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const mayEdit = useMay('customers.edit');
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const drop = async (keyId: string) => {
    try {
      client.setQueryData(customerKey(customer.id), await removeKey(customer.id, keyId));
    } catch (error) {
      complainAbout(error);
    }
  };
  const share = async (keyId: string, shared: boolean) => {
    try {
      client.setQueryData(customerKey(customer.id), await shareKey(customer.id, keyId, shared));
    } catch (error) {
      complainAbout(error);
    }
  };
  return (
    <>
      <h3 className="eyebrow">
        {t('customer.reachable')}
        {mayEdit && !adding && (
          <ActionIcon size={24} aria-label={t('customer.addKey')} title={t('customer.addKey')} onClick={() => setAdding(true)}>
            <IconPlus size={15} />
          </ActionIcon>
        )}
      </h3>
      {customer.identities.map((identity) => (
        <div key={identity.id} className="idn">
          <ChannelMark channel={identity.channel} size={20} />
          <span className="cut" title={identity.inboxName}>
            <bdi dir="ltr">{identity.address ?? identity.name ?? identity.inboxName}</bdi>
          </span>
          {identity.unreachable ? <Tag tone="bad">{t('customer.unreachable')}</Tag> : <Verified proven={identity.verified} />}
        </div>
      ))}
      {customer.identities.length === 0 && <p className="t13 i2">{t('customer.noIdentities')}</p>}
      {customer.keys.length > 0 && <h4 className="t12 i3 sub">{t('customer.keys')}</h4>}
      {customer.keys.map((key) => {
        const Icon = key.kind === 'phone' ? IconPhone : key.kind === 'email' ? IconAt : IconKey;
        return (
          <div key={key.id} className="idn key">
            <Icon size={16} stroke={1.6} aria-hidden />
            <span className="cut">
              <bdi dir="ltr">{key.value}</bdi>
            </span>
            <span className="row row-4">
              {key.shared ? (
                <Tag>{t('customer.sharedKey')}</Tag>
              ) : (
                <Verified proven={key.proven} how={key.proof ?? (key.addedBy ? t('customer.addedBy', { name: key.addedBy }) : null)} />
              )}
              {mayEdit && (
                <ActionIcon
                  size={24}
                  aria-pressed={key.shared}
                  aria-label={t('customer.shareKey', { value: key.value })}
                  title={t('customer.shareKeyHint')}
                  onClick={() => void share(key.id, !key.shared)}
                >
                  <IconUsers size={14} />
                </ActionIcon>
              )}
              {mayEdit && (
                <ActionIcon size={24} aria-label={t('customer.removeKey', { value: key.value })} onClick={() => void drop(key.id)}>
                  <IconX size={14} />
                </ActionIcon>
              )}
            </span>
          </div>
        );
      })}
      {adding && <AddKey customerId={customer.id} onDone={() => setAdding(false)} />}
    </>
  );
}

function AddKey({ customerId, onDone }: { customerId: string; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [kind, setKind] = useState<'email' | 'phone'>('email');
  const [value, setValue] = useState('');
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      client.setQueryData(customerKey(customerId), await addKey(customerId, kind, value.trim()));
      onDone();
    } catch (problem) {
      setError(problem instanceof ApiProblem ? (problem.fields.value ?? wordsFor(problem)) : wordsFor(problem));
    }
  };
  return (
    <form className="col g8 addkey" onSubmit={submit} onKeyDown={(event) => event.key === 'Escape' && onDone()}>
      <div className="row top">
        <Select
          aria-label={t('customer.keyKind')}
          size="xs"
          w={96}
          allowDeselect={false}
          data={[
            { value: 'email', label: t('customer.kind.email') },
            { value: 'phone', label: t('customer.kind.phone') },
          ]}
          value={kind}
          onChange={(next) => setKind(next === 'phone' ? 'phone' : 'email')}
        />
        <TextInput
          className="grow"
          size="xs"
          autoFocus
          dir="ltr"
          aria-label={t(`customer.kind.${kind}`)}
          type={kind === 'email' ? 'email' : 'tel'}
          placeholder={kind === 'email' ? 'name@example.org' : '+49 151 0000000'}
          required
          value={value}
          error={error}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
      </div>
      <p className="t12 i3">{t('customer.keyHint')}</p>
      <div className="row">
        <Button type="submit" size="xs">
          {t('customer.addKey')}
        </Button>
        <Button size="xs" variant="subtle" onClick={onDone}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  );
}
