import { IconCheck, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CheckResult } from '~/api/types';

/** Each link of the chain, and how to mend the one that is broken. */
export function CheckSteps({ result }: { result: CheckResult }) {
  const { t } = useTranslation();
  return (
    <ul className="checks" aria-live="polite">
      {result.steps.map((step) => (
        <li key={step.name} className="row row-12 top">
          <i className={step.ok ? 'ok' : 'no'} role="img" aria-label={t(step.ok ? 'connect.works' : 'connect.broken')}>
            {step.ok ? <IconCheck size={14} stroke={2.2} aria-hidden /> : <IconX size={14} stroke={2.2} aria-hidden />}
          </i>
          <span className="grow">
            <b>{step.name}</b> <span className="i2">{step.message}</span>
            {step.fix && <span className="block bad-ink">{step.fix}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
