import { useTranslation } from 'react-i18next';

const known = new Set(['name', 'company', 'tier', 'language', 'timeZone', 'blocked', 'photo']);

/** A field of a profile as people call it; the workspace's own ones by their key. */
export function useFieldName() {
  const { t } = useTranslation();
  return (field: string) => (known.has(field) ? t(`field.${field as 'name'}`) : field.replace(/^custom\./, ''));
}
