/** The start page's own part: how far one is, where one goes on, and what is to be said of what was sent. */
import { momentInWords } from '../record/dates.mjs'
import { stateInWords } from '../record/states.mjs'
import { elementWith, partOf, viewOf } from '../record/views.mjs'
import { faultsOfDetails, tidyDetails } from './details.mjs'
import { finalAnswer, isEmptyAnswer } from './questions.mjs'

/** States after which the same e-workbook may be done again. A returned one is changed instead. */
const REPEATABLE = ['withdrawn', 'lapsed', 'refused', 'issued', 'expired', 'revoked', 'superseded']

/**
 * The steps to be done, in order.
 *
 * @typedef {{questions: object[], confirms: boolean, draft: Draft}} Work
 * @param {Work} work
 * @returns {{name: string, question: object | null, answer: string | string[], isDone: boolean}[]}
 */
export function tasksOf({ questions, confirms, draft }) {
  const tasks = questions.map((question, at) => {
    const answer = finalAnswer(question, draft.answers[question.id])
    return { name: `q${at + 1}`, question, answer, isDone: !isEmptyAnswer(answer) }
  })
  if (confirms) tasks.unshift({ name: 'details', question: null, isDone: faultsOfDetails(tidyDetails(draft.details)).length === 0 })
  return tasks
}

/**
 * Where somebody who comes back goes on: the first step not done from where they were, else the first not done at all.
 *
 * @param {ReturnType<typeof tasksOf>} tasks
 * @param {string} at the step last seen
 */
export function nextStep(tasks, at) {
  const here = Math.max(0, tasks.findIndex(({ name }) => name === at))
  const next = tasks.slice(here).find(({ isDone }) => !isDone) ?? tasks.find(({ isDone }) => !isDone)
  return next?.name ?? 'check'
}

/** @param {string} name of a step */
function goWords(name, isStarted, n_questions) {
  if (!isStarted) return 'Start'
  if (name === 'details') return 'Continue: your details'
  return name === 'check' ? 'Continue: check your answers' : `Continue: question ${name.slice(1)} of ${n_questions}`
}

/**
 * @param {HTMLElement} root
 * @param {Work} work
 * @param {boolean} isSent
 */
export function overviewOf(root, work, isSent) {
  const tasks = tasksOf(work)
  const { draft, questions } = work
  const name = draft.at ? nextStep(tasks, draft.at) : tasks[0].name
  const answered = tasks.filter(({ question, isDone }) => question && isDone).length
  const view = viewOf(root, 'overview', {
    go: isSent ? '' : goWords(name, draft.at !== '', questions.length),
    href: `#${name}`,
    draft: !isSent,
    answered: String(answered),
    total: String(questions.length),
  })
  const list = partOf(view, 'tasks')
  list?.append(...tasks.map((task) => taskItem(task, list.dataset)))
  return view
}

function taskItem({ name, question, isDone }, { details, answered, unanswered }) {
  const item = document.createElement('li')
  const link = elementWith('a', question ? `${name.slice(1)}. ${question.prompt}` : details)
  link.href = `#${name}`
  item.append(link, elementWith('span', isDone ? answered : unanswered))
  return item
}

/** What the views of something sent say of it. */
export function sentFacts({ reference, sent_at, state, receipt, confirmer }) {
  return {
    reference,
    sent: receipt ? momentInWords(sent_at / 1000) : '',
    state: `${stateInWords(state, confirmer.name)}.`,
    ...confirmer,
    waiting: state === 'awaiting_confirmation',
    canChange: state === 'returned',
    canRepeat: REPEATABLE.includes(state),
  }
}
