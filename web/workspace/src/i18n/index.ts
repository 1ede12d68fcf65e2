import i18n from 'i18next';
import { initReactI18next } from 'react-i18next';
import { read, write } from '~/lib/storage';
import en from './locales/en.json';

/** English is always loaded, as the fallback; the others come when somebody chose them. */
const others: Record<string, () => Promise<{ default: object }>> = {
  de: () => import('./locales/de.json'),
  ar: () => import('./locales/ar.json'),
};
export const locales = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
  { value: 'ar', label: 'العربية' },
] as const;

const key = 'braid.locale';
const known = (locale: string) => {
  const language = locale.toLowerCase().split('-')[0] ?? 'en';
  return locales.some((one) => one.value === language) ? language : undefined;
};
export const chosenLocale = () => known(read(key, '')) ?? navigator.languages.map(known).find(Boolean) ?? 'en';
export const directionOf = (locale: string): 'rtl' | 'ltr' => (known(locale) === 'ar' ? 'rtl' : 'ltr');

export async function startI18n(locale: string) {
  await i18n.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: 'en',
    fallbackLng: 'en',
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await applyLocale(locale);
}

/** Named by the person on their profile; kept here too, for the sign-in page. */
export async function applyLocale(wanted: string) {
  const locale = known(wanted) ?? 'en';
  const load = others[locale];
  if (load && !i18n.hasResourceBundle(locale, 'translation')) i18n.addResourceBundle(locale, 'translation', (await load()).default);
  if (i18n.language !== locale) await i18n.changeLanguage(locale);
  document.documentElement.lang = locale;
  document.documentElement.dir = directionOf(locale);
  write(key, locale);
}
