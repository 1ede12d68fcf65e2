import { useTranslation } from 'react-i18next';
import { useSuggestions } from '~/api/customers/suggestions';
import { flat } from '~/api/paging';
import { useMay } from '~/api/session';
import { SuggestionCard } from './SuggestionCard';
import { useDecide } from './useDecide';

/** On a profile: who else this may be. Out of sight where nobody is likely. */
export function SuggestedHere({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const mayDecide = useMay('customers.merge');
  const items = flat(useSuggestions('open', customerId).data);
  const { one } = useDecide();
  if (items.length === 0) return null;
  return (
    <section className="card suggestions" aria-label={t('suggest.here')}>
      <h3 className="eyebrow">{t('suggest.here')}</h3>
      <ul>
        {items.slice(0, 3).map((item) => (
          <li key={item.id}>
            <SuggestionCard suggestion={item} mayDecide={mayDecide} decide={one} chosen={null} />
          </li>
        ))}
      </ul>
    </section>
  );
}
