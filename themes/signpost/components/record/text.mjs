/**
 * A person's words made fit for a record. The inbox refuses what does not fit and repairs nothing, because the bytes are
 * signed: so the page tidies before it signs.
 */

const BREAK = /[\t\n\v\f\r\u0085\u2028\u2029]+/g
/** Controls, marks that turn the direction of what follows, and halves of surrogate pairs. Joiners, which some names need, stay. */
const FORBIDDEN = /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu

/**
 * A name, a job title, a reason: one line, composed (NFC), without what cannot be printed.
 * @param {string} text
 */
export function tidy(text) {
  return text.replace(BREAK, ' ').replace(FORBIDDEN, '').normalize('NFC').trim()
}

/**
 * An answer or a comment: of the controls only line feed and tab stay.
 * @param {string} text
 */
export function tidyAnswer(text) {
  return text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]|\p{Surrogate}/gu, '').trim()
}

/**
 * An address without spaces round it, its domain in small letters.
 * @param {string} text
 */
export function tidyAddress(text) {
  return tidy(text).replace(/@[^@]*$/, (domain) => domain.toLowerCase())
}

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+"
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const ADDRESS = new RegExp(`^(?=.{1,64}@)${ATOM}(?:\\.${ATOM})*@${LABEL}(?:\\.${LABEL})+$`)

/**
 * Whether the inbox takes this as a mail address.
 * @param {string} text
 */
export function isAddress(text) {
  return text.length <= 254 && ADDRESS.test(text)
}

/**
 * By what two addresses are one mailbox: small letters, and the local part up to its first `+`.
 * @param {string} address
 */
export function mailboxOf(address) {
  return address.toLowerCase().replace(/\+[^@]*@/, '@')
}

/**
 * Characters as the records count them: UTF-16 units, like `maxlength`.
 * @param {string} text
 */
export function lengthOf(text) {
  return text.length
}
