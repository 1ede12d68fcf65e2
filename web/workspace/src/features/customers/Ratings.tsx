import { useTranslation } from 'react-i18next';
import { useSurveys } from '~/api/surveys';
import { Tag } from '~/components/parts';
import { ago, useNow } from '~/lib/time';

/** How satisfied they were after earlier conversations; nothing while nobody answered. */
export function Ratings({ customerId, card }: { customerId: string; card?: boolean }) {
  const { t } = useTranslation();
  const now = useNow();
  const answers = (useSurveys(customerId).data ?? []).filter((one) => one.rating !== null).slice(0, 3);
  if (answers.length === 0) return null;
  return (
    <section className={card ? 'card' : undefined}>
      <h3 className="eyebrow">{t('survey.title')}</h3>
      <ul className="col g8">
        {answers.map((one) => (
          <li key={one.id} className="row row-12 top">
            <Tag tone={(one.rating ?? 0) >= 4 ? 'good' : (one.rating ?? 0) <= 2 ? 'bad' : 'warn'}>
              {t('survey.of5', { n: one.rating ?? 0 })}
            </Tag>
            <span className="col grow">
              {one.comment && (
                <span className="t13 cut2" dir="auto">
                  {one.comment}
                </span>
              )}
              <span className="t12 i3">
                <bdi>{one.agent}</bdi> · {one.answeredAt && ago(one.answeredAt, now)}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
