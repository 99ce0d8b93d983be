/**
 * Sending a submission and understanding the reply. Only a receipt that the board signed, for this very record, means sent.
 */
import { digestOf, utf8 } from '../record/encoding.mjs'
import { InboxUnreachable, askInbox } from '../record/inbox.mjs'
import { parseJws, verifyJws } from '../record/jws.mjs'

const REASONS = { 409: 'again', 413: 'large', 429: 'busy', 503: 'busy', 507: 'full' }

/**
 * @param {object} entry of the store, with its body
 * @param {{inbox: string, keys: {keys: object[]}}} info of the site
 * @returns {Promise<{sent: object} | {reason: string, wait?: number | null, detail?: string, errors?: object[]}>} `sent` is the
 *   entry as it is kept from now on; `reason` is unreachable, busy, full, unverified, large, again or refused
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
  if (status >= 300) return { reason: REASONS[status] ?? 'refused', wait: retryAfter, detail: body.detail, errors: body.errors ?? [] }
  const receipt = await verifiedReceipt(body.receipt, entry, info)
  if (!receipt) return { reason: 'unverified' }
  // The body goes, and with it the key of the answers.
  return { sent: { ...entry, receipt: body.receipt, body: null, state: body.state, sent_at: receipt.received_at * 1000 } }
}

/** Whether the same submission may be taken later: it stays as it is. After any other refusal a new one is made. */
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
    const { alg, typ, kid, ...others } = parsed.header
    const { v, iss, rid, reference, sub_digest, received_at } = parsed.payload
    const key = keys.keys.find((key) => key.kid === kid)
    const isReceipt = alg === 'ES256' && typ === 'mars-receipt+jws' && Object.keys(others).length === 0 && v === 1 && iss === inbox
    const isInTime = Number.isSafeInteger(received_at) && key.nbf <= received_at && (key.exp === 0 || received_at < key.exp)
    const isOfThis = rid === entry.rid && reference === entry.reference && sub_digest === (await digestOf(utf8(parseJws(entry.record).payloadText)))
    return isReceipt && isInTime && isOfThis && (await verifyJws(parsed, key)) ? parsed.payload : null
  } catch {
    return null
  }
}

/**
 * How long a busy inbox asks to be left alone, in words.
 * @param {number | null | undefined} seconds
 */
export function waitInWords(seconds) {
  const minutes = Math.ceil((seconds ?? 60) / 60)
  return minutes === 1 ? 'in a minute' : `in ${minutes} minutes`
}
