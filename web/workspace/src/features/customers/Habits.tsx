import { IconArrowBackUp, IconRepeat } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useHabits } from '~/api/customers/habits';
import { channelName } from '~/components/Channel';
import { agoWords, useNow } from '~/lib/time';

/** How this person likes to talk, in one sentence, and what was left open, so that nobody has to ask again. */
export function HabitsCard({ customerId, current }: { customerId: string; current?: string | undefined }) {
  const { t } = useTranslation();
  const now = useNow();
  const habits = useHabits(customerId).data;
  const sentence = useHabitSentence(customerId);
  const open = (habits?.leftOpen ?? []).filter((one) => one.conversationId !== current);
  if (!sentence && open.length === 0) return null;
  return (
    <>
      {sentence && (
        <p className="t13 i2" title={t('habit.basedOn', { count: habits?.basedOn ?? 0 })}>
          {sentence}
        </p>
      )}
      {open.length > 0 && (
        <>
          <h3 className="eyebrow">{t('habit.leftOpen')}</h3>
          <ul className="col g8">
            {open.map((one) => (
              <li key={`${one.conversationId} ${one.at}`}>
                <Link to="/inbox/$conversationId" params={{ conversationId: one.conversationId }} className="leftopen">
                  {one.kind === 'askedAgain' ? (
                    <IconRepeat size={15} stroke={1.7} aria-hidden />
                  ) : (
                    <IconArrowBackUp size={15} stroke={1.7} aria-hidden className="flips" />
                  )}
                  <span className="grow col start">
                    <span className="t13 cut2" dir="auto">
                      {one.text ?? t('habit.noSubject')}
                    </span>
                    <span className="t12 i3">
                      {t(one.kind === 'askedAgain' ? 'habit.askedAgain' : 'habit.unanswered', { time: agoWords(one.at, now) })}
                    </span>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** "Writes mostly on WhatsApp, between 18:00 and 22:00, answers within 10 min." Null where too little is known. */
export function useHabitSentence(customerId: string) {
  const { t, i18n } = useTranslation();
  const habits = useHabits(customerId).data;
  if (!habits?.channel) return null;
  const clock = (hour: number) =>
    new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2026, 0, 1, hour)));
  const parts = [t('habit.channel', { channel: channelName(habits.channel) })];
  if (habits.hours)
    parts.push(t('habit.hours', { from: clock(habits.hours.from), to: clock(habits.hours.to), zone: habits.hours.timeZone }));
  if (habits.answerMinutes != null)
    parts.push(
      habits.answerMinutes < 90
        ? t('habit.answersMinutes', { count: habits.answerMinutes })
        : t('habit.answersHours', { count: Math.round(habits.answerMinutes / 60) }),
    );
  return t('habit.sentence', { what: parts.join(t('habit.and')) });
}
