import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Copyable } from '~/components/parts';

type Known = { webhookUrl: string | null; verifyToken: string | null; snippet: string | null };

/** What to do at the provider, with our addresses ready to copy. */
export function ConnectSteps({ steps, known }: { steps: string[]; known: Known }) {
  const { t } = useTranslation();
  const label = { webhookUrl: t('connect.copyUrl'), verifyToken: t('connect.copyToken'), snippet: t('connect.copySnippet') };
  return (
    <ol className="connectsteps">
      {steps.map((step) => (
        <li key={step}>
          {step.split(/(\{(?:webhookUrl|verifyToken|snippet)\})/).map((part, i) => {
            const name = part.slice(1, -1) as keyof Known;
            if (!part.startsWith('{') || !(name in label)) return <Fragment key={i}>{part}</Fragment>;
            const value = known[name];
            return value ? (
              <Copyable key={i} value={value} label={label[name]} block={name === 'snippet'} />
            ) : (
              <em key={i} className="i3">
                {t(`connect.later.${name}`)}
              </em>
            );
          })}
        </li>
      ))}
    </ol>
  );
}
