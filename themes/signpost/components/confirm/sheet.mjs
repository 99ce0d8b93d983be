/**
 * The sheet to talk over: who answered, then each question with its answer beside the points to look for and the passage of
 * guidance it is about. On paper it has room for notes.
 */
import { dayInWords, momentInWords } from '../record/dates.mjs'
import { paragraphsOf } from '../record/prompt.mjs'
import { elementWith, partOf, viewOf } from '../record/views.mjs'
import { siteInfo } from '../record/site-info.mjs'
import { answerInLines, countAnswered, expectedAnswer, isUnanswered, listOf } from './answers.mjs'
import { addressOfPassage, besideAnswers, textOfPassage } from './passages.mjs'

/** A longer passage is folded up: the reader came for the answer. */
const MAX_OPEN_LETTERS = 1500

/** Passage headings stand below “What the guidance says”, which stands below a question (h3). */
const PASSAGE_LEVEL = 4

/**
 * @param {HTMLElement} root holds the templates
 * @param {{record: object, definition: object, receivedAt?: number, sentTo?: string, reference?: string,
 *   object?: object, canDecide?: boolean, isOver?: boolean}} request without `object` there is no answer to print; `isOver`: it was
 *   decided, and the answers are no longer there
 * @returns {DocumentFragment}
 */
export function factsOf(root, { record, definition, receivedAt, sentTo, reference, object, canDecide, isOver }) {
  const { learner, workbook, completed_on: completedOn, answers, confirmer } = record
  const facts = viewOf(root, 'facts', {
    ...versionsOf(workbook),
    [confirmer.capacity]: true,
    confirmer: confirmer.name,
    reason: confirmer.capacity === 'peer' ? confirmer.reason : '',
    asksPeer: canDecide && confirmer.capacity === 'peer',
    name: learner.name,
    learner: learner.email ? `${learner.name}, ${learner.email}` : learner.name,
    jobTitle: learner.job_title,
    agency: learner.agency.name,
    workbook: workbook.title,
    count: definition ? `${answers.count} of ${definition.questions.length} questions` : `${answers.count} questions`,
    completed: dayInWords(completedOn),
    sent: receivedAt ? momentInWords(receivedAt) : '',
    sentTo,
    reference,
    canDecide,
    answers: !isOver,
    noAnswers: isOver,
    canPrint: Boolean(object),
  })
  partOf(facts, 'print')?.addEventListener('click', () => print())
  return facts
}

/** The version that was answered, and a newer one if the site has one by now. */
function versionsOf(workbook) {
  const current = currentVersion(workbook)
  return { version: String(workbook.version), newer: current > workbook.version ? String(current) : '' }
}

/**
 * The same for a file that was saved before sending: it says nothing about the learner.
 * @param {HTMLElement} root
 * @param {{definition: object, object: object}} file
 */
export function fileFactsOf(root, { definition, object }) {
  const facts = viewOf(root, 'file-facts', {
    ...versionsOf(definition),
    workbook: definition.title,
    count: `${countAnswered(object.answers)} of ${definition.questions.length} questions`,
  })
  partOf(facts, 'print').addEventListener('click', () => print())
  return facts
}

/**
 * @param {HTMLElement} root holds the templates
 * @param {string} siteRoot
 * @param {object} definition
 * @param {Record<string, string | string[]>} answers
 * @returns {HTMLElement} what stands beside the answers comes a moment later
 */
export function sheetOf(root, siteRoot, definition, answers) {
  const sheet = document.createElement('div')
  sheet.className = 'sheet'
  const views = definition.questions.map((question, index) => questionView(root, question, index + 1, answers[question.id]))
  sheet.append(...views, viewOf(root, 'sheet-end'))
  besideAnswers(siteRoot, definition, currentVersion(definition) ?? definition.version).then(({ passageOf, keys, isDrawn }) => {
    if (isDrawn) sayMayBeNotAsked(root, sheet)
    for (const [index, question] of definition.questions.entries()) {
      const [view, passage, expected] = [sheet.children[index], passageOf(question), expectedAnswer(question, keys[question.id])]
      if (passage) addPassage(root, siteRoot, view, passage)
      if (expected !== null) addExpected(root, view, question, expected)
    }
  })
  return sheet
}

/** The version of an e-workbook that the site asks now; undefined where it asks none. */
function currentVersion({ id }) {
  return siteInfo().workbooks.find((workbook) => workbook.id === id)?.version
}

function questionView(root, question, number, answer) {
  const { prompt, look_for: points = [], model_answer: model = '' } = question
  // What follows the question itself, a case or a list, is no part of the heading.
  const [first, ...more] = paragraphsOf(prompt)
  const view = viewOf(root, 'question', {
    number: String(number),
    prompt: first,
    points: points.length > 0,
    model,
  })
  partOf(view, 'more').replaceWith(...more.map((text) => elementWith('p', text)))
  partOf(view, 'points')?.append(...points.map((point) => elementWith('li', point)))
  // On paper there is room for one of them.
  if (model && points.length) partOf(view, 'model').dataset.print = 'no'
  const place = partOf(view, 'answer')
  place.append(...(isUnanswered(answer) ? [viewOf(root, 'unanswered')] : answerParts(question, answer, place.dataset)))
  return view
}

/** The record does not say which questions were drawn for this learner. On paper those without an answer take little room. */
function sayMayBeNotAsked(root, sheet) {
  for (const note of sheet.querySelectorAll('.sheet-answer > .note')) {
    note.closest('section').querySelector('.sheet-beside').dataset.print = 'no'
    note.replaceWith(viewOf(root, 'not-asked'))
  }
}

function addExpected(root, view, question, expected) {
  const words = partOf(view, 'answer').dataset
  const added = viewOf(root, 'expected')
  partOf(added, 'expected').append(...answerParts(question, expected, words))
  partOf(view, 'said').append(added)
}

/** An answer as paragraphs, or as one list. */
function answerParts(question, answer, words) {
  const list = listOf(question)
  const lines = answerInLines(question, answer, words).map((line) => elementWith(list ? 'li' : 'p', line))
  if (!list) return lines
  const items = document.createElement(list)
  items.append(...lines)
  return [items]
}

/** The passage with its text or, where the site has that no more, a link to its page. On paper it is named, with its address. */
function addPassage(root, siteRoot, view, passage) {
  const { title, page, anchor, html } = passage
  const link = addressOfPassage(siteRoot, passage)
  partOf(view, 'passage').replaceWith(viewOf(root, 'passage', { text: html, link: !html, title, page: link }))
  partOf(view, 'source').replaceWith(viewOf(root, 'source', { title, address: `${siteInfo().site}/${page}${anchor && '#'}${anchor}` }))
  if (!html) return
  const text = partOf(view, 'passage-text')
  text.append(...textOfPassage(siteRoot, passage, PASSAGE_LEVEL))
  // Beside the answer there is room for it; on a phone it would push the next answer far down.
  text.closest('details').open = matchMedia('(min-width: 56.25rem)').matches && text.textContent.length <= MAX_OPEN_LETTERS
}
