/** “Right” or “Not quite”, with the reason and the way to the passage. What there is to say stands in the form already. */
import { elementWith, partOf, viewOf } from '../record/views.mjs'
import { mark } from './marking.mjs'

const COUNTED = ['multi', 'order', 'match']

/**
 * What is to be said of an answer. None: it is not marked, and there is nothing to compare it with.
 *
 * @param {ParentNode} root that has the views
 * @param {HTMLFormElement} form
 * @param {Question} question
 * @param {string | string[]} answer that is not empty
 * @returns {DocumentFragment | null}
 */
export function feedbackView(root, form, { type, key }, answer) {
  const source = partOf(form, 'answer')
  if (!source) return null
  const { verdict, n_right, n, n_wrong } = mark(type, key, answer)
  // What is still open is no mistake, and the reason would give it away.
  if (isHalfDone({ type }, answer)) return viewOf(root, 'verdict', { incomplete: true })
  const isWrong = verdict === 'not-quite'
  const isCounted = isWrong && COUNTED.includes(type)
  const words = partOf(source, 'right-answer')
  const isToldNow = isWrong && words && triesAt(form) > 1
  const link = partOf(form, 'see')?.querySelector('a')
  const view = viewOf(root, 'verdict', {
    right: verdict === 'right',
    wrong: isWrong,
    compare: verdict === 'unmarked',
    plain: !isCounted,
    // A nought is to be said, too.
    ...(isCounted && { [type]: true, n_right: String(n_right), n: String(n), n_wrong: n_wrong && String(n_wrong) }),
    answer: isToldNow,
    href: link?.href,
    see: link?.textContent,
  })
  partOf(view, 'reasons').append(...reasonsIn(source, [answer].flat()))
  if (isToldNow) partOf(view, 'answer-words').append(...words.cloneNode(true).childNodes)
  return view
}

/** Whether some of a match was chosen, and some not yet. */
export function isHalfDone({ type }, answer) {
  return type === 'match' && answer.includes('')
}

/** How often this question was answered wrongly since the page was opened: the second time the answer is told. */
function triesAt(form) {
  form.dataset.tries = Number(form.dataset.tries ?? 0) + 1
  return Number(form.dataset.tries)
}

/** What was written about each choice that was picked, and about the question. */
function reasonsIn(source, picked) {
  const ofChoices = [...source.querySelectorAll('[data-feedback]')].filter(({ dataset }) => picked.includes(dataset.feedback))
  const ofQuestion = ['model-answer', 'why'].map((name) => partOf(source, name)).filter(Boolean)
  return [...ofChoices, ...ofQuestion].map((reason) => {
    const copy = elementWith('div')
    copy.append(...[...reason.cloneNode(true).childNodes])
    return copy
  })
}
