import { Modal } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionKey, useSession } from '~/api/session';
import { Boundary } from '~/components/parts';
import { SignInForm } from '~/features/session/SignIn';
import { OpenTicket } from '~/features/tickets/OpenTicket';
import { listenForKeys } from '~/lib/actions';
import { connection, setConnection } from '~/lib/connection';
import { AppActions } from './AppActions';
import { enter } from './account';
import { goLive } from './live';
import { outboxOf } from './outbox';
import { Palette } from './Palette';
import { queryClient } from './queryClient';
import { ScreenPop } from './ScreenPop';
import { Shell } from './Shell';
import { ShortcutSheet } from './ShortcutSheet';
import { Softphone } from './Softphone';
import { ToastBar } from './ToastBar';

/** Everything that lives as long as one person is signed in. */
export function Inside() {
  const { t } = useTranslation();
  const { me, workspace } = useSession();
  useEffect(() => {
    const outbox = outboxOf(workspace.id, me.id);
    void outbox.flush();
    const stopLive = goLive(
      queryClient,
      () => me.id,
      () => void outbox.flush(),
    );
    return () => {
      stopLive();
      outbox.stop();
    };
  }, [me.id, workspace.id]);
  useEffect(() => listenForKeys(() => me.singleKeys), [me.singleKeys]);
  return (
    <>
      <AppActions />
      <Shell>
        <Boundary title={t('problem.page')}>
          <Outlet />
        </Boundary>
      </Shell>
      <Palette />
      <ShortcutSheet />
      <OpenTicket />
      <ScreenPop />
      <Softphone />
      <ToastBar />
      <SessionOver />
    </>
  );
}

/** Over the page, so that nothing written is lost. */
function SessionOver() {
  const { t } = useTranslation();
  const { me, workspace } = useSession();
  const over = connection.use((now) => now.signedOut);
  return (
    <Modal
      opened={over}
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      centered
      title={<b>{t('sessionOver.title')}</b>}
    >
      <p className="t13 i2 pad-b">{t('sessionOver.text')}</p>
      <SignInForm
        email={me.email}
        onSignedIn={(session) => {
          setConnection({ signedOut: false });
          if (session.me.id === me.id) {
            queryClient.setQueryData(sessionKey, session);
            void queryClient.invalidateQueries();
          } else enter(session);
          void outboxOf(workspace.id, me.id).flush();
        }}
      />
    </Modal>
  );
}
