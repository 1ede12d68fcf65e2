import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Copyable } from '~/components/parts';
import { redirectOf } from './catalogue';

type Props = { name: string; webhookUrl: string | null; busy: boolean; onSignIn: () => void; quiet?: boolean };
/** For providers where an admin signs in: saved first, so that nothing typed is lost on the way there and back. */
export function SignInCard({ name, webhookUrl, busy, onSignIn, quiet }: Props) {
  const { t } = useTranslation();
  return (
    <section className="card pad col g12">
      <p className="t13 i2">{t('connect.signInText', { channel: name })}</p>
      <div>
        <p className="fieldlabel">{t('connect.redirect')}</p>
        <Copyable value={redirectOf(webhookUrl)} label={t('connect.copyRedirect')} />
        <p className="t12 i3 hint">{t('connect.redirectText')}</p>
      </div>
      <div>
        <Button
          size={quiet ? 'sm' : 'md'}
          variant={quiet ? 'default' : 'filled'}
          loading={busy}
          onClick={onSignIn}
          rightSection={<IconExternalLink size={16} stroke={1.8} />}
        >
          {t('connect.signIn', { channel: name })}
        </Button>
      </div>
    </section>
  );
}
