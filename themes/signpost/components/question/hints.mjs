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

const NHS = /(?:^|[^\d-])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)/g
const BIRTH = /\b[0-3]?\d([/.-][01]?\d[/.-](19|20)?\d\d|(st|nd|rd|th)? [a-z]{3,9} (19|20)\d\d)\b/i
const POSTCODE = /\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b/i

/**
 * A full name, told from the terms of the work, which have capitals too (Early Help, Family Hub): by a title, by “called”, or by a
 * first name that is common in Britain. Many names are missed; what is shown is seldom wrong.
 */
const TITLED = /\b(Mr|Mrs|Ms|Miss|Dr) [A-Z]\p{L}+/u
const CALLED = /\b(called|named|name is) [A-Z]\p{Ll}+ [A-Z]\p{Ll}+/u
const FIRST_NAMES =
  'Aaron|Abdul|Adam|Ahmed|Aisha|Alex|Alfie|Ali|Alice|Amelia|Amy|Andrew|Anna|Anne|Archie|Arthur|Ava|Ben|Callum|Charlie|Charlotte|Chloe|' +
  'Chris|Daisy|Daniel|David|Dylan|Ella|Ellie|Emily|Emma|Ethan|Eva|Evie|Fatima|Finley|Freddie|Freya|George|Grace|Hannah|Harry|Hassan|Henry|' +
  'Ibrahim|Isabella|Isla|Ivy|Jack|Jacob|Jake|James|Jessica|John|Joseph|Josh|Joshua|Kate|Katie|Kyle|Laura|Lauren|Leah|Leo|Lewis|Liam|Lily|' +
  'Logan|Lola|Lucas|Lucy|Luke|Maria|Maryam|Mary|Matilda|Matthew|Max|Megan|Mia|Michael|Millie|Mohammed|Muhammad|Noah|Oliver|Olivia|Omar|' +
  'Oscar|Paul|Peter|Phoebe|Poppy|Rachel|Rebecca|Robert|Rosie|Ruby|Ryan|Sam|Samuel|Sarah|Scarlett|Simon|Sophia|Sophie|Stephen|Thomas|' +
  'Toby|Tom|Tyler|William|Yusuf|Zainab|Zara|Zoe'
const FIRST_AND_LAST = new RegExp(`\\b(${FIRST_NAMES}) [A-Z]\\p{Ll}+`, 'u')

/**
 * What in a text could tell who a child or family is.
 *
 * @param {string} text
 * @returns {('nhs' | 'birth' | 'postcode' | 'name')[]}
 */
export function personalDataIn(text) {
  const found = {
    nhs: [...text.matchAll(NHS)].some(isNhsNumber),
    birth: BIRTH.test(text),
    postcode: POSTCODE.test(text),
    name: [TITLED, CALLED, FIRST_AND_LAST].some((pattern) => pattern.test(text)),
  }
  return Object.keys(found).filter((kind) => found[kind])
}

/** The tenth digit checks the nine before it, so that most other numbers of ten digits are told apart. */
function isNhsNumber([number]) {
  const sum = [...number.replace(/\D/g, '')].reduce((sum, digit, at) => sum + digit * (10 - at), 0)
  return sum % 11 === 0
}

/**
 * Says both below one answer's box.
 *
 * @param {ParentNode} foot the view `question-foot`
 * @param {number} max
 * @returns {(text: string) => void} to be told what is in the box
 */
export function hintsIn(foot, max) {
  const [count, spoken, names] = ['count', 'spoken', 'names'].map((name) => partOf(foot, name))
  const { advice, ...kinds } = names.dataset
  let before = max
  return (text) => {
    const left = max - lengthOf(text)
    count.textContent = (left < 0 ? count.dataset.over : count.dataset.left).replace('{n}', Math.abs(left).toLocaleString('en-GB'))
    if (isSpoken(before, left)) spoken.textContent = count.textContent
    before = left

    const found = personalDataIn(text).map((kind) => kinds[kind])
    const warning = found.length ? [...found, advice].join(' ') : ''
    // Set only when it changes: a screen reader says it each time.
    if (names.textContent !== warning) names.textContent = warning
    names.hidden = !warning
  }
}
