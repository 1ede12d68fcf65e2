import { Button, Checkbox, PasswordInput, SegmentedControl, Select, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '~/api/http';
import { usePhones } from '~/api/phones';
import { saveMe, sessionKey, signOut, useSession } from '~/api/session';
import type { Me, Session } from '~/api/types';
import { Page } from '~/components/Page';
import { applyLocale, locales } from '~/i18n';
import { complainAbout, wordsFor } from '~/lib/problem';
import { say } from '~/lib/toast';
import { useBackToPlaces } from './back';

export function Profile() {
  const { t } = useTranslation();
  const { me } = useSession();
  const client = useQueryClient();
  const put = (next: Partial<Me>) =>
    client.setQueryData<Session | null>(sessionKey, (old) => (old ? { ...old, me: { ...old.me, ...next } } : old));
  const save = async (change: Partial<Me>) => {
    put(change);
    try {
      put(await saveMe(change));
      if (change.locale) await applyLocale(change.locale);
    } catch (error) {
      put(me);
      complainAbout(error);
    }
  };
  const choices = <T extends string>(values: readonly T[], label: (value: T) => string) =>
    values.map((value) => ({ value, label: label(value) }));
  const leave = async () => {
    try {
      await signOut();
      location.assign('/app/');
    } catch (error) {
      complainAbout(error);
    }
  };
  return (
    <Page label={t('account.profile')} title={t('account.profile')} {...useBackToPlaces()}>
      <div className="narrow col g24">
        <NameForm me={me} onSave={save} />
        <section className="card pad col g16">
          <h2 className="b">{t('profile.preferences')}</h2>
          <Select
            label={t('profile.language')}
            allowDeselect={false}
            maw={280}
            data={locales.map((one) => ({ ...one }))}
            value={locales.find((one) => me.locale.startsWith(one.value))?.value ?? 'en'}
            onChange={(locale) => locale && void save({ locale })}
          />
          <Choice
            label={t('account.look')}
            value={me.theme}
            data={choices(['system', 'light', 'dark'] as const, (value) => t(`theme.${value}`))}
            onChange={(theme) => void save({ theme })}
          />
          <Choice
            label={t('profile.density')}
            value={me.density}
            data={choices(['roomy', 'compact', 'dense'] as const, (value) => t(`density.${value}`))}
            onChange={(density) => void save({ density })}
          />
          <Switch
            label={t('profile.singleKeys')}
            description={t('profile.singleKeysHint')}
            checked={me.singleKeys}
            onChange={(event) => void save({ singleKeys: event.currentTarget.checked })}
          />
        </section>
        <CallForm me={me} onSaved={(callAddress) => put({ callAddress })} />
        <PasswordForm />
        <div>
          <Button variant="default" onClick={() => void leave()}>
            {t('account.signOut')}
          </Button>
        </div>
      </div>
    </Page>
  );
}

function Choice<T extends string>({
  label,
  value,
  data,
  onChange,
}: {
  label: string;
  value: T;
  data: { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <div>
      <p className="fieldlabel">{label}</p>
      <SegmentedControl aria-label={label} value={value} data={data} onChange={(next) => onChange(next as T)} />
    </div>
  );
}

function NameForm({ me, onSave }: { me: Me; onSave: (change: Partial<Me>) => Promise<void> }) {
  const { t } = useTranslation();
  const [name, setName] = useState(me.name);
  return (
    <form
      className="card pad col g16"
      onSubmit={(event) => {
        event.preventDefault();
        void onSave({ name: name.trim() });
      }}
    >
      <h2 className="b">{t('profile.you')}</h2>
      <TextInput
        label={t('setup.name')}
        maw={360}
        dir="auto"
        required
        withAsterisk={false}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <p className="t13 i2">
        <bdi dir="ltr">{me.email}</bdi>, {t(`role.${me.role}`)}
      </p>
      {name.trim() !== me.name && name.trim() !== '' && (
        <div>
          <Button type="submit">{t('common.save')}</Button>
        </div>
      )}
    </form>
  );
}

/** Where calls ring: saved by a button, because half a number is no number. */
function CallForm({ me, onSaved }: { me: Me; onSaved: (address: string | null) => void }) {
  const { t } = useTranslation();
  const [address, setAddress] = useState(me.callAddress ?? '');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const phones = usePhones().data;
  const here = phones && phones.items.length > 0 ? phones.callAddress : null;
  // A number is often copied with its spaces and brackets.
  const plain = /^[+\d\s()./-]+$/.test(address) ? address.replace(/[\s()./-]/g, '') : address.trim();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const saved = (await saveMe({ callAddress: plain })).callAddress;
      onSaved(saved);
      setAddress(saved ?? '');
      say(t('common.saved'));
    } catch (problem) {
      setError((problem instanceof ApiProblem && problem.fields.callAddress) || wordsFor(problem));
    }
    setBusy(false);
  };
  return (
    <form className="card pad col g16" onSubmit={submit}>
      <h2 className="b">{t('profile.calls')}</h2>
      <TextInput
        label={t('profile.callAddress')}
        description={t('profile.callAddressHint')}
        maw={360}
        dir="ltr"
        inputMode="tel"
        autoComplete="tel"
        placeholder="+49 30 123456"
        value={address}
        error={error}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      {here && (
        <Checkbox
          label={t('profile.callsHere')}
          description={t('profile.callsHereHint', { inboxes: phones?.items.map((one) => one.inboxName).join(', ') })}
          checked={address === here}
          onChange={(event) => setAddress(event.currentTarget.checked ? here : '')}
        />
      )}
      {plain !== (me.callAddress ?? '') && (
        <div>
          <Button type="submit" loading={busy}>
            {t('common.save')}
          </Button>
        </div>
      )}
    </form>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const [form, setForm] = useState({ current: '', next: '' });
  const [error, setError] = useState<{ current?: string; next?: string }>({});
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await saveMe({ password: form });
      setForm({ current: '', next: '' });
      setError({});
      say(t('profile.passwordChanged'));
    } catch (problem) {
      const fields = problem instanceof ApiProblem ? problem.fields : {};
      const { 'password.current': current, 'password.next': next } = fields;
      setError(current || next ? { ...(current ? { current } : {}), ...(next ? { next } : {}) } : { next: wordsFor(problem) });
    }
  };
  return (
    <form className="card pad col g16" onSubmit={submit}>
      <h2 className="b">{t('profile.password')}</h2>
      <PasswordInput
        label={t('profile.currentPassword')}
        maw={360}
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={form.current}
        error={error.current}
        onChange={(event) => setForm({ ...form, current: event.currentTarget.value })}
      />
      <PasswordInput
        label={t('profile.newPassword')}
        maw={360}
        autoComplete="new-password"
        required
        withAsterisk={false}
        minLength={10}
        value={form.next}
        error={error.next}
        onChange={(event) => setForm({ ...form, next: event.currentTarget.value })}
      />
      {form.current && form.next && (
        <div>
          <Button type="submit">{t('profile.changePassword')}</Button>
        </div>
      )}
    </form>
  );
}
