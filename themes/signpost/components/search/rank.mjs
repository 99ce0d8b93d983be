/**
 * The index, and a query to a ranking. The build ranks by the same steps (src/search/query.rs), so that what an author sees
 * in the terminal is what a reader sees. src/search/script.rs tells the form of the file.
 */
import { stem } from './stem.mjs'
import { wordsOf } from './tokens.mjs'

const PREFIX_WEIGHT = 0.4
const MAX_PREFIX_TERMS = 12
const SYNONYM_WEIGHT = 0.5
const SPELLING_WEIGHTS = [0.8, 0.5]
const MAX_SPELLINGS = 8
const VERSION = 1

const DIGITS = "0123456789PQRSTUVWXYZpqrstuvwxyz !#$%&'()*+,-./:;<=>?@[]^_`{|}~"
const N_LAST = 43
const N_BEFORE = DIGITS.length - N_LAST

/**
 * @param {object} file what the index file hands over
 * @returns {object | null} null when the file is of another version than this script
 */
export function openIndex(file) {
  if (file.v !== VERSION) return null
  const { n, stop, synonyms, rest = '' } = file.root
  const index = {
    n,
    stop: new Set(stop.split(' ')),
    synonyms: synonyms.map(synonymRule),
    rest,
    rows: file.rows.flat().flatMap(rowsOfPage),
  }
  return withTerms(index, file)
}

/**
 * @param {object} index from openIndex, when its file named a rest
 * @param {object} file what the file with the rest hands over
 * @returns {object} the whole index
 */
export function withRest(index, file) {
  return withTerms({ ...index, rest: '' }, file)
}

/** The postings of a file behind those that are there: it has the lower levels. Stems stay in the order of their signs. */
function withTerms(index, file) {
  const byTerm = new Map(index.terms?.map((term, n) => [term, index.postings[n]]))
  for (const part of file.terms) {
    const postings = postingsIn(part.postings)
    termsIn(part.words).forEach((term, n) => byTerm.set(term, [...(byTerm.get(term) ?? []), ...postings[n]]))
  }
  const terms = [...byTerm.keys()].sort()
  return { ...index, terms, numbers: new Map(terms.map((term, n) => [term, n])), postings: terms.map((term) => byTerm.get(term)) }
}

function termsIn(text) {
  let before = ''
  return text.match(/[A-Z][^A-Z]*/g)?.map((coded) => {
    before = before.slice(0, coded.charCodeAt(0) - 65) + coded.slice(1)
    return before
  }) ?? []
}

function postingsIn(text) {
  const all = []
  let level = 0
  let next = 0
  let before = 0
  for (const sign of text) {
    const digit = DIGITS.indexOf(sign)
    if (digit < 0) {
      if (sign <= 'O') all.push([])
      level = sign.charCodeAt(0) & 31
      next = 0
    } else if (digit >= N_LAST) {
      before = before * N_BEFORE + digit - N_LAST
    } else {
      next += before * N_LAST + digit
      all[all.length - 1].push({ section: next, level })
      next += 1
      before = 0
    }
  }
  return all
}

function rowsOfPage([page, title, breadcrumb, sections]) {
  return sections.map((text) => {
    const end = text.lastIndexOf('#')
    const heading = end < 0 ? text.slice(1) || title : text.slice(1, end)
    const id = end < 0 ? (text.length > 1 ? plainId(heading) : '') : text.slice(end + 1)
    return { address: id ? `${page}#${id}` : page, heading, title, breadcrumb, kind: text[0] }
  })
}

function plainId(heading) {
  return heading.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean).join('-')
}

function synonymRule(text) {
  const [phrases, oneWayTo] = text.split('>').map((side) => side.split('|').map((phrase) => phrase.split(' ')))
  return { phrases, meanings: oneWayTo ?? phrases }
}

/**
 * @param {object} index from openIndex
 * @param {string} query as typed
 * @returns {{hits: {section: number, score: number}[], words: Set<string>, respelt: {word: string, terms: string[]}[]}}
 *   `words` are the stems to mark; `respelt` says which words the site does not have and what was taken instead
 */
export function search(index, query) {
  const asked = askedFor(index, query)
  const scores = asked.map(() => new Float64Array(index.n))
  const covered = asked.map(() => false)
  // Of a telephone number, what is to be marked are its parts.
  const words = new Set(wordsOf(query).flatMap(({ word }) => (index.stop.has(word) ? [] : [stem(word)])))
  const respelt = []
  for (const rule of index.synonyms) addSynonyms(index, rule, asked, scores, covered, words)
  asked.forEach((one, n) => {
    const { terms, isRespelt } = termsFor(index, one, covered[n])
    if (isRespelt) respelt.push({ word: one.word, terms: terms.map(([term]) => index.terms[term]) })
    for (const [term, weight] of terms) {
      const idf = idfOf(index, term)
      words.add(index.terms[term])
      for (const { section, level } of index.postings[term]) {
        scores[n][section] = Math.max(scores[n][section], weight * (idf * level))
      }
    }
  })
  const hits = []
  for (let section = 0; section < index.n; section++) {
    let sum = 0
    let matched = 0
    for (const score of scores) {
      if (score[section] > 0) {
        sum += score[section]
        matched += 1
      }
    }
    if (sum > 0) hits.push({ section, score: sum * (matched / asked.length) })
  }
  // Equals stay in the order of the site.
  hits.sort((a, b) => b.score - a.score)
  return { hits, words, respelt }
}

