/**
 * The marking rule: whether an answer is right, and how much of it. The same rule in Rust is src/quiz/marking.rs;
 * tests/marking/cases.json holds both to it.
 */

/**
 * @param {string} type of the question
 * @param {string | (string | number)[] | undefined} key what makes an answer right; none: it is not marked
 * @param {string | string[]} answer
 * @returns {{verdict: 'right' | 'not-quite' | 'unanswered' | 'unmarked', n_right: number, n: number, n_wrong: number}} where an
 *   answer has parts, how many are right; `n_wrong` counts choices that do not belong
 */
export function mark(type, key, answer) {
  const parts = [answer].flat()
  const text = parts[0] ?? ''
  const counted = { n_right: 0, n: 0, n_wrong: 0 }
  if (key === undefined || key === null) return { verdict: 'unmarked', ...counted }
  let isRight
  if (type === 'short') isRight = key.some((word) => comparable(word) === comparable(text))
  else if (type === 'number') isRight = Math.abs(numberIn(text) - key[0]) <= key[1]
  else if (type === 'multi') {
    counted.n = key.length
    counted.n_right = key.filter((id) => parts.includes(id)).length
    counted.n_wrong = parts.filter((id) => id !== '' && !key.includes(id)).length
    isRight = counted.n_right === counted.n && counted.n_wrong === 0
  } else if (type === 'order' || type === 'match') {
    counted.n = key.length
    counted.n_right = key.filter((id, at) => id === parts[at]).length
    isRight = counted.n_right === counted.n && parts.length === counted.n
  } else isRight = key === text
  const isEmpty = parts.every((part) => !bare(part, SPACES))
  return { verdict: isEmpty ? 'unanswered' : isRight ? 'right' : 'not-quite', ...counted }
}

/** The spaces that a keyboard or a copied text gives; named one by one, since languages differ in what they call a space. */
const SPACES = ' \t\n\u00a0'
const MARKS = ' .,;:!?"\'()'

/** A text without any of these characters at its ends. */
function bare(text, characters) {
  let [start, end] = [0, text.length]
  while (start < end && characters.includes(text[start])) start++
  while (end > start && characters.includes(text[end - 1])) end--
  return text.slice(start, end)
}

/** A short answer as it is compared: case, spaces, kinds of quotes and dashes, a leading article and marks around it are no mistake. */
function comparable(text) {
  const plain = text.normalize('NFC').replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/[–—\u2011]/g, '-').replace(/[ \t\n\u00a0]+/g, ' ')
  return bare(bare(plain, ' ').toLowerCase(), MARKS).replace(/^(the|an|a) /, '')
}

const NUMBER = /^([-+]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?(?:|\.|[ %]\D*)$/

/**
 * The number that an answer begins with: `20`, `-1.5`, `1,500`, `20 working days`.
 * @param {string} text
 * @returns {number} NaN: it is no number, or more than one
 */
export function numberIn(text) {
  const [, sign, whole, fraction] = NUMBER.exec(bare(text.replace(/\u2212/g, '-').replace(/[ \t\n\u00a0]/g, ' '), ' ')) ?? []
  if (!whole) return NaN
  const number = Number(`${whole.replace(/,/g, '')}.${fraction || '0'}`)
  return sign === '-' ? -number : number
}
