/** What in an answer could tell who a child or family is. Said while somebody types, and never in the way. */

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
