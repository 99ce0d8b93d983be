/**
 * What a page says while somebody types, without ever standing in the way: characters left, and what looks like a person's data.
 */
import { lengthOf } from '../record/text.mjs'
import { partOf } from '../record/views.mjs'

const SPOKEN_AT = [200, 50, 0]

/**
 * Whether a screen reader should hear how much is left: where 200, 50 or 0 was passed on the way down, and once past the end.
 *
 * @param {number} before characters left at the keystroke before
 * @param {number} now
 */
export function isSpoken(before, now) {
  return SPOKEN_AT.some((mark) => before > mark && now <= mark) || (before >= 0 && now < 0)
}

const NHS = /(?:^|[^\d-])(\d{3}[ -]?\d{3}[ -]?\d{4})(?!\d)/g
const BIRTH = /\b(?:0?[1-9]|[12]\d|3[01])(?:[/.-](?:0?[1-9]|1[0-2])[/.-](?:19|20)?\d\d|(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (?:19|20)\d\d)\b/i
const POSTCODE = /\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b/i

/**
 * What in a text could tell who a child or family is.
 *
 * @param {string} text
 * @returns {('nhs' | 'birth' | 'postcode')[]}
 */
export function personalDataIn(text) {
  const found = []
  if ([...text.matchAll(NHS)].some(([, number]) => isNhsNumber(number))) found.push('nhs')
  if (BIRTH.test(text)) found.push('birth')
  if (POSTCODE.test(text)) found.push('postcode')
  return found
}

/** The tenth digit checks the nine before it, so that most other numbers of ten digits are told apart. */
function isNhsNumber(number) {
  const digits = number.replace(/\D/g, '').split('').map(Number)
  const sum = digits.slice(0, 9).reduce((sum, digit, at) => sum + digit * (10 - at), 0)
  return (11 - (sum % 11)) % 11 === digits[9]
}

/** Says both below one answer's box. */
export class AnswerHints {
  /**
   * @param {ParentNode} foot the view `question-foot`
   * @param {number} max
   */
  constructor(foot, max) {
    this.max = max
    this.left = max
    for (const name of ['count', 'spoken', 'names']) this[name] = partOf(foot, name)
  }

  /** @param {string} text */
  show(text) {
    const left = this.max - lengthOf(text)
    const { left: some, over } = this.count.dataset
    const words = (left < 0 ? over : some).replace('{n}', Math.abs(left).toLocaleString('en-GB'))
    this.count.textContent = words
    if (isSpoken(this.left, left)) this.spoken.textContent = words
    this.left = left

    const { advice, ...kinds } = this.names.dataset
    const found = personalDataIn(text).map((kind) => kinds[kind])
    const warning = found.length ? [...found, advice].join(' ') : ''
    // Set only when it changes: a screen reader says it each time.
    if (this.names.textContent !== warning) this.names.textContent = warning
    this.names.hidden = !warning
  }
}
