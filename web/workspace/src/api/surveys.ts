import { useQuery } from '@tanstack/react-query';
import { call, query } from './http';
import type { Page } from './paging';
import type { components } from './schema';

type Schemas = components['schemas'];
export type Survey = Schemas['SurveyView'];
export type SurveySettings = Schemas['SurveySettingsView'];

export const surveysKey = ['surveys'] as const;
export const useSurveys = (customer: string) =>
  useQuery({
    queryKey: [...surveysKey, customer],
    queryFn: async () => (await call<Page<Survey>>(`/surveys${query({ customer, limit: 20 })}`)).items,
    staleTime: 30_000,
  });
export const useSurveySettings = () =>
  useQuery({ queryKey: [...surveysKey, 'settings'], queryFn: () => call<SurveySettings>('/surveys/settings') });
export const useSurveySummary = () =>
  useQuery({ queryKey: [...surveysKey, 'summary'], queryFn: () => call<Schemas['SurveySummaryView']>('/surveys/summary?days=30') });
export const saveSurveySettings = (body: SurveySettings) => call<SurveySettings>('/surveys/settings', { method: 'PUT', body });
