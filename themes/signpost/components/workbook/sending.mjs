/**
 * Sending a submission and understanding the reply. Only a receipt that the board signed, for this very record, means sent.
 */
import { digestOf, utf8 } from '../record/encoding.mjs'
import { InboxUnreachable, askInbox } from '../record/inbox.mjs'
import { parseJws, verifyJws } from '../record/jws.mjs'

/** Refusals after which the very same submission may be taken later; any other is final for it. */
const PASSING = { 429: 'busy', 503: 'busy', 507: 'full' }

/**
 * @param {object} entry of the store, with its body
 * @param {{inbox: string, keys: {keys: object[]}}} info of the site
 * @returns {Promise<{sent: object} | {reason: string, wait?: number | null, detail?: string, errors?: object[]}>} `sent` is the
 *   entry as it is kept from now on; `reason` is unreachable, busy, full, large, again, unverified, field or refused
 */
export async function send(entry, info) {
  let reply
  try {
    reply = await askInbox(info.inbox, '/api/submissions', entry.body)
  } catch (error) {
    if (error instanceof InboxUnreachable) return { reason: 'unreachable' }
    throw error
  }
  const { status, body, retryAfter } = reply
  if (status === 200 || status === 201) {
    const receipt = await verifiedReceipt(body.receipt, entry, info)
    if (!receipt) return { reason: 'unverified' }
    // The body goes, and with it the key of the answers.
    return { sent: { ...entry, receipt: body.receipt, body: null, state: body.state, sent_at: receipt.received_at * 1000 } }
  }
  const detail = typeof body.detail === 'string' ? body.detail : ''
  if (PASSING[status]) return { reason: PASSING[status], wait: retryAfter }
  if (status === 422 && Array.isArray(body.errors)) return { reason: 'field', errors: body.errors, detail }
  return { reason: { 409: 'again', 413: 'large' }[status] ?? 'refused', detail }
}

/** Whether the submission stays as it is and is sent again. */
export function isPassing(reason) {
  return ['unreachable', 'busy', 'full', 'unverified'].includes(reason)
}

/**
 * @param {string} compact
 * @param {{rid: string, reference: string, record: string}} entry
 * @param {{inbox: string, keys: {keys: object[]}}} info of the site
 * @returns {Promise<object | null>} the payload; null where it is no receipt of this board for this record
 */
export async function verifiedReceipt(compact, entry, { inbox, keys }) {
  try {
    const parsed = parseJws(compact)
    const { header, payload } = parsed
    if (header.alg !== 'ES256' || header.typ !== 'mars-receipt+jws' || Object.keys(header).length !== 3) return null
    const { nbf, exp, ...key } = keys.keys.find(({ kid }) => kid === header.kid)
    const at = payload.received_at
    const isInTime = Number.isSafeInteger(at) && nbf <= at && (exp === 0 || at < exp)
    const isOurs = payload.v === 1 && payload.iss === inbox && payload.rid === entry.rid && payload.reference === entry.reference
    const isThisRecord = payload.sub_digest === (await digestOf(utf8(parseJws(entry.record).payloadText)))
    return isInTime && isOurs && isThisRecord && (await verifyJws(parsed, key)) ? payload : null
  } catch {
    return null
  }
}

/**
 * How long a busy inbox asks to be left alone, in words.
 * @param {number | null | undefined} seconds
 */
export function waitInWords(seconds) {
  if (!seconds) return 'in a minute'
  if (seconds < 90) return `in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`
  return `in ${Math.ceil(seconds / 60)} minutes`
}
