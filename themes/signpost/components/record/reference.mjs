import { sha256, utf8 } from './encoding.mjs'

/** Neither 0 and O nor 1 and I: people read it out over the telephone. */
const REFERENCE_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/**
 * What people call a record by: the first 40 bits of the SHA-256 of its id, five bits a letter.
 *
 * @param {string} rid
 * @returns {Promise<string>} such as MARS-VG27-DS92
 */
export async function referenceOf(rid) {
  const bits = [...(await sha256(utf8(rid))).subarray(0, 5)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits.match(/.{5}/g).map((five) => REFERENCE_LETTERS[parseInt(five, 2)]).join('')
  return `MARS-${letters.slice(0, 4)}-${letters.slice(4)}`
}
