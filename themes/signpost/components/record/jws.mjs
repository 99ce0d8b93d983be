/** Signed texts: JWS compact with ES256 (RFC 7515, RFC 7518). The payload is verified over the bytes that came. */
import { fromBase64url, textOf, toBase64url, utf8 } from './encoding.mjs'
import { parseStrict } from './json.mjs'

const ES256 = { name: 'ECDSA', hash: 'SHA-256' }
const P256 = { name: 'ECDSA', namedCurve: 'P-256' }

/**
 * @param {object} header
 * @param {object} payload
 * @param {CryptoKey} privateKey
 * @returns {Promise<string>}
 */
export async function signJws(header, payload, privateKey) {
  const signed = [header, payload].map((part) => toBase64url(utf8(JSON.stringify(part)))).join('.')
  const signature = await crypto.subtle.sign(ES256, privateKey, utf8(signed))
  return `${signed}.${toBase64url(new Uint8Array(signature))}`
}

/**
 * Takes a signed text apart. Nothing in it may be trusted before `verifyJws`.
 *
 * @param {string} compact
 * @param {number} [maxLength] in characters; the status list may be longer than a record
 * @returns {{header: object, payload: object, headerText: string, payloadText: string, signature: Uint8Array, signed: string}}
 * @throws {Error} where it is none
 */
export function parseJws(compact, maxLength = 8192) {
  if (compact.length > maxLength) throw new Error('this signed text is too long')
  const parts = compact.split('.')
  if (parts.length !== 3) throw new Error('a signed text has three parts')
  const [headerText, payloadText] = parts.slice(0, 2).map((part) => textOf(fromBase64url(part)))
  const [header, payload] = [headerText, payloadText].map(objectIn)
  return { header, payload, headerText, payloadText, signature: fromBase64url(parts[2]), signed: `${parts[0]}.${parts[1]}` }
}

function objectIn(text) {
  const value = parseStrict(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('this is no object')
  return value
}

/**
 * @param {{signed: string, signature: Uint8Array}} parsed
 * @param {{kty: string, crv: string, x: string, y: string}} jwk
 * @returns {Promise<boolean>} false for a key that is none, too
 */
export async function verifyJws(parsed, jwk) {
  try {
    const key = await crypto.subtle.importKey('jwk', publicJwk(jwk), P256, false, ['verify'])
    return await crypto.subtle.verify(ES256, key, parsed.signature, utf8(parsed.signed))
  } catch {
    return false
  }
}

/**
 * A public key with the four members that the records carry; a browser's export has more.
 * @param {{x: string, y: string}} jwk
 */
export function publicJwk({ x, y }) {
  return { kty: 'EC', crv: 'P-256', x, y }
}
