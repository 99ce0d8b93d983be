/**
 * Text to the words that search knows: lower-case, no accents. The build does the same, letter for letter; the reasons are
 * told there, in src/search/tokens.rs.
 */
const WITHOUT_ACCENT =
  'aaaaaaæceeeeiiiiðnooooo÷ouuuuyþyaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiĳĳjjkkkllllllllllnnnnnnnŋŋoooooo' +
  'œœrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs'
const RUN = /[\p{Alphabetic}\p{N}]+(?:'[\p{Alphabetic}\p{N}]+)*/gu
const LETTERS = /^\p{Alphabetic}+$/u

/** @param {string} text */
export function fold(text) {
  return text
    .toLowerCase()
    .replace(/[\u00ad\u0300-\u036f]/g, '')
    .replace(/ς/g, 'σ')
    .replace(/[\u00a0\u202f]/g, ' ')
    .replace(/[\u2010\u2011]/g, '-')
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u00e0-\u017f]/g, (letter) => WITHOUT_ACCENT[letter.charCodeAt(0) - 0xe0])
}

/** A run of letters as a word: no possessive, no apostrophe. */
export function plainWord(run) {
  return run.replace(/'s$/, '').replace(/'/g, '')
}

/** Runs of letters and digits of a folded text, with where they stand. */
export function runsOf(folded) {
  return [...folded.matchAll(RUN)].map((run) => ({ text: run[0], start: run.index, end: run.index + run[0].length }))
}

/**
 * Every word of a text, in order. `parts` says how many of the words that follow are parts of this one: an e-mail address,
 * a telephone number, `c&f` and `co-ordinate` come whole and in parts.
 *
 * @param {string} text
 * @returns {{word: string, parts: number}[]}
 */
export function wordsOf(text) {
  const folded = fold(text)
  const runs = runsOf(folded)
  const gap = (n) => (n + 1 < runs.length ? folded.slice(runs[n].end, runs[n + 1].start) : null)
  const words = []
  for (let n = 0; n < runs.length; ) {
    const joined = joinFrom(n, runs, gap)
    const last = joined?.last ?? n
    if (joined) words.push({ word: joined.whole, parts: joined.onlyWhole ? 0 : last + 1 - n })
    if (!joined?.onlyWhole) {
      for (let part = n; part <= last; part++) words.push({ word: plainWord(runs[part].text), parts: 0 })
    }
    n = last + 1
  }
  return words
}

function joinFrom(n, runs, gap) {
  const first = runs[n].text
  const sign = gap(n)
  if (sign === null) return null
  const letters = (run) => (LETTERS.test(run) ? [...run].length : Infinity)
  // Takes further runs as long as `fits` says so.
  const chain = (fits, between = () => '') => {
    let whole = first
    let last = n
    while (last + 1 < runs.length && fits(gap(last), runs[last + 1].text, whole)) {
      whole += between(gap(last)) + runs[last + 1].text
      last += 1
    }
    return { whole, last }
  }
  const mail = chain((gap) => /^[@._+-]$/.test(gap), (gap) => gap)
  if (mail.whole.split('@').length === 2) return mail
  const next = runs[n + 1].text
  if (sign === '&' && letters(first) <= 3 && letters(next) <= 3) return { whole: first + '&' + next, last: n + 1 }
  if (sign === '.' && letters(first) === 1) {
    const dotted = chain((gap, run) => gap === '.' && letters(run) === 1)
    return dotted.last > n ? { ...dotted, onlyWhole: true } : null
  }
  if (sign === '-' && letters(first) <= 2 && LETTERS.test(next)) return { whole: first + next, last: n + 1 }
  if (first.startsWith('0')) {
    const phone = chain(
      (gap, run, whole) => /^(?: |-|\) )$/.test(gap) && /^[0-9]+$/.test(run) && whole.length + run.length <= 11,
    )
    if (phone.last > n && /^[0-9]{10,}$/.test(phone.whole)) return phone
  }
  return null
}