function askedFor(index, query) {
  const words = []
  let partsToSkip = 0
  for (const { word, parts } of wordsOf(query)) {
    if (parts) {
      if (index.numbers.has(stem(word))) {
        words.push(word)
        partsToSkip = parts
      }
    } else if (partsToSkip) partsToSkip -= 1
    else words.push(word)
  }
  const isOpen = /[\p{Alphabetic}\p{N}]$/u.test(query)
  let asked = words.map((word, n) => ({ word, stem: stem(word), isBeingTyped: isOpen && n + 1 === words.length }))
  if (asked.some(({ word }) => !index.stop.has(word))) asked = asked.filter(({ word }) => !index.stop.has(word))
  return asked.filter((one, n) => asked.findIndex((other) => other.stem === one.stem) === n)
}

/** More for a term that few sections have. Rounded, since the last bit of a logarithm differs between machines. */
function idfOf(index, term) {
  const n = index.postings[term].length
  return Math.round(Math.log(1 + (index.n - n + 0.5) / (n + 0.5)) * 64) / 64
}

function termsFor(index, { word, stem, isBeingTyped }, isCovered) {
  const exact = index.numbers.get(stem)
  let terms = exact === undefined ? [] : [[exact, 1]]
  if (isBeingTyped && [...word].length > 1) {
    const longer = numbersOf(index, (term) => term.startsWith(word) && term !== stem)
    terms.push(...commonest(index, longer, MAX_PREFIX_TERMS).map((term) => [term, PREFIX_WEIGHT]))
    if (!terms.length) {
      // "assessm" is on its way to "assessment", whose stem it has passed.
      const passed = numbersOf(
        index,
        (term) => term.length >= 4 && term.length + 5 >= word.length && word.startsWith(term),
      ).pop()
      if (passed !== undefined) terms = [[passed, PREFIX_WEIGHT]]
    }
  }
  if (terms.length || isCovered) return { terms, isRespelt: false }
  terms = spellings(index, word, stem)
  return { terms, isRespelt: terms.length > 0 }
}

function numbersOf(index, isWanted) {
  return [...index.terms.keys()].filter((n) => isWanted(index.terms[n]))
}

function commonest(index, terms, limit) {
  return terms.sort((a, b) => index.postings[b].length - index.postings[a].length).slice(0, limit)
}

/** Terms that are one edit away from a word of four letters or more, two from one of seven; the nearest only. */
function spellings(index, word, stem) {
  if (word.length < 4 || index.stop.has(word) || !/^\p{Alphabetic}+$/u.test(word)) return []
  const maxEdits = word.length < 7 ? 1 : 2
  const forms = [...new Set([word, stem])]
  const distances = index.terms.map((term) =>
    index.stop.has(term) ? Infinity : Math.min(...forms.map((form) => edits(form, term))),
  )
  const nearest = Math.min(...distances)
  if (nearest > maxEdits) return []
  const terms = [...distances.keys()].filter((n) => distances[n] === nearest)
  return commonest(index, terms, MAX_SPELLINGS).map((term) => [term, SPELLING_WEIGHTS[nearest - 1]])
}

/** For each phrase of the rule that was asked, what else it may be called counts for each of its words. */
function addSynonyms(index, { phrases, meanings }, asked, scores, covered, words) {
  for (const phrase of phrases) {
    for (let start = 0; start + phrase.length <= asked.length; start++) {
      if (!phrase.every((word, n) => asked[start + n].stem === word)) continue
      for (const meaning of meanings) {
        if (meaning === phrase) continue
        const terms = meaning.map((word) => index.numbers.get(word))
        if (terms.includes(undefined)) continue
        for (const [section, score] of sectionsWithAll(index, terms)) {
          const share = (SYNONYM_WEIGHT * score) / phrase.length
          for (let n = start; n < start + phrase.length; n++) {
            scores[n][section] = Math.max(scores[n][section], share)
          }
        }
        covered.fill(true, start, start + phrase.length)
        meaning.forEach((word) => words.add(word))
      }
    }
  }
}

function sectionsWithAll(index, terms) {
  const found = new Map()
  for (const term of terms) {
    const idf = idfOf(index, term)
    for (const { section, level } of index.postings[term]) {
      const one = found.get(section) ?? { n: 0, score: 0 }
      found.set(section, { n: one.n + 1, score: one.score + idf * level })
    }
  }
  return [...found].filter(([, { n }]) => n === terms.length).map(([section, { score }]) => [section, score])
}

/** Letters to put in, take out, change, or swap with their neighbour, to make one word the other. */
function edits(a, b) {
  if (Math.abs(a.length - b.length) > 2) return 3
  let before = []
  let last = [...b, ''].map((_, n) => n)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1), last[j] + 1, row[j - 1] + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    if (Math.min(...row) > 2) return 3
    before = last
    last = row
  }
  return last[b.length]
}
