/** What is drawn as it is needed: check your answers, what was sent, how it stands. */
import { mark } from '../question/marking.mjs'
import { partOf, viewOf } from '../record/views.mjs'
import { sentFacts, tasksOf } from './overview.mjs'
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
  const fields = [...(details?.querySelectorAll('.field:not([hidden])') ?? [])]
  partOf(view, 'details')?.append(...fields.map((field) => factView(root, field)))
  return view
}

/** A detail under its own label, as it was typed or chosen. */
function factView(root, field) {
  const { value, selectedOptions } = field.querySelector('input, select')
  return viewOf(root, 'fact', { name: field.querySelector('label').textContent, text: value && (selectedOptions?.[0].textContent ?? value), none: !value })
}

function answerView(root, question, { answer = '', ...values }) {
  const { name, prompt, type, key } = question
  const { verdict } = mark(type, key, answer)
  const [right, wrong] = [verdict === 'right', verdict === 'not-quite']
  return viewOf(root, 'answer', { number: name.slice(1), href: `#${name}`, prompt, answer: answerInWords(question, answer), right, wrong, ...values })
}

/**
 * @param {HTMLElement} root
 * @param {object} entry of the store
 * @param {Question[]} questions
 * @param {boolean} isKept on this device
 */
export function sentView(root, entry, questions, isKept) {
  const view = viewOf(root, 'sent', { ...sentFacts(entry), kept: isKept, unkept: !isKept })
  partOf(view, 'done').append(...viewsBy(root, questions, entry.object.answers))
  return view
}

/**
 * How a submission stands, and what its confirmer wrote about it.
 *
 * @param {HTMLElement} root
 * @param {object} entry of the store
 * @param {Question[]} questions
 */
export function standingView(root, entry, questions) {
  const { comment, comments = {} } = entry
  const view = viewOf(root, 'standing', { ...sentFacts(entry), comment })
  partOf(view, 'comments')?.append(...viewsBy(root, questions, comments))
  return view
}

/** What there is to each question, in their order. */
function viewsBy(root, questions, texts) {
  return questions
    .filter(({ id }) => !isEmptyAnswer(texts[id] ?? ''))
    .map((question) => answerView(root, question, { answer: texts[question.id] }))
}
