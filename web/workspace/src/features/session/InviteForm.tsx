import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { acceptInvite, useInvite } from '~/api/agents';
import { ApiProblem } from '~/api/http';
import type { Session } from '~/api/types';
import { Failure } from '~/components/parts';
import { wordsFor } from '~/lib/problem';
import { Door } from './Door';
import { shortestPassword } from './SetupForm';

export function AcceptInvite({ token, onDone }: { token: string; onDone: (session: Session) => void }) {
  const { t } = useTranslation();
  const invite = useInvite(token);
  const [name, setName] = useState<string | null>(null);
  const [password, setPassword] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  if (invite.isPending) return <main className="door" aria-busy="true" />;
  if (invite.isError)
    return (
      <Door title={t('invite.gone')}>
        <Failure title={t('invite.goneTitle')} error={invite.error} />
      </Door>
    );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (password.length < shortestPassword) return setErrors({ password: t('password.tooShort', { n: shortestPassword }) });
    setBusy(true);
    try {
      onDone(await acceptInvite(token, { name: (name ?? invite.data.name).trim(), password }));
    } catch (problem) {
      setBusy(false);
      const fields = problem instanceof ApiProblem ? problem.fields : {};
      setErrors(Object.keys(fields).length > 0 ? fields : { password: wordsFor(problem) });
    }
  };
  return (
    <Door title={t('invite.title', { workspace: invite.data.workspaceName })} intro={<bdi dir="ltr">{invite.data.email}</bdi>}>
      <form className="col g12" onSubmit={submit}>
        <TextInput
          label={t('setup.name')}
          size="md"
          autoComplete="name"
          required
          withAsterisk={false}
          error={errors.name}
          value={name ?? invite.data.name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <PasswordInput
          label={t('invite.choosePassword')}
          description={t('password.hint', { n: shortestPassword })}
          size="md"
          autoComplete="new-password"
          required
          withAsterisk={false}
          error={errors.password}
          value={password}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        <Button type="submit" size="md" fullWidth loading={busy}>
          {t('invite.submit')}
        </Button>
      </form>
    </Door>
  );
}
