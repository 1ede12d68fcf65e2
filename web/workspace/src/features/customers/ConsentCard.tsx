import { Button, Select, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { customerKey } from '~/api/customers/customers';
import { recordConsent, useConsents } from '~/api/customers/profile';
import type { Customer } from '~/api/types';
import { Bone, Tag } from '~/components/parts';
import { wordsFor } from '~/lib/problem';
import { shortDate } from '~/lib/time';

/** What this person agreed to, and how we know. */
export function ConsentCard({ customer, mayEdit }: { customer: Customer; mayEdit: boolean }) {
  const { t } = useTranslation();
  const consents = useConsents(customer.id);
  const [adding, setAdding] = useState(false);
  return (
    <section className="card">
      <div className="row">
        <h3 className="eyebrow grow">{t('consent.title')}</h3>
        {mayEdit && !adding && (
          <button type="button" className="link t13" onClick={() => setAdding(true)}>
            {t('consent.record')}
          </button>
        )}
      </div>
      {consents.isPending && <Bone w="60%" />}
      {consents.data?.current.length === 0 && !adding && <p className="t13 i2">{t('consent.none')}</p>}
      <ul className="col g8">
        {consents.data?.current.map((entry) => (
          <li key={`${entry.purpose} ${entry.channel}`} className="row row-12">
            <span className="grow col start">
              <b className="t13">
                <bdi>{entry.purpose}</bdi>
                {entry.channel && <span className="i2"> · {entry.channel}</span>}
              </b>
              <span className="t12 i2">
                <bdi>{entry.source}</bdi>, {shortDate(entry.at)}
              </span>
            </span>
            <Tag tone={entry.given ? 'good' : 'bad'}>{t(entry.given ? 'consent.given' : 'consent.withdrawn')}</Tag>
          </li>
        ))}
      </ul>
      {adding && <RecordConsent id={customer.id} onDone={() => setAdding(false)} />}
    </section>
  );
}

function RecordConsent({ id, onDone }: { id: string; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form, setForm] = useState({ purpose: 'marketing', source: '', given: 'yes' });
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const now = await recordConsent(id, {
        purpose: form.purpose,
        channel: null,
        given: form.given === 'yes',
        source: form.source.trim(),
      });
      client.setQueryData([...customerKey(id), 'consents'], now);
      onDone();
    } catch (problem) {
      setError(wordsFor(problem));
    }
  };
  return (
    <form className="col g8" onSubmit={submit} onKeyDown={(event) => event.key === 'Escape' && onDone()}>
      <TextInput
        label={t('consent.purpose')}
        required
        withAsterisk={false}
        value={form.purpose}
        onChange={(event) => setForm({ ...form, purpose: event.currentTarget.value })}
      />
      <Select
        label={t('consent.state')}
        allowDeselect={false}
        data={[
          { value: 'yes', label: t('consent.given') },
          { value: 'no', label: t('consent.withdrawn') },
        ]}
        value={form.given}
        onChange={(given) => setForm({ ...form, given: given ?? 'yes' })}
      />
      <TextInput
        label={t('consent.source')}
        placeholder={t('consent.sourceHint')}
        required
        withAsterisk={false}
        value={form.source}
        error={error}
        onChange={(event) => setForm({ ...form, source: event.currentTarget.value })}
      />
      <div className="row">
        <Button type="submit" size="xs">
          {t('consent.record')}
        </Button>
        <Button size="xs" variant="subtle" onClick={onDone}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  );
}
