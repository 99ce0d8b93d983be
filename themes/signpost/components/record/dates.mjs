/**
 * Days and times in words. Days are days in the United Kingdom, wherever the reader's device thinks it is.
 */

const ZONE = 'Europe/London'
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

/**
 * @param {string} day `2026-03-03`
 * @returns {string} `3 March 2026`; anything that is no day comes back as it was
 */
export function dayInWords(day) {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? []
  return MONTHS[month - 1] ? `${Number(date)} ${MONTHS[month - 1]} ${year}` : String(day)
}

/** Whether this is a day of the calendar, written `2026-03-03`. */
export function isDay(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/**
 * @param {number} seconds since 1970
 * @returns {string} `3 March 2026`
 */
export function dayOfMoment(seconds) {
  return dayInWords(partsOf(seconds).day)
}

/**
 * @param {number} seconds since 1970
 * @returns {string} `3 March 2026 at 10:42`
 */
export function momentInWords(seconds) {
  const { day, time } = partsOf(seconds)
  return `${dayInWords(day)} at ${time}`
}

function partsOf(seconds) {
  // Parts, not a format: where a language puts them differs between browsers.
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  })
  const parts = Object.fromEntries(format.formatToParts(new Date(seconds * 1000)).map(({ type, value }) => [type, value]))
  return { day: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` }
}

/**
 * @param {number} seconds since 1970
 * @returns {string} the day, `2026-03-03`
 */
export function dayAt(seconds) {
  return partsOf(seconds).day
}
