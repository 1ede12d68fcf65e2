import { useQuery } from '@tanstack/react-query';
import { call } from './http';
import type { components } from './schema';

export type Phones = components['schemas']['BrowserPhonesView'];

/** Tokens live an hour; asking again makes new ones. */
export const getPhones = () => call<Phones>('/calls/phones', { method: 'POST' });
export const usePhones = () => useQuery({ queryKey: ['phones'], queryFn: getPhones, staleTime: Number.POSITIVE_INFINITY });
