import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '~/api/http';
import { signIn } from '~/api/session';
import type { Session } from '~/api/types';
import { wordsFor } from '~/lib/problem';

type Props = { email?: string; onSignedIn: (session: Session) => void };
export function SignInForm({ email: known, onSignedIn }: Props) {
  const { t } = useTranslation();
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      onSignedIn(await signIn(email.trim(), password));
    } catch (problem) {
      const code = problem instanceof ApiProblem ? problem.code : '';
      setError(
        code === 'wrong_credentials'
          ? t('signIn.wrong')
          : code === 'too_many_attempts' && !(problem as ApiProblem).detail
            ? t('signIn.tooMany')
            : wordsFor(problem),
      );
      setBusy(false);
    }
  };
  return (
    <form className="col g12" onSubmit={submit}>
      <TextInput
        label={t('signIn.email')}
        type="email"
        size="md"
        autoComplete="username"
        required
        withAsterisk={false}
        value={email}
        onChange={(e) => setEmail(e.currentTarget.value)}
        data-autofocus={!known || undefined}
      />
      <PasswordInput
        label={t('signIn.password')}
        size="md"
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={password}
        onChange={(e) => setPassword(e.currentTarget.value)}
        error={error}
        data-autofocus={known ? true : undefined}
      />
      <Button type="submit" size="md" fullWidth loading={busy}>
        {t('signIn.submit')}
      </Button>
    </form>
  );
}
