import i18n from 'i18next';
import { ApiProblem } from '~/api/http';
import { complain } from './toast';

/** The server's sentence where it gave one, else ours. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof ApiProblem)) return error instanceof Error && error.message ? error.message : i18n.t('problem.unknown');
  if (error.detail) return error.detail;
  if (error.status === 0) return i18n.t('problem.unreachable');
  if (error.status === 403) return i18n.t('problem.forbidden');
  if (error.status === 404) return i18n.t('problem.notFound');
  if (error.status === 503) return i18n.t('problem.database');
  return i18n.t('problem.status', { status: error.status });
}
/**
 * For commands whose failure has no better place on the screen. A lost session shows itself; why nothing goes just now stands
 * in the line at the top, so here is only said what it means for this command.
 */
export const complainAbout = (error: unknown) => {
  if (error instanceof ApiProblem && error.status === 401) return;
  complain(isAway(error) ? i18n.t('problem.notDone') : wordsFor(error));
};
/** Braid or its database can't be reached: the whole workspace is told by the line at the top. */
export const isAway = (error: unknown) => error instanceof ApiProblem && (error.status === 0 || error.code === 'database_unavailable');
