/** A question within a page of guidance: answered, checked, tried again. Nothing is kept. */
import { clearProblems, showProblems } from '../form/problems.mjs'
import { fieldOf, firstControl, hideAnswer } from '../question/controls.mjs'
import { feedbackView } from '../question/feedback.mjs'
import { isEmptyAnswer, finalAnswer, questionIn } from '../question/kinds.mjs'
import { numberIn } from '../question/marking.mjs'
import { offerMoves } from '../question/order.mjs'
import { shuffleChoices } from '../question/shuffle.mjs'
import { partOf, viewOf } from '../record/views.mjs'

/** @param {HTMLElement} root */
export function startKnowledgeCheck(root) {
  const form = root.querySelector('form')
  const question = questionIn(form)
  hideAnswer(form)
  shuffleChoices(form, String(Math.random()))
  offerMoves(root, form)
  form.append(viewOf(root, 'foot'))
  const place = partOf(form, 'feedback')
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
    place.replaceChildren(feedbackView(root, form, question, answer))
  })
}

function problemOf({ dataset }, { type }, answer) {
  if (isEmptyAnswer(answer)) return dataset.empty
  return type === 'number' && Number.isNaN(numberIn(answer)) && dataset.notANumber
}
