import ar from './locales/ar.json?url';
import de from './locales/de.json?url';
import { en, type Texts } from './locales/en';
import es from './locales/es.json?url';
import fr from './locales/fr.json?url';

// A visitor loads one language beside English.
const packs: Record<string, string | Texts> = { en, ar, de, es, fr };
export class Words {
  readonly dir: 'ltr' | 'rtl';

  constructor(
    readonly locale: string,
    private texts: Texts,
  ) {
    this.dir = base(locale) === 'ar' ? 'rtl' : 'ltr';
  }

  /** The first wish that we speak; dates and numbers follow its region. A language that can't be loaded is English. */
  static async load(wishes: readonly string[]): Promise<Words> {
    const spoken = wishes.find((wish) => valid(wish) && packs[base(wish)]) ?? 'en';
    const pack = packs[base(spoken)] ?? en;
    try {
      return new Words(spoken, typeof pack === 'string' ? named((await (await fetch(pack)).json()) as string[]) : pack);
    } catch {
      return new Words('en', en);
    }
  }

  t = (key: keyof Texts, values: Record<string, string | number> = {}) =>
    this.texts[key].replace(/\{(\w+)\}/g, (_, name: string) => this.isolate(String(values[name] ?? '')));

  /** A name of the other direction keeps its own order and does not turn the sentence around it. */
  private isolate = (value: string) => (/[\u0590-\u08ff]/.test(value) !== (this.dir === 'rtl') ? `\u2068${value}\u2069` : value);

  number = (n: number) => new Intl.NumberFormat(this.locale).format(n);

  /** "3 minutes", "2 Stunden": what Intl knows, no table has to. */
  span(seconds: number) {
    const [unit, n] =
      seconds < 90 * 60 ? (['minute', Math.max(1, Math.round(seconds / 60))] as const) : (['hour', Math.round(seconds / 3600)] as const);
    return new Intl.NumberFormat(this.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(n);
  }

  until(at: Date, now = new Date()) {
    const minutes = Math.max(1, Math.round((at.getTime() - now.getTime()) / 60_000));
    const format = new Intl.RelativeTimeFormat(this.locale);
    return minutes < 90
      ? format.format(minutes, 'minute')
      : minutes < 36 * 60
        ? format.format(Math.round(minutes / 60), 'hour')
        : format.format(Math.round(minutes / 1440), 'day');
  }

  time = (at: Date) => new Intl.DateTimeFormat(this.locale, { hour: 'numeric', minute: '2-digit' }).format(at);

  /** The time alone within a day, else with its weekday. */
  moment(at: Date, now = new Date()) {
    const near = at.getTime() - now.getTime() < 24 * 3_600_000;
    return near ? this.time(at) : new Intl.DateTimeFormat(this.locale, { weekday: 'long', hour: 'numeric', minute: '2-digit' }).format(at);
  }

  day(at: Date, now = new Date()) {
    const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
    if (days === 0) return this.t('today');
    if (days === 1) return this.t('yesterday');
    return new Intl.DateTimeFormat(this.locale, {
      day: 'numeric',
      month: 'long',
      ...(at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }),
    }).format(at);
  }

  size(bytes: number) {
    const [unit, n] = bytes < 1_000_000 ? (['kilobyte', bytes / 1000] as const) : (['megabyte', bytes / 1_000_000] as const);
    return new Intl.NumberFormat(this.locale, { style: 'unit', unit, maximumFractionDigits: n < 10 ? 1 : 0 }).format(n);
  }
}

/** The build ships the texts alone, in the order of the English ones (vite.config.ts). */
const named = (list: string[]) => Object.fromEntries(Object.keys(en).map((key, i) => [key, list[i]])) as Texts;

const base = (locale: string) => locale.toLowerCase().split(/[-_]/)[0] ?? '';
const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

function valid(locale: string) {
  try {
    return Intl.getCanonicalLocales(locale).length === 1;
  } catch {
    return false;
  }
}
