import { useTranslation } from 'react-i18next';
import type { LikenessReason } from '~/api/customers/suggestions';

const against = new Set(['namesApart', 'otherSignedUser']);
const known = [
  'provenBoth',
  'provenAndStated',
  'statedBoth',
  'sameMailbox',
  'similarAddress',
  'sameName',
  'sameCompany',
  'mergedThere',
  'namesApart',
  'otherSignedUser',
] as const;
const isKnown = (kind: string): kind is (typeof known)[number] => (known as readonly string[]).includes(kind);

/** Why two profiles may be one person, in words; what speaks against it comes last. */
export function useReasons() {
  const { t } = useTranslation();
  return (reasons: readonly LikenessReason[]) =>
    reasons
      .filter((reason) => isKnown(reason.kind))
      .map((reason) => ({
        key: `${reason.kind} ${reason.value ?? ''}`,
        against: against.has(reason.kind),
        text: isKnown(reason.kind) ? t(`suggest.reason.${reason.kind}`, { value: reason.value ?? '', other: reason.other ?? '' }) : '',
      }));
}
