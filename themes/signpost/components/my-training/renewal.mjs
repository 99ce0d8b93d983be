/** When a certificate runs out, and from when on it can be renewed. */
import { dayOfMoment } from '../record/dates.mjs'

const DAY = 24 * 60 * 60

/** So long before its end the e-workbook is offered again. */
const RENEW_DAYS = 60

/**
 * @param {{exp?: number}} certificate its payload; without `exp` it does not run out
 * @param {number} now in seconds since 1970
 * @returns {{until: string, from: string, isDue: boolean, isOver: boolean} | null} days in words
 */
export function renewalOf({ exp }, now) {
  if (exp === undefined) return null
  const from = exp - RENEW_DAYS * DAY
  return { until: dayOfMoment(exp), from: dayOfMoment(from), isDue: now >= from, isOver: now > exp }
}
