/** Which questions of a pool a learner gets: the same ones each time that learner comes back. */
import { shuffled } from '../question/shuffle.mjs'
import { isEmptyAnswer } from '../question/kinds.mjs'

/**
 * @param {QuestionForm[]} forms in the order of the file; `data-pool` of one says how many of its `data-section` are drawn
 * @param {{salt: string, answers: object}} draft what was answered is drawn first, so that a copy of it shows all its answers
 * @returns {QuestionForm[]} in the order of the file
 */
export function drawnFrom(forms, { salt, answers }) {
  const drawn = new Set()
  for (const section of new Set(forms.map(({ form }) => form.dataset.section))) {
    const ofSection = forms.filter(({ form }) => form.dataset.section === section)
    const n = Number(ofSection[0].form.dataset.pool ?? ofSection.length)
    const isAnswered = ({ question }) => !isEmptyAnswer(answers[question.id] ?? '')
    const inOrder = shuffled(ofSection, salt, ({ question }) => question.id)
    const answeredFirst = [...inOrder.filter(isAnswered), ...inOrder.filter((form) => !isAnswered(form))]
    for (const form of answeredFirst.slice(0, n)) drawn.add(form)
  }
  return forms.filter((form) => drawn.has(form))
}
