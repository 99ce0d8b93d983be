/**
 * A learner's questions to the inbox, as bodies of `POST /api/learner`: how a submission stands, and taking it back. They are
 * asked with the device's key, or with W, the code in the learner's mail, which works on any device.
 */
import { signJws } from '../record/jws.mjs'

export const LEARNER_PATH = '/api/learner'

/**
 * @param {string} inbox its origin
 * @param {{privateKey: CryptoKey, publicJwk: object}} key the one that the submission was signed with
 * @param {string} rid
 * @param {'status' | 'withdraw'} action
 * @param {number} now in seconds
 * @returns {Promise<{request: string}>}
 */
export async function requestOfDevice(inbox, key, rid, action, now) {
  const header = { alg: 'ES256', typ: 'mars-request+jws', jwk: key.publicJwk }
  return { request: await signJws(header, { v: 1, rid, aud: inbox, iat: now, action }, key.privateKey) }
}

/**
 * @param {string} hash of the address
 * @returns {string | null} W behind `#w=`; empty when it is no whole one; null when the address has none
 */
export function tokenInAddress(hash) {
  if (!hash.startsWith('#w=')) return null
  return /^#w=([\w-]{43})$/.exec(hash)?.[1] ?? ''
}

const KEPT_TOKEN = 'signpost-my-training-token'

/** Keeps W for this tab, so that a reload asks again. Not in folders, whose pages all share one storage. */
export function keepToken(token) {
  if (location.protocol === 'file:') return
  try {
    if (token) sessionStorage.setItem(KEPT_TOKEN, token)
    else sessionStorage.removeItem(KEPT_TOKEN)
  } catch {
    // Storage is off.
  }
}

/** The W that was kept for this tab, or null. */
export function keptToken() {
  if (location.protocol === 'file:') return null
  try {
    return sessionStorage.getItem(KEPT_TOKEN)
  } catch {
    return null
  }
}
