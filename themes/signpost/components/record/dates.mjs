/**
 * Days and times in words. Days are days in the United Kingdom, wherever the reader's device thinks it is.
 */

/**
 * @param {string} day `2026-03-03`
 * @returns {string} `3 March 2026`; anything that is no day comes back as it was
 */
export function dayInWords(day) {
  return isDay(day) ? new Date(day).toLocaleDateString('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' }) : String(day)
}

/** Whether this is a day of the calendar, written `2026-03-03`. */
export function isDay(text) {
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : NaN)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/**
 * @param {number} seconds since 1970
 * @returns {string} the day, `2026-03-03`
 */
export function dayAt(seconds) {
  return momentAt(seconds).slice(0, 10)
}

/**
 * @param {number} seconds since 1970
 * @returns {string} `3 March 2026`
 */
export function dayOfMoment(seconds) {
  return dayInWords(dayAt(seconds))
}

/**
 * @param {number} seconds since 1970
 * @returns {string} `3 March 2026 at 10:42`
 */
export function momentInWords(seconds) {
  return `${dayOfMoment(seconds)} at ${momentAt(seconds).slice(11, 16)}`
}

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Since when something is so, as people say it.
 *
 * @param {number} seconds since 1970
 * @param {number} now in seconds since 1970
 * @returns {string} `today`; the weekday, of the last six days; else the day
 */
export function sinceInWords(seconds, now) {
  const [day, today] = [new Date(dayAt(seconds)), new Date(dayAt(now))]
  const nDays = (today - day) / DAY_MS
  if (nDays > 6) return dayOfMoment(seconds)
  return nDays > 0 ? day.toLocaleDateString('en-GB', { timeZone: 'UTC', weekday: 'long' }) : 'today'
}

/** Sweden writes `2026-03-03 10:42:00`, in every browser. */
function momentAt(seconds) {
  return new Date(seconds * 1000).toLocaleString('sv-SE', { timeZone: 'Europe/London' })
}
