/**
 * JSON in its one canonical form (RFC 8785), for what the records hold: texts, whole numbers, true, false, null, arrays and
 * plain objects. Two programs that write the same value write the same bytes, so that its digest means something.
 *
 * @param {unknown} value
 * @returns {string}
 * @throws {TypeError} on anything else: a fraction, undefined, a text with half a surrogate pair
 */
export function canonical(value) {
  if (value === null || typeof value === 'boolean') return String(value)
  // Plain digits: a safe whole number is never written with an exponent.
  if (Number.isSafeInteger(value)) return String(value)
  if (typeof value === 'string') return canonicalText(value)
  if (Array.isArray(value)) return `[${Array.from(value, canonical).join(',')}]`
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    // sort() compares by UTF-16 units, which is the order that RFC 8785 asks for.
    const members = Object.keys(value).sort().map((name) => `${canonicalText(name)}:${canonical(value[name])}`)
    return `{${members.join(',')}}`
  }
  throw new TypeError(`${typeof value} has no canonical form here`)
}

function canonicalText(text) {
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('half a surrogate pair has no canonical form')
  return JSON.stringify(text)
}
