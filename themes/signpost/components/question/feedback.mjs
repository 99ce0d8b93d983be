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
  const isWrong = verdict === 'not-quite'
  const isCounted = isWrong && COUNTED.includes(type)
  const link = partOf(form, 'see')?.querySelector('a')
  const view = viewOf(root, 'verdict', {
    right: verdict === 'right',
    wrong: isWrong,
    compare: verdict === 'unmarked',
    // A nought is to be said, too.
    plain: !isCounted,
    ...(isCounted && { [type]: true, n_right: String(n_right), n: String(n), n_wrong: n_wrong && String(n_wrong) }),
    href: link?.href,
    see: link?.textContent,
  })
  partOf(view, 'reasons').append(...reasonsIn(source, [answer].flat()))
  return view
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
