import { useQuery } from '@tanstack/react-query';
import { call } from '../http';
import type { components } from '../schema';
import { customerKey } from './customers';

export type Habits = components['schemas']['HabitsView'];
export const useHabits = (id: string) =>
  useQuery({ queryKey: [...customerKey(id), 'habits'], queryFn: () => call<Habits>(`/customers/${id}/habits`), staleTime: 60_000 });
