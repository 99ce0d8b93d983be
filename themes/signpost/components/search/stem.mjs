/**
 * The stem of an English word (Snowball English), letter for letter what the build makes of it: an index word that is cut
 * in one way and asked for in another is never found. Region 1 starts after the first vowel and consonant, region 2
 * after the next such pair; most endings only go when they lie in one of them.
 */
const VOWEL = /[aeiouy]/
const SHORT = /(?:^[aeiouy]|[^aeiouy][aeiouy])[^aeiouy]$/
const IRREGULAR = pairs(
  'skis ski skies sky dying die lying lie tying tie idly idl gently gentl ugly ugli early earli only onli singly singl ' +
    'sky sky news news howe howe atlas atlas cosmos cosmos bias bias andes andes',
)
const KEPT = /^(?:inning|outing|canning|herring|earring|proceed|exceed|succeed)$/
const SECOND = endings(
  'ational ate tional tion enci ence anci ance abli able entli ent izer ize ization ize ation ate ator ate alism al aliti al ' +
    'alli al fulness ful ousli ous ousness ous iveness ive iviti ive biliti ble bli ble ogi og fulli ful lessli less li -',
)
const THIRD = endings('ational ate tional tion alize al icate ic iciti ic ical ic ful - ness - ative -')
const FOURTH = endings(
  'al - ance - ence - er - ic - able - ible - ant - ement - ment - ent - ism - ate - iti - ous - ive - ize - ion -',
)

function pairs(text) {
  const words = text.split(' ')
  return new Map(words.flatMap((word, n) => (n % 2 ? [] : [[word, words[n + 1].replace('-', '')]])))
}

function endings(text) {
  const becomes = pairs(text)
  // The first place from the left where an ending fits gives the longest one.
  return { becomes, pattern: new RegExp(`(?:${[...becomes.keys()].join('|')})$`) }
}

/** A double consonant or a short syllable that is left when `-ed` or `-ing` goes. */
function mended(stem, region1) {
  if (/(?:at|bl|iz)$/.test(stem)) return stem + 'e'
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) return stem.slice(0, -1)
  return stem.length === region1 && isShort(stem) ? stem + 'e' : stem
}

/** Ends in a short syllable: vowel and consonant, and a consonant before unless that is the whole word. */
function isShort(word) {
  return SHORT.test(word) && !(word.length > 2 && /[wxY]$/.test(word))
}

/** @param {string} word lower-case, a to z; anything else comes back as it is */
export function stem(word) {
  if (word.length < 3 || /[^a-z]/.test(word)) return word
  if (IRREGULAR.has(word)) return IRREGULAR.get(word)

  // A y that sounds as a consonant is no vowel: as Y it matches none of the patterns for vowels.
  word = word.replace(/^y/, 'Y')
  for (let n = 1; n < word.length; n++) {
    if (word[n] === 'y' && VOWEL.test(word[n - 1])) word = word.slice(0, n) + 'Y' + word.slice(n + 1)
  }
  const after = (start) => {
    const pair = /[aeiouy][^aeiouy]/.exec(word.slice(start))
    return pair ? start + pair.index + 2 : word.length
  }
  const special = /^(?:gener|commun|arsen)/.exec(word)
  const region1 = special ? special[0].length : after(0)
  const region2 = after(region1)

  const plural = /(?:sses|ied|ies|us|ss|s)$/.exec(word)?.[0]
  if (plural === 'sses') word = word.slice(0, -2)
  else if (plural === 'ied' || plural === 'ies') word = word.slice(0, word.length > 4 ? -2 : -1)
  else if (plural === 's' && VOWEL.test(word.slice(0, -2))) word = word.slice(0, -1)
  if (KEPT.test(word)) return word

  const past = /(?:eedly|eed|ingly|edly|ing|ed)$/.exec(word)
  if (past?.[0].startsWith('ee')) {
    if (past.index >= region1) word = word.slice(0, past.index) + 'ee'
  } else if (past && VOWEL.test(word.slice(0, past.index))) {
    word = mended(word.slice(0, past.index), region1)
  }
  word = word.replace(/(.[^aeiouy])[yY]$/, '$1i')

  const cut = ({ becomes, pattern }, region, isAllowed = () => true) => {
    const found = pattern.exec(word)
    if (found && found.index >= region && isAllowed(found[0], word[found.index - 1])) {
      word = word.slice(0, found.index) + becomes.get(found[0])
    }
  }
  cut(SECOND, region1, (ending, before) =>
    ending === 'ogi' ? before === 'l' : ending !== 'li' || /[cdeghkmnrt]/.test(before))
  cut(THIRD, region1, (ending) => ending !== 'ative' || word.length - 5 >= region2)
  cut(FOURTH, region2, (ending, before) => ending !== 'ion' || before === 's' || before === 't')

  const rest = word.slice(0, -1)
  if (word.endsWith('e') && (rest.length >= region2 || (rest.length >= region1 && !isShort(rest)))) word = rest
  else if (word.endsWith('ll') && rest.length >= region2) word = rest
  return word.replace(/Y/g, 'y')
}
