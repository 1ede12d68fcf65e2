import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Decision, decideSuggestion, decideSuggestions, type Suggestion } from '~/api/customers/suggestions';
import { complainAbout } from '~/lib/problem';
import { say } from '~/lib/toast';

/** Decides about one or several suggestions and says what happened; a rejected one can be taken back at once. */
export function useDecide() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ['customers'] });
    void client.invalidateQueries({ queryKey: ['conversations'] });
  };
  const one = async (suggestion: Suggestion, decision: Decision) => {
    try {
      await decideSuggestion(suggestion.id, decision);
      if (decision === 'accept') say(t('merge.done'));
      if (decision === 'reject') say(t('suggest.rejected'), () => void one(suggestion, 'reopen'));
      if (decision === 'reopen') say(t('suggest.reopened'));
    } catch (error) {
      complainAbout(error);
    }
    refresh();
  };
  const many = async (ids: string[], decision: Decision) => {
    try {
      const done = await decideSuggestions(ids, decision);
      const failed = done.failed[0];
      say(t(decision === 'accept' ? 'suggest.acceptedMany' : 'suggest.rejectedMany', { count: done.decided }));
      if (failed) say(t('suggest.someFailed', { count: done.failed.length, why: failed.message }));
    } catch (error) {
      complainAbout(error);
    }
    refresh();
  };
  return { one, many };
}
