/** Times in words, in the reader's own calendar and language. */

import { words } from "./words.js";

const DAY_MS = 86_400_000;
// The panel's language in the reader's own variety: 3 March or March 3, 16:05 or 4:05 PM.
const language = navigator.languages.find((one) => one.startsWith(document.documentElement.lang)) ?? document.documentElement.lang;
const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const weekday = new Intl.DateTimeFormat(language, { weekday: "long" });
const dayMonth = new Intl.DateTimeFormat(language, { day: "numeric", month: "long" });
const withYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" });
const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });

/**
 * Whole calendar days from one instant to another, counted at local midnights.
 * @param {Date} from
 * @param {Date} to
 */
export function daysBetween(from, to) {
  const midnight = (/** @type {Date} */ at) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  return Math.round((midnight(to) - midnight(from)) / DAY_MS);
}

/**
 * How long ago, as one would say it: "2 hours ago", "yesterday", "3 weeks ago".
 * @param {string} instant
 * @param {Date} now
 */
export function age(instant, now) {
  const then = new Date(instant);
  const days = daysBetween(then, now);
  if (days >= 60) return ago.format(-Math.round(days / 30), "month");
  if (days >= 14) return ago.format(-Math.round(days / 7), "week");
  if (days >= 1) return ago.format(-days, "day");
  const minutes = Math.max(0, Math.round((now.getTime() - then.getTime()) / 60_000));
  return minutes >= 60 ? ago.format(-Math.round(minutes / 60), "hour") : ago.format(-minutes, "minute");
}

/**
 * A day near by its name, a day farther off by its date; both read well after "since" and "on".
 * @param {string} instant an ISO instant, or a date alone
 * @param {Date} now
 */
export function day(instant, now) {
  // A date alone would be read as midnight UTC, which is yesterday in America.
  const at = new Date(instant.length === 10 ? `${instant}T12:00` : instant);
  const days = daysBetween(now, at);
  if (Math.abs(days) < 7) return ({ [-1]: words.yesterday, 0: words.today, 1: words.tomorrow })[days] ?? weekday.format(at);
  return at.getFullYear() === now.getFullYear() ? dayMonth.format(at) : withYear.format(at);
}

/** @param {string | Date} instant */
export function timeOfDay(instant) {
  return clock.format(new Date(instant));
}

/**
 * When an answer or a follow-up is due, or how late it is.
 * @param {{standing: Standing, due: string | null, late: boolean}} verdict
 * @param {Date} now
 * @returns {string} "" where nothing is due
 */
export function dueWords({ standing, due, late }, now) {
  if (!due || standing === "settled") return "";
  const days = daysBetween(new Date(due), now);
  if (standing === "awaiting") return days >= 0 ? words.followUpNow : words.followUp(day(due, now));
  if (late) return days < 1 ? words.lateToday : words.late(days);
  return words.due(day(due, now));
}
