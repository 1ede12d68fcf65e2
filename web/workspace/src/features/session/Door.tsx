import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '~/components/Channel';

/** The frame around everything one sees before being inside. */
export function Door({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <main className="door scroll">
      <div className="col g16">
        <div className="col g12 head">
          <Logo size={52} />
          <h1 className="t20 b">{title}</h1>
          {intro && <p className="t13 i2">{intro}</p>}
        </div>
        <div className="card">{children}</div>
        <p className="t12 i3 foot">{t('signIn.foot')}</p>
      </div>
    </main>
  );
}
