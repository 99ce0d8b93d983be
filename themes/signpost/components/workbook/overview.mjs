/** The start page's own part: how far one is, where one goes on, and what is to be said of what was sent. */
import { partOf, viewOf } from '../record/views.mjs'
import { faultsOfDetails, tidyDetails } from './details.mjs'
import { finalAnswer, isEmptyAnswer } from '../question/kinds.mjs'

/**
 * The steps to be done, in order.
 *
 * @typedef {{questions: Question[], confirms: boolean, draft: Draft}} Work
 * @param {Work} work
 * @returns {{name: string, question: Question | null, answer: string | string[], isDone: boolean, isChanged?: boolean}[]}
 */
export function tasksOf({ questions, confirms, draft }) {
  const tasks = questions.map((question) => {
    const answer = finalAnswer(question, draft.answers[question.id])
    const isOther = isChanged(question, draft)
    return { name: question.name, question, answer, isChanged: isOther, isDone: !isEmptyAnswer(answer) && !isOther }
  })
  if (confirms) tasks.unshift({ name: 'details', question: null, isDone: !faultsOfDetails(tidyDetails(draft.details)).length })
  return tasks
}

/** Whether something else is asked now than when it was answered. */
export function isChanged({ id, mark }, { answers, marks }) {
  return !isEmptyAnswer(answers[id] ?? '') && (marks?.[id] ?? mark) !== mark
}

/**
 * Where somebody who comes back goes on: the first step not done from where they were, else the first not done at all.
 *
 * @param {ReturnType<typeof tasksOf>} tasks
 * @param {string} at the step last seen
 */
export function nextStep(tasks, at) {
  const here = tasks.findIndex(({ name }) => name === at)
  return tasks.find(({ isDone }, n) => n >= here && !isDone)?.name ?? tasks.find(({ isDone }) => !isDone)?.name ?? 'check'
}

/**
 * @param {HTMLElement} root
 * @param {Work} work
 * @param {boolean} isSent
 */
export function overviewOf(root, work, isSent) {
  const tasks = tasksOf(work)
  const { at } = work.draft
  const name = at ? nextStep(tasks, at) : tasks[0].name
  const isOver = name === 'check'
  const view = viewOf(root, 'overview', {
    draft: !isSent,
    // Before the start there is nothing done, and nothing to list.
    begun: at,
    href: `#${name}`,
    start: !at,
    details: at && name === 'details',
    check: at && isOver,
    question: at && !isOver && name !== 'details',
    number: name.slice(1),
    answered: countDone(tasks),
    total: String(tasks.filter(({ question }) => question).length),
    changed: tasks.some((task) => task.isChanged),
  })
  const changed = tasks.filter((task) => task.isChanged)
  partOf(view, 'changed')?.append(...changed.map(({ name, question }) =>
    viewOf(root, 'changed-question', { href: `#${name}`, name: `${name.slice(1)}. ${question.prompt}` })))
  partOf(view, 'sections')?.append(...bySection(tasks).map((ofSection) => sectionView(root, ofSection)))
  return view
}

/** Tasks in a row that belong together; details stand by themselves. */
function bySection(tasks) {
  const sections = []
  for (const task of tasks) {
    const last = sections.at(-1)
    if (last && last[0].question?.section === task.question?.section && last[0].question && task.question) last.push(task)
    else sections.push([task])
  }
  return sections
}

function countDone(tasks) {
  return String(tasks.filter(({ question, isDone }) => question && isDone).length)
}

function sectionView(root, tasks) {
  const n = Number(countDone(tasks))
  const { question } = tasks[0]
  const view = viewOf(root, 'section', {
    title: question?.section,
    none: question?.section && !n,
    some: question?.section && n && n < tasks.length,
    all: question?.section && n === tasks.length,
    answered: String(n),
    total: String(tasks.length),
  })
  partOf(view, 'tasks').append(...tasks.map(({ name, question, isDone, isChanged: changed }) =>
    viewOf(root, 'task', {
      href: `#${name}`, question, details: !question, number: name.slice(1), prompt: question?.prompt,
      done: isDone, open: !isDone && !changed, changed,
    })))
  return view
}
