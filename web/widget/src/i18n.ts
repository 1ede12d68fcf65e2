import { ar } from './locales/ar';
import { de } from './locales/de';
import { en, type Texts } from './locales/en';
import { es } from './locales/es';
import { fr } from './locales/fr';

const all: Record<string, Texts> = { en, de, fr, es, ar };
const rightToLeft = new Set(['ar', 'he', 'fa', 'ur', 'ps', 'sd', 'ug', 'yi', 'dv']);

export class Words {
  readonly locale: string;
  readonly dir: 'ltr' | 'rtl';
  private texts: Texts;

  /** The first wish that we speak; dates and numbers follow its region. */
  constructor(wishes: readonly string[]) {
    const spoken = wishes.find((wish) => valid(wish) && all[base(wish)]) ?? 'en';
    this.locale = spoken;
    this.texts = all[base(spoken)] ?? en;
    this.dir = rightToLeft.has(base(spoken)) ? 'rtl' : 'ltr';
  }

  t = (key: keyof Texts, values: Record<string, string | number> = {}) =>
    this.texts[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));

  number = (n: number) => new Intl.NumberFormat(this.locale).format(n);

  /** "3 minutes", "2 Stunden": what Intl knows, no table has to. */
  span(seconds: number) {
    const [unit, n] = seconds < 90 * 60 ? (['minute', Math.max(1, Math.round(seconds / 60))] as const) : (['hour', Math.round(seconds / 3600)] as const);
    return new Intl.NumberFormat(this.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(n);
  }

  until(at: Date, now = new Date()) {
    const minutes = Math.max(1, Math.round((at.getTime() - now.getTime()) / 60_000));
    const format = new Intl.RelativeTimeFormat(this.locale);
    return minutes < 90 ? format.format(minutes, 'minute') : minutes < 36 * 60 ? format.format(Math.round(minutes / 60), 'hour') : format.format(Math.round(minutes / 1440), 'day');
  }

  time = (at: Date) => new Intl.DateTimeFormat(this.locale, { hour: '2-digit', minute: '2-digit' }).format(at);

  /** The time alone within a day, else with its weekday. */
  moment(at: Date, now = new Date()) {
    const near = at.getTime() - now.getTime() < 24 * 3_600_000;
    return near ? this.time(at) : new Intl.DateTimeFormat(this.locale, { weekday: 'long', hour: '2-digit', minute: '2-digit' }).format(at);
  }

  day(at: Date, now = new Date()) {
    const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
    if (days === 0) return this.t('today');
    if (days === 1) return this.t('yesterday');
    return new Intl.DateTimeFormat(this.locale, { day: 'numeric', month: 'long', ...(at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }) }).format(at);
  }

  size(bytes: number) {
    const [unit, n] = bytes < 1_000_000 ? (['kilobyte', bytes / 1000] as const) : (['megabyte', bytes / 1_000_000] as const);
    return new Intl.NumberFormat(this.locale, { style: 'unit', unit, maximumFractionDigits: n < 10 ? 1 : 0 }).format(n);
  }
}

const base = (locale: string) => locale.toLowerCase().split(/[-_]/)[0] ?? '';
const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

function valid(locale: string) {
  try {
    return Intl.getCanonicalLocales(locale).length === 1;
  } catch {
    return false;
  }
}
