import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiProblem, call } from './http';
import type { Me, Permission, Session, SetupForm, SetupState } from './types';

export const sessionKey = ['session'] as const;

export const signIn = (email: string, password: string) => call<Session>('/session', { method: 'POST', body: { email, password } });
export const signInToDemo = () => call<Session>('/session/demo', { method: 'POST' });
export const signOut = () => call<void>('/session', { method: 'DELETE' });
export const setUp = (form: SetupForm) => call<Session>('/setup', { method: 'POST', body: form });
export const saveMe = (
  change: Partial<Pick<Me, 'name' | 'locale' | 'theme' | 'density' | 'singleKeys' | 'callAddress'>> & {
    password?: { current: string; next: string };
  },
) => call<Me>('/me', { method: 'PATCH', body: change });

export const useSetup = (enabled: boolean) => useQuery({ queryKey: ['setup'], queryFn: () => call<SetupState>('/setup'), enabled });

/** null: nobody is signed in. */
export const useSessionQuery = () =>
  useQuery({
    queryKey: sessionKey,
    queryFn: async ({ client }) => {
      try {
        return await call<Session>('/session');
      } catch (problem) {
        // A session that ended under way keeps the page: signing in again happens over it.
        if (problem instanceof ApiProblem && problem.status === 401 && !client.getQueryData(sessionKey)) return null;
        throw problem;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Inside the shell somebody is always signed in. */
export function useSession(): Session {
  const session = useQueryClient().getQueryData<Session | null>(sessionKey);
  const { data } = useSessionQuery();
  const known = data ?? session;
  if (!known) throw new Error('Used outside a session');
  return known;
}
export const useMay = (permission: Permission) => useSession().permissions.includes(permission);
