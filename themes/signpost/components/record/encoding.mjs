/** Bytes, text, base64url and SHA-256, as the records have them (RFC 4648 section 5, without padding). */

/** @param {string} text */
export function utf8(text) {
  return new TextEncoder().encode(text)
}

/**
 * @param {Uint8Array} bytes
 * @throws {TypeError} where they are no UTF-8. A byte-order mark is kept, so that JSON with one is refused.
 */
export function textOf(bytes) {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

/** @param {Uint8Array} bytes */
export function toBase64url(bytes) {
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(letters).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

/**
 * @param {string} text
 * @returns {Uint8Array}
 * @throws {Error} on padding, on other letters, and where the last letter carries bits that mean nothing
 */
export function fromBase64url(text) {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) throw new Error('this is no base64url')
  const letters = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
  if (toBase64url(bytes) !== text) throw new Error('this is no canonical base64url')
  return bytes
}

/** @param {number} n */
export function randomBytes(n) {
  return crypto.getRandomValues(new Uint8Array(n))
}

/** @param {Uint8Array} bytes */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

/**
 * How a digest is written in every record.
 * @param {Uint8Array} bytes
 */
export async function digestOf(bytes) {
  return 'sha-256:' + toBase64url(await sha256(bytes))
}
