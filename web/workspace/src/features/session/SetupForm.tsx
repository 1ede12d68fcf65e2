import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '~/api/http';
import { setUp } from '~/api/session';
import type { Session } from '~/api/types';
import { wordsFor } from '~/lib/problem';

export const shortestPassword = 10;

/** The first visitor proves with the code from the console that the server is theirs, and becomes its owner. */
export function SetupForm({ onDone }: { onDone: (session: Session) => void }) {
  const { t } = useTranslation();
  const [form, setForm] = useState({ code: '', workspaceName: '', name: '', email: '', password: '' });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const field = (name: keyof typeof form) => ({
    value: form[name],
    error: errors[name],
    size: 'md' as const,
    required: true,
    withAsterisk: false,
    onChange: (e: { currentTarget: { value: string } }) => setForm({ ...form, [name]: e.currentTarget.value }),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (form.password.length < shortestPassword) return setErrors({ password: t('password.tooShort', { n: shortestPassword }) });
    setBusy(true);
    try {
      onDone(await setUp({ ...form, code: form.code.trim() }));
    } catch (problem) {
      setBusy(false);
      const said = problem instanceof ApiProblem ? problem : null;
      if (said?.code === 'wrong_code') setErrors({ code: t('setup.wrongCode') });
      else if (said && Object.keys(said.fields).length > 0) setErrors(said.fields);
      else setErrors({ password: wordsFor(problem) });
    }
  };
  return (
    <form className="col g12" onSubmit={submit}>
      <TextInput label={t('setup.code')} description={t('setup.codeHint')} autoComplete="one-time-code" data-autofocus {...field('code')} />
      <TextInput
        label={t('setup.workspace')}
        placeholder={t('setup.workspaceExample')}
        autoComplete="organization"
        {...field('workspaceName')}
      />
      <TextInput label={t('setup.name')} autoComplete="name" {...field('name')} />
      <TextInput label={t('signIn.email')} type="email" autoComplete="username" {...field('email')} />
      <PasswordInput
        label={t('signIn.password')}
        description={t('password.hint', { n: shortestPassword })}
        autoComplete="new-password"
        {...field('password')}
      />
      <Button type="submit" size="md" fullWidth loading={busy}>
        {t('setup.submit')}
      </Button>
    </form>
  );
}
