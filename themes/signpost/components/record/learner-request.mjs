/** A learner's question to the inbox, signed with the device's key: how a submission stands, or taking it back. */
import { signJws } from './jws.mjs'

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
