/** A question by itself: answered, checked, tried again. Nothing is kept, unless the page around it does. */
import { clearProblems, showProblems } from '../form/problems.mjs'
import { fieldOf, firstControl, hideAnswer } from '../question/controls.mjs'
import { feedbackView, isHalfDone } from '../question/feedback.mjs'
import { isEmptyAnswer, finalAnswer, questionIn } from '../question/kinds.mjs'
import { mark, numberIn } from '../question/marking.mjs'
import { offerMoves } from '../question/order.mjs'
import { shuffleChoices } from '../question/shuffle.mjs'
import { partOf, viewOf } from '../record/views.mjs'

/**
 * @param {HTMLElement} root
 * @param {object} [page] one that keeps answers
 * @param {string} [page.seed] decides in which order choices stand
 * @param {string | string[]} [page.answer] what was answered before
 * @param {(question: Question, answer: string | string[], verdict: string) => void} [page.answered]
 */
export function startKnowledgeCheck(root, { seed = String(Math.random()), answer: before, answered } = {}) {
  const form = root.querySelector('form')
  const question = questionIn(form)
  hideAnswer(form)
  shuffleChoices(form, seed)
  offerMoves(root, form)
  form.append(viewOf(root, 'foot'))
  const place = partOf(form, 'feedback')
  const say = (answer) => place.replaceChildren(feedbackView(root, form, question, answer))
  const forget = () => {
    clearProblems()
    place.replaceChildren()
  }
  form.addEventListener('input', forget)
  form.addEventListener('change', forget)
  form.addEventListener('click', ({ target }) => {
    if (!target.closest('[data-do="tryAgain"]')) return
    forget()
    firstControl(form).focus()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    forget()
    const answer = finalAnswer(question, question.kind.read(form))
    const problem = problemOf(root, question, answer)
    if (problem) return showProblems([{ field: fieldOf(form), message: problem }])
    say(answer)
    if (isHalfDone(question, answer)) return
    answered?.(question, answer, mark(question.type, question.key, answer).verdict)
  })
  const known = finalAnswer(question, before)
  if (isEmptyAnswer(known)) return
  question.kind.write(form, known)
  say(known)
}

function problemOf({ dataset }, { type }, answer) {
  if (isEmptyAnswer(answer)) return dataset.empty
  return type === 'number' && Number.isNaN(numberIn(answer)) && dataset.notANumber
}
