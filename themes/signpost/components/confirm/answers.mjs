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
 * @param {{yes: string, no: string, none: string}} words for true, for false, and for a part that was left out
 * @returns {string[]} paragraphs, or the items of the list that {@link listOf} names
 */
export function answerInLines(question, answer, words) {
  if (isUnanswered(answer)) return []
  const textOfItem = (items, id) => items?.find((item) => item.id === id)?.text ?? id
  switch (question.type) {
    case 'single':
      return [textOfItem(question.choices, answer)]
    case 'true_false':
      return [answer === 'true' ? words.yes : words.no]
    case 'multi':
    case 'order':
      return answer.map((id) => textOfItem(question.choices, id))
    case 'match':
      return answer.map((id, index) => `${question.left?.[index]?.text ?? index + 1}: ${id ? textOfItem(question.right, id) : words.none}`)
    default:
      return answer.split('\n').filter((line) => line.trim())
  }
}

/**
 * The element that an answer's lines are items of; empty where they are paragraphs.
 * @param {{type: string}} question
 */
export function listOf({ type }) {
  return { multi: 'ul', match: 'ul', order: 'ol' }[type] ?? ''
}

/**
 * The answer that the author expects, in the form that a learner's has.
 *
 * @param {object} question of the definition
 * @param {string | (string | number)[]} [key] what makes an answer right, where the site still asks this question
 * @returns {string | string[] | null} null: none is known
 */
export function expectedAnswer({ type, choices = [] }, key) {
  const right = choices.filter((choice) => choice.correct).map((choice) => choice.id)
  if (type === 'single') return right[0] ?? null
  if (type === 'multi') return right.length ? right : null
  // A definition has them in the right order.
  if (type === 'order') return choices.map((choice) => choice.id)
  // Of several words the first is the author's own; of a number and how far off it may be, the number.
  if (type === 'short' || type === 'number') return key ? String(key[0]) : null
  return key ?? null
}
