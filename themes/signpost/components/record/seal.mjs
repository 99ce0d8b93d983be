/**
 * Answers closed with a key that only the learner and the mail to the confirmer hold: AES-256-GCM, bound to the record by
 * its id as additional data.
 */
import { fromBase64url, randomBytes, textOf, toBase64url, utf8 } from './encoding.mjs'

/**
 * @param {string} text
 * @param {string} rid
 * @returns {Promise<{key: string, iv: string, ciphertext: string}>} base64url; the key is new and used once
 */
export async function seal(text, rid) {
  const [key, iv] = [randomBytes(32), randomBytes(12)]
  const sealed = await crypto.subtle.encrypt(sealedWith(iv, rid), await sealKey(key, 'encrypt'), utf8(text))
  return { key: toBase64url(key), iv: toBase64url(iv), ciphertext: toBase64url(new Uint8Array(sealed)) }
}

/**
 * @param {{iv: string, ciphertext: string}} sealed
 * @param {string} key
 * @param {string} rid
 * @returns {Promise<string>}
 * @throws {Error} where the key is another, or anything was changed
 */
export async function openSeal({ iv, ciphertext }, key, rid) {
  const opening = await sealKey(fromBase64url(key), 'decrypt')
  return textOf(new Uint8Array(await crypto.subtle.decrypt(sealedWith(fromBase64url(iv), rid), opening, fromBase64url(ciphertext))))
}

function sealKey(bytes, use) {
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, [use])
}

function sealedWith(iv, rid) {
  return { name: 'AES-GCM', iv, additionalData: utf8(rid) }
}
