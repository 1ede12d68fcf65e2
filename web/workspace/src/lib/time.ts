import i18n from 'i18next';
import { useEffect } from 'react';
import { createStore } from './store';

const minute = 60_000;
const hour = 60 * minute;
const dayLength = 24 * hour;

const clock = createStore(Date.now());
let ticking = 0;
let timer: ReturnType<typeof setInterval> | undefined;
/** The current time, moving each half minute: one clock for all that shows how long something waits. */
export function useNow() {
  useEffect(() => {
    if (ticking++ === 0) {
      clock.set(Date.now());
      timer = setInterval(() => clock.set(Date.now()), 30_000);
    }
    return () => {
      if (--ticking === 0) clearInterval(timer);
    };
  }, []);
  return clock.use();
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** The region of the browser, where it speaks the chosen language: en-GB has a 24-hour clock, en-US has not. */
const region = () => (navigator.language.split('-')[0] === i18n.language ? navigator.language : i18n.language);
function format(options: Intl.DateTimeFormatOptions) {
  const locale = region();
  const key = locale + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, options);
    formats.set(key, made);
  }
  return made;
}
type When = string | number;
const date = (when: When) => new Date(when);
export const clockTime = (when: When) => format({ hour: '2-digit', minute: '2-digit' }).format(date(when));
export const fullTime = (when: When) => format({ dateStyle: 'medium', timeStyle: 'medium' }).format(date(when));
export const dayAndTime = (when: When) =>
  format({ weekday: 'short', hour: '2-digit', minute: '2-digit', day: 'numeric', month: 'short' }).format(date(when));
export const shortDate = (when: When, now = Date.now()) =>
  format(date(when).getFullYear() === new Date(now).getFullYear() ? { day: 'numeric', month: 'short' } : { dateStyle: 'medium' }).format(
    date(when),
  );

/** "6 min", "1 h 12", "2 d". */
export function span(milliseconds: number) {
  const ms = Math.max(0, milliseconds);
  if (ms < minute) return i18n.t('time.now');
  if (ms < hour) return i18n.t('time.minutes', { n: Math.floor(ms / minute) });
  if (ms < dayLength) {
    const hours = Math.floor(ms / hour);
    const minutes = Math.floor((ms % hour) / minute);
    return minutes > 0 && hours < 10
      ? i18n.t('time.hoursMinutes', { h: hours, m: String(minutes).padStart(2, '0') })
      : i18n.t('time.hours', { n: hours });
  }
  return i18n.t('time.days', { n: Math.floor(ms / dayLength) });
}
/** Relative under 24 hours, then the date. */
export const ago = (when: When, now: number) => {
  const passed = now - date(when).getTime();
  return passed < dayLength ? span(passed) : shortDate(when, now);
};
/** For the middle of a sentence: "3 min ago", "just now", "12 Sept". */
export function agoWords(when: When, now: number) {
  const passed = now - date(when).getTime();
  if (passed < minute) return i18n.t('time.justNow');
  return passed < dayLength ? i18n.t('time.ago', { time: span(passed) }) : shortDate(when, now);
}
export function dayName(when: When, now = Date.now()) {
  const words = format({ weekday: 'long', day: 'numeric', month: 'long' }).format(date(when));
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(when).setHours(0, 0, 0, 0)) / dayLength);
  if (days === 0) return i18n.t('time.today', { day: words });
  if (days === 1) return i18n.t('time.yesterday', { day: words });
  return days < 300 ? words : format({ dateStyle: 'long' }).format(date(when));
}

/** The evening, tomorrow, next week: at hours when people work. */
export function snoozeTimes(now: Date): { id: 'hours' | 'evening' | 'tomorrow' | 'monday'; until: Date }[] {
  const at = (days: number, h: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, h);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const times = [
    { id: 'hours' as const, until: new Date(now.getTime() + 3 * hour) },
    { id: 'evening' as const, until: at(0, 18) },
    { id: 'tomorrow' as const, until: at(1, 9) },
    { id: 'monday' as const, until: at(toMonday, 9) },
  ];
  return times.filter(({ id, until }) => id !== 'evening' || until.getTime() - now.getTime() > hour);
}
