/** What is drawn as it is needed: check your answers, what was sent, how it stands. */
import { momentInWords, sinceInWords } from '../record/dates.mjs'
import { stateInWords } from '../record/states.mjs'
import { mark } from '../question/marking.mjs'
import { partOf, viewOf } from '../record/views.mjs'
import { isAsked } from '../workbook/details.mjs'
import { tasksOf } from '../workbook/overview.mjs'
import { questionsOf } from './asked.mjs'
import { answerInWords, isEmptyAnswer } from '../question/kinds.mjs'
import { routesView } from './routes.mjs'

/**
 * @param {HTMLElement} root
 * @param {Work} work
 * @param {object} surroundings
 * @param {SiteInfo} surroundings.info
 * @param {boolean} surroundings.canSign
 * @param {HTMLFormElement | null} surroundings.details none where nobody confirms
 * @param {Completion} surroundings.completion
 */
export function checkView(root, work, { info: { inbox, site }, canSign, details, completion }) {
  const tasks = tasksOf(work).filter(({ question }) => question)
  const [done, open] = [true, false].map((isDone) => tasks.filter((task) => task.isDone === isDone))
  const view = viewOf(root, 'check', {
    href: `#${tasks.at(-1).name}`,
    open: open.length,
    done: done.length,
    n_open: open.length === 1 ? '1 question' : `${open.length} questions`,
    canSend: inbox && canSign,
    cannotSend: !(inbox && canSign),
    noInbox: !inbox,
    fromFolder: inbox && !canSign,
    site,
  })
  partOf(view, 'open')?.append(...open.map(({ question }) => answerView(root, question, { open: true })))
  partOf(view, 'done')?.append(...done.map(({ question, answer }) => answerView(root, question, { answer, done: true })))
  partOf(view, 'routes')?.append(routesView(root, completion, !(inbox && canSign)))
  const given = details && Object.fromEntries(new FormData(details))
  const fields = [...(details?.querySelectorAll('.field') ?? [])].filter((field) => isAsked(controlIn(field).name, given))
  partOf(view, 'details')?.append(...fields.map((field) => factView(root, field)))
  return view
}

function controlIn(field) {
  return field.querySelector('input, select')
}

/** A detail under its own label, as it was typed or chosen. */
function factView(root, field) {
  const { value, selectedOptions } = controlIn(field)
  return viewOf(root, 'fact', { name: field.querySelector('label').textContent, text: value && (selectedOptions?.[0].textContent ?? value), none: !value })
}

function answerView(root, question, { answer = '', words = answerInWords(question, answer), ...values }) {
  const { name, prompt, type, key } = question
  const { verdict } = mark(type, key, answer)
  const [right, wrong] = [verdict === 'right', verdict === 'not-quite']
  return viewOf(root, 'answer', { number: name.slice(1), href: `#${name}`, prompt, answer: words, right, wrong, ...values })
}

/**
 * @param {HTMLElement} root
 * @param {object} entry of the store
 * @param {Question[]} questions
 * @param {{isKept: boolean, training: string}} place whether it is kept on this device, and where “My training” is
 */
export function sentView(root, entry, questions, { isKept, training }) {
  const view = viewOf(root, 'sent', { ...sentFacts(entry), training, kept: isKept, unkept: !isKept })
  const { answers } = entry.object
  const answered = questionsOf(entry, questions, root.dataset.digest).filter(({ id }) => !isEmptyAnswer(answers[id] ?? ''))
  partOf(view, 'done').append(...answered.map((question) => answerView(root, question, { answer: answers[question.id] })))
  return view
}

/**
 * How a submission stands, and what its confirmer wrote about it.
 *
 * @param {HTMLElement} root
 * @param {object} entry of the store
 * @param {Question[]} questions
 * @param {string} training where “My training” is
 */
export function standingView(root, entry, questions, training) {
  const { comment, comments = {} } = entry
  const view = viewOf(root, 'standing', { ...sentFacts(entry), training, comment })
  const commented = questionsOf(entry, questions, root.dataset.digest).filter(({ id }) => comments[id])
  partOf(view, 'comments')?.append(...commented.map((question) => answerView(root, question, { words: comments[question.id] })))
  return view
}

/** What the views of something sent say of it. */
function sentFacts({ reference, sent_at, state, since = sent_at / 1000, confirmer }) {
  return {
    ...confirmer,
    reference,
    sent: momentInWords(sent_at / 1000),
    state: `${stateInWords(state, confirmer.name, sinceInWords(since, Date.now() / 1000))}.`,
    waiting: state === 'awaiting_confirmation',
    canChange: state === 'returned',
    // A returned one is changed instead.
    canRepeat: !['awaiting_confirmation', 'needs_mars_check', 'returned'].includes(state),
  }
}
