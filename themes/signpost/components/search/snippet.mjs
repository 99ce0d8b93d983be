/**
 * The sentence that a result is shown with: cut from the page itself, so that no second copy of the text is kept.
 */
import { stem } from './stem.mjs'
import { fold, plainWord, runsOf } from './tokens.mjs'

const N_LETTERS = 170
const N_BEFORE_MATCH = 50
const BLOCK = /^(?:P|LI|T[DHR]|D[DLT]|DIV|BR|SECTION|CAPTION|H[1-6])$/

/**
 * The text from the element with this id to the next heading; from the title on where there is no id. An id that is no
 * heading's (a row, a card, an entry) gives the element's own text.
 *
 * @param {Document} page
 * @param {string} id
 */
export function sectionText(page, id) {
  const main = page.querySelector('main')
  const target = id ? page.getElementById(id) : main?.querySelector('h1')
  if (!main || !target) return ''
  const isHeading = /^H[1-6]$/.test(target.tagName)
  const walker = page.createTreeWalker(isHeading ? main : target, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node.nodeType === Node.ELEMENT_NODE && node.matches('nav, .page-details, .source, script')
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT,
  )
  if (isHeading) walker.currentNode = target
  let text = ''
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (isHeading && target.contains(node)) continue
    if (node.nodeType === Node.TEXT_NODE) text += node.data
    else if (isHeading && /^H[1-6]$/.test(node.tagName)) break
    else if (BLOCK.test(node.tagName)) text += ' '
  }
  return text.replace(/\s+/g, ' ').trim()
}

/**
 * The stretch of a text that holds most of the words, in pieces: every second piece is to be marked.
 *
 * @param {string} text
 * @param {Set<string>} words stems
 * @returns {string[]} plain, marked, plain, marked … plain
 */
export function bestStretch(text, words) {
  // Folding may change lengths (soft hyphens, accents in two signs), so runs are found in the text as it stands.
  const runs = runsOf(text.replace(/[\u2018\u2019]/g, "'"))
  const marks = runs
    .map((run) => ({ ...run, stem: stem(plainWord(fold(run.text))) }))
    .filter((run) => words.has(run.stem))
  const stretches = [{ start: 0 }, ...marks].map(({ start: match }) => {
    const earliest = Math.max(0, match - N_BEFORE_MATCH)
    const start = earliest && runs.find((run) => run.start >= earliest).start
    const end = runs.findLast((run) => run.end <= start + N_LETTERS)?.end ?? text.length
    const inside = marks.filter((mark) => mark.start >= start && mark.end <= end)
    return { start, end, inside, n: new Set(inside.map((mark) => mark.stem)).size }
  })
  const best = stretches.reduce((best, stretch) => (stretch.n > best.n ? stretch : best))

  const pieces = []
  let at = best.start
  for (const mark of best.inside) {
    pieces.push(text.slice(at, mark.start), text.slice(mark.start, mark.end))
    at = mark.end
  }
  const isWhole = text.length - best.end < 3
  pieces.push(text.slice(at, isWhole ? text.length : best.end) + (isWhole ? '' : ' …'))
  if (best.start) pieces[0] = '… ' + pieces[0]
  return pieces
}
