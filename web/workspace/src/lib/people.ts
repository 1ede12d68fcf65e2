import i18n from 'i18next';

/** What to call somebody we may not know the name of. */
export const nameOf = (person: { name: string | null; address: string | null }) =>
  person.name ?? person.address ?? i18n.t('customer.unnamed');
export const firstName = (person: { name: string | null; address: string | null }) => person.name?.trim().split(/\s+/)[0] ?? nameOf(person);
