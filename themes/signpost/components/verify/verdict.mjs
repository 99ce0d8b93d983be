/**
 * What can be said of a certificate. There are six verdicts and no others; each is a sentence.
 */
import { dayInWords, dayOfMoment } from '../record/dates.mjs'
import { sha256, toBase64url, utf8 } from '../record/encoding.mjs'
import { parseJws, verifyJws } from '../record/jws.mjs'
import { hasBoardHeader, parseCertificate } from './certificate.mjs'

/** The status list of a board with thousands of withdrawn certificates is longer than a record. */
const MAX_STATUS_LETTERS = 1024 * 1024

/**
 * @typedef {{verdict: 1 | 2 | 3 | 4 | 5 | 6, sentence: string, certificate: object | null, reason: string}} Judgement
 *   `certificate`: the signed facts, null where nothing holds; and then `reason` in one word
 */

/**
 * Judges a certificate. Everything it needs from outside is asked for by functions, so that it is tested without a network.
 *
 * @param {string} code the JWS
 * @param {{site: () => Promise<{info: object, isFresh: boolean}>, status: (inbox: string) => Promise<string | null>, now: number, pageDay: string}} world
 *   `site`: the site's own facts, read again just now or (not `isFresh`) as they were when this page was; `status`: the text of the
 *   status list; `now` in seconds; `pageDay`: the day in words that this copy of the page is from
 * @returns {Promise<Judgement>}
 */
export async function judge(code, { site, status, now, pageDay }) {
  const parsed = parseCertificate(code)
  if (!parsed) return notGenuine('unreadable')
  const { header, payload } = parsed
  const { info, isFresh } = await site()
  const key = keyOf(info, header.kid)
  if (!key && !isFresh) {
    const sentence = `Cannot check: this copy of the page is from ${pageDay} and does not know the key ${header.kid}; open it when online.`
    return { verdict: 6, sentence, certificate: null, reason: 'offline' }
  }
  if (!key) return notGenuine('unknown-key')
  if (!(await verifyJws(parsed, key))) return notGenuine('altered')
  if (payload.iss !== info.inbox || !countsAt(key, payload.iat)) return notGenuine('another-board')
  return { ...(await standing(payload, info, await status(info.inbox), now)), certificate: payload, reason: '' }
}

/** Of a certificate that holds: whether it still counts. Withdrawn outweighs expired. */
async function standing(payload, info, statusText, now) {
  const revoked = await revokedIn(statusText, info, now)
  const withdrawnOn = revoked?.get(await statusIdOf(payload.jti))
  if (withdrawnOn) return { verdict: 3, sentence: `Genuine, withdrawn on ${dayInWords(withdrawnOn)}.` }
  // The last second of a day, or the first of the next: either way the day that ends is meant.
  if (payload.exp <= now) return { verdict: 2, sentence: `Genuine, expired on ${dayOfMoment(payload.exp - 1)}.` }
  if (!revoked) return { verdict: 5, sentence: 'Genuine; cannot check withdrawal now.' }
  return { verdict: 1, sentence: 'Genuine and current.' }
}

/** @returns {Judgement} */
export function notGenuine(reason) {
  return { verdict: 4, sentence: 'Not genuine.', certificate: null, reason }
}

function keyOf(info, kid) {
  return info.keys?.keys?.find((key) => key.kid === kid) ?? null
}

/** A key counts for what was signed while it was in use; the day of checking plays no part. */
function countsAt({ nbf, exp }, iat) {
  return nbf <= iat && (exp === 0 || iat < exp)
}

/**
 * @param {string | null} text the status list
 * @param {object} info
 * @param {number} now
 * @returns {Promise<Map<string, string> | null>} days of withdrawal by id; null: there is no list that counts
 */
export async function revokedIn(text, info, now) {
  try {
    const parsed = parseJws(text.trim(), MAX_STATUS_LETTERS)
    const { header, payload } = parsed
    const key = hasBoardHeader(header, 'mars-status+jws') ? keyOf(info, header.kid) : null
    if (!key || !countsAt(key, payload.iat) || !(await verifyJws(parsed, key))) return null
    if (payload.v !== 1 || payload.iss !== info.inbox || !(now < payload.exp)) return null
    return new Map(payload.revoked.map(({ id, on }) => [id, on]))
  } catch {
    return null
  }
}

/** How a status list names a certificate: not by its number, which people read out. */
export async function statusIdOf(number) {
  return toBase64url((await sha256(utf8(number))).subarray(0, 16))
}
