import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '~/components/Page';

/** Steps at the start side with what was decided, one thing per page beside them. */
export function Wizard({
  title,
  at,
  decided,
  wide,
  children,
}: {
  title: string;
  at: number;
  decided: (string | undefined)[];
  wide?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const steps = [t('connect.step.choose'), t('connect.step.settings'), t('connect.step.check')];
  return (
    <Page label={title} title={title} back={{ to: '/settings/inboxes' }}>
      <div className={`wizard ${wide ? 'wide' : ''}`}>
        <ol className="stepper">
          {steps.map((step, i) => (
            <li key={step} className={i < at ? 'done' : i === at ? 'now' : ''} aria-current={i === at ? 'step' : undefined}>
              <i>{i < at ? <IconCheck size={14} aria-hidden /> : i + 1}</i>
              <span>
                <span className={i <= at ? 'b' : ''}>{step}</span>
                {decided[i] && <span className="i2 t12 block">{decided[i]}</span>}
              </span>
            </li>
          ))}
        </ol>
        <div className={wide ? 'shelves' : 'narrow'}>{children}</div>
      </div>
    </Page>
  );
}
