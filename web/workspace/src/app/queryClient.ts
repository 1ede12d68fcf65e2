import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '~/api/http';

/** Events keep what is on screen true, so nothing is read again merely because a window came back. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && error instanceof ApiProblem && error.passing && error.status !== 401,
    },
    mutations: { networkMode: 'always' },
  },
});
