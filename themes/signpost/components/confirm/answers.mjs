/**
 * A learner's answers: whether they fit the questions that were asked, and how a person reads them.
 */

/** Nothing was written or chosen. */
export function isUnanswered(answer) {
  return Array.isArray(answer) ? answer.every((part) => part === '') : answer === ''
}

/**
 * @param {Record<string, string | string[]>} answers
 * @returns {number} how many are not empty
 */
export function countAnswered(answers) {
  return Object.values(answers).filter((answer) => !isUnanswered(answer)).length
}

/**
 * Whether there is one answer for each question, of the kind that the question asks for.
 *
 * @param {object[]} questions of the definition
 * @param {unknown} answers
 */
export function answersFit(questions, answers) {
  if (typeof answers !== 'object' || answers === null || Array.isArray(answers)) return false
  if (Object.keys(answers).length !== questions.length) return false
  return questions.every((question) => Object.hasOwn(answers, question.id) && answerFits(question, answers[question.id]))
}

function answerFits(question, answer) {
  const isOneOf = (items) => (id) => items.some((item) => item.id === id)
  if (['multi', 'order', 'match'].includes(question.type)) {
    if (answer === '') return true
    if (!Array.isArray(answer)) return false
    if (question.type === 'match') return answer.every((id) => id === '' || isOneOf(question.right ?? [])(id))
    return answer.every(isOneOf(question.choices ?? []))
  }
  if (typeof answer !== 'string') return false
  if (question.type === 'true_false') return ['', 'true', 'false'].includes(answer)
  return question.type !== 'single' || answer === '' || isOneOf(question.choices ?? [])(answer)
}

/**
 * An answer in lines to read; none when nothing was answered.
 *
 * @param {object} question of the definition
 * @param {string | string[]} answer
 * @returns {string[]}
 */
export function answerInLines(question, answer) {
  if (isUnanswered(answer)) return []
  const textOfItem = (items, id) => items?.find((item) => item.id === id)?.text ?? id
  switch (question.type) {
    case 'single':
      return [textOfItem(question.choices, answer)]
    case 'true_false':
      return [answer === 'true' ? 'True' : 'False']
    case 'multi':
      return answer.map((id) => textOfItem(question.choices, id))
    case 'order':
      return answer.map((id, index) => `${index + 1}. ${textOfItem(question.choices, id)}`)
    case 'match':
      return answer.map((id, index) => `${question.left?.[index]?.text ?? index + 1}: ${id ? textOfItem(question.right, id) : 'not answered'}`)
    default:
      return answer.split('\n')
  }
}

/**
 * The choices that the author marked as right; none for an open question.
 * @param {object} question
 * @returns {string[]}
 */
export function rightChoices(question) {
  return (question.choices ?? []).filter((choice) => choice.correct).map((choice) => choice.text)
}
