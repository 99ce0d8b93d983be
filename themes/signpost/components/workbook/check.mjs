/** The steps drawn as they are needed: check your answers, what was sent, what was returned. */
import { elementWith, partOf, viewOf } from '../record/views.mjs'
import { sentFacts, tasksOf } from './overview.mjs'
import { answerInWords, isEmptyAnswer } from './questions.mjs'

/**
 * @param {HTMLElement} root
 * @param {Work} work
 * @param {{info: object, canSign: boolean, details: HTMLFormElement | null}} surroundings
 */
export function checkView(root, work, { info: { inbox, site }, canSign, details }) {
  const tasks = tasksOf(work).filter(({ question }) => question)
  const [done, open] = [true, false].map((isDone) => tasks.filter((task) => task.isDone === isDone))
  const view = viewOf(root, 'check', {
    href: `#q${tasks.length}`,
    open: open.length > 0,
    done: done.length > 0,
    n_open: open.length === 1 ? '1 question' : `${open.length} questions`,
    canSend: inbox && canSign,
    noInbox: !inbox,
    fromFolder: inbox && !canSign,
    site,
  })
  partOf(view, 'open')?.append(...open.map(({ name, question }) => answerView(root, question, name, '', 'Answer', 'question')))
  partOf(view, 'done')?.append(...done.map(({ name, question, answer }) =>
    answerView(root, question, name, answerInWords(question, answer), 'Change', 'answer to question')))
  const facts = partOf(view, 'details')
  for (const control of facts ? details.elements : []) if (control.labels?.length && !control.closest('[hidden]')) facts.append(factOf(control, facts))
  return view
}

/** A detail under its own label, as it was typed or chosen. */
function factOf({ labels, value, selectedOptions }, { dataset }) {
  const fact = document.createElement('div')
  const text = value && (selectedOptions?.[0].textContent ?? value)
  fact.append(elementWith('dt', labels[0].textContent), elementWith('dd', text || dataset.none))
  return fact
}

function answerView(root, { prompt }, name, answer, verb, what) {
  return viewOf(root, 'answer', { number: name.slice(1), prompt, answer, verb, what, href: verb && `#${name}` })
}

/**
 * @param {HTMLElement} root
 * @param {object} entry of the store
 * @param {object[]} questions
 * @param {{isKept: boolean, training: string}} surroundings
 */
export function sentView(root, entry, questions, { isKept, training }) {
  const view = viewOf(root, 'sent', { ...sentFacts(entry), kept: isKept, unkept: !isKept, training })
  partOf(view, 'done').append(...viewsBy(root, questions, entry.object.answers))
  return view
}

/**
 * @param {HTMLElement} root
 * @param {object} entry of the store
 * @param {object[]} questions
 */
export function returnedView(root, { confirmer: { name }, reference, comment, comments = {} }, questions) {
  const view = viewOf(root, 'returned', { name, reference, comment })
  partOf(view, 'comments').append(...viewsBy(root, questions, comments))
  return view
}

/** What there is to each question, in their order. */
function viewsBy(root, questions, texts) {
  return questions
    .map((question, at) => ({ question, name: `q${at + 1}`, text: texts[question.id] ?? '' }))
    .filter(({ text }) => !isEmptyAnswer(text))
    .map(({ question, name, text }) => answerView(root, question, name, answerInWords(question, text), '', ''))
}
