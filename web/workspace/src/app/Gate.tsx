import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signInToDemo, useSessionQuery, useSetup } from '~/api/session';
import { Logo } from '~/components/Channel';
import { Failure, useLate } from '~/components/parts';
import { Door } from '~/features/session/Door';
import { SetupForm } from '~/features/session/SetupForm';
import { SignInForm } from '~/features/session/SignIn';
import { wordsFor } from '~/lib/problem';
import { enter } from './account';
import { Inside } from './Inside';

/** `./run demo` prints an address with this in it. */
const asksForDemo = new URLSearchParams(location.search).has('demo');

/** Who may come in: setup first, then a session, then the workspace. */
export function Gate() {
  const { t } = useTranslation();
  const session = useSessionQuery();
  const late = useLate(session.isPending);
  const failed = session.isError && session.data === undefined;
  const { refetch } = session;
  useEffect(() => {
    if (!failed) return;
    const timer = setInterval(() => void refetch(), 4000);
    return () => clearInterval(timer);
  }, [failed, refetch]);

  if (session.data) return <Inside key={session.data.me.id} />;
  if (failed)
    return (
      <main className="door">
        <Failure title={t('gate.unreachable')} error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  if (session.isPending) return <main className="door">{late && <Logo size={52} />}</main>;
  return <Outside />;
}

function Outside() {
  const { t } = useTranslation();
  const setup = useSetup(true);
  const [demoError, setDemoError] = useState<unknown>(null);
  const demo = () => signInToDemo().then(enter, setDemoError);
  const wantsDemo = asksForDemo && setup.data !== undefined && !setup.data.needed;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once
  useEffect(() => {
    if (wantsDemo) void demo();
  }, [wantsDemo]);

  if (setup.isPending || (wantsDemo && !demoError)) return <main className="door" aria-busy="true" />;
  if (setup.data?.needed)
    return (
      <Door title={t('setup.title')} intro={t('setup.intro')}>
        <SetupForm onDone={enter} />
      </Door>
    );
  return (
    <Door title={t('signIn.title')}>
      <SignInForm onSignedIn={enter} />
      {setup.data?.demo && (
        <>
          <hr className="hr" />
          <Button variant="default" size="md" fullWidth onClick={() => void demo()}>
            {t('signIn.demo')}
          </Button>
          {demoError !== null && (
            <p className="t12 bad-ink" role="alert">
              {wordsFor(demoError)}
            </p>
          )}
        </>
      )}
    </Door>
  );
}
