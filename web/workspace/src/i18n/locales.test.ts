import { describe, expect, it } from 'vitest';
import ar from './locales/ar.json';
import de from './locales/de.json';
import en from './locales/en.json';

type Texts = { [key: string]: string | Texts };
const flat = (texts: Texts, path = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`),
  );
const plural = /_(zero|one|two|few|many|other)$/;
const names = (texts: Texts) => [...new Set(flat(texts).map(([key]) => key.replace(plural, '')))].sort();
const variables = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1]).sort();

describe.each([
  ['de', de],
  ['ar', ar],
] as const)('%s', (language, texts: Texts) => {
  it('has every text, and none too many', () => expect(names(texts)).toEqual(names(en)));

  it('has every plural form of its language', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const keys = new Set(flat(texts).map(([key]) => key));
    const bases = [...keys].filter((key) => plural.test(key)).map((key) => key.replace(plural, ''));
    for (const base of new Set(bases)) for (const form of forms) expect(keys).toContain(`${base}_${form}`);
  });

  it('fills in the same variables', () => {
    const english = new Map(flat(en).map(([key, text]) => [key.replace(plural, ''), variables(text)]));
    for (const [key, text] of flat(texts)) expect([key, variables(text)]).toEqual([key, english.get(key.replace(plural, ''))]);
  });
});
