/**
 * The sheet to talk over: who answered, then each question with its answer beside the points to look for and the passage of
 * guidance it is about. On paper it has room for notes.
 */
import { dayInWords, momentInWords } from '../record/dates.mjs'
import { elementWith, partOf, viewOf } from '../record/views.mjs'
import { answerInLines, countAnswered, rightChoices } from './answers.mjs'
import { addressOfPassage, loadPassages, textOfPassage } from './passages.mjs'

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
  const { learner, workbook, completed_on: completedOn, answers } = record
  const facts = viewOf(root, 'facts', {
    name: learner.name,
    learner: learner.email ? `${learner.name}, ${learner.email}` : learner.name,
    jobTitle: learner.job_title,
    agency: learner.agency.name,
    workbook: workbook.title,
    version: String(workbook.version),
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

/**
 * The same for a file that was saved before sending: it says nothing about the learner.
 * @param {HTMLElement} root
 * @param {{definition: object, object: object}} file
 */
export function fileFactsOf(root, { definition, object }) {
  const facts = viewOf(root, 'file-facts', {
    workbook: definition.title,
    version: String(definition.version),
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
 * @returns {HTMLElement} the passages come a moment later
 */
export function sheetOf(root, siteRoot, definition, answers) {
  const sheet = document.createElement('div')
  sheet.className = 'sheet'
  const draw = (passages) => {
    const items = definition.questions.map((question, index) =>
      questionView(root, siteRoot, { question, number: index + 1, answer: answers[question.id], passage: ownPassage(passages, question.id) }),
    )
    sheet.replaceChildren(...items)
  }
  draw({})
  loadPassages(siteRoot, definition).then((passages) => {
    if (Object.keys(passages).length) draw(passages)
  })
  return sheet
}

function ownPassage(passages, id) {
  return Object.hasOwn(passages, id) ? passages[id] : null
}

function questionView(root, siteRoot, { question, number, answer, passage }) {
  const points = question.look_for ?? []
  const right = rightChoices(question)
  const view = viewOf(root, 'question', {
    number: String(number),
    prompt: question.prompt,
    right: right.join('; '),
    points: points.length > 0,
    model: question.model_answer ?? '',
    passage: passage?.title ?? '',
    page: passage ? addressOfPassage(siteRoot, passage) : '',
  })
  partOf(view, 'points')?.append(...points.map((point) => elementWith('li', point)))
  const lines = answerInLines(question, answer)
  const paragraphs = lines.filter((line) => line.trim()).map((line) => elementWith('p', line))
  partOf(view, 'answer').append(...(paragraphs.length ? paragraphs : [viewOf(root, 'unanswered')]))
  if (passage) fillPassage(view, siteRoot, passage)
  return view
}

function fillPassage(view, siteRoot, passage) {
  const box = partOf(view, 'passage')
  const text = partOf(view, 'passage-text')
  text.append(...textOfPassage(siteRoot, passage, PASSAGE_LEVEL))
  // Beside the answer there is room for it; on a phone it would push the next answer far down.
  box.open = matchMedia('(min-width: 56.25rem)').matches && text.textContent.length <= MAX_OPEN_LETTERS
}
