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

/**
 * Says both below one answer's box.
 *
 * @param {ParentNode} foot the view `question-foot`
 * @param {number} max
 * @param {(text: string) => string[]} personalDataIn
 * @returns {(text: string) => void} to be told what is in the box
 */
export function hintsIn(foot, max, personalDataIn) {
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
