import { saveMe, sessionKey, signOut } from '~/api/session';
import type { Me, Session } from '~/api/types';
import { complainAbout } from '~/lib/problem';
import { queryClient } from './queryClient';

const put = (change: Partial<Me>) =>
  queryClient.setQueryData<Session | null>(sessionKey, (old) => (old ? { ...old, me: { ...old.me, ...change } } : old));

/** Somebody came in: nothing read for anybody else stays. */
export function enter(session: Session) {
  queryClient.setQueryData(sessionKey, session);
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] });
}

/** Shown at once; the server keeps it for the next browser. */
export async function setTheme(theme: Me['theme']) {
  const before = queryClient.getQueryData<Session>(sessionKey)?.me.theme;
  put({ theme });
  try {
    await saveMe({ theme });
  } catch (error) {
    if (before) put({ theme: before });
    complainAbout(error);
  }
}

export async function leave() {
  try {
    await signOut();
  } catch (error) {
    return complainAbout(error);
  }
  queryClient.clear();
  location.assign('/app/');
}
