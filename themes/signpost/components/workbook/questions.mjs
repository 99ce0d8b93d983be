/**
 * Kinds of question: how an answer is read from its controls and written back, and how it reads in words. A new kind is one
 * entry of KINDS and its controls in workbook.html.
 */
import { tidyAnswer } from '../record/text.mjs'

const typed = {
  read: (form) => form.elements.answer.value,
  write: (form, answer) => (form.elements.answer.value = answer),
  final: tidyAnswer,
  words: (answer) => answer,
  empty: '',
}

const chosen = {
  read: (form) => checkedIn(form)[0] ?? '',
  write: (form, answer) => checkOnly(form, [answer]),
  final: (answer) => answer,
  words: (answer, choices) => choices.find(({ id }) => id === answer)?.text ?? answer,
  empty: '',
}

const KINDS = {
  open: typed,
  short: typed,
  number: typed,
  single: chosen,
  true_false: { ...chosen, words: (answer) => ({ true: 'True', false: 'False' })[answer] ?? answer },
  // In the order of the definition, which is the order of the boxes.
  multi: {
    read: checkedIn,
    write: checkOnly,
    final: (answer) => answer,
    words: (answer, choices) => answer.map((id) => chosen.words(id, choices)).join('\n'),
    empty: [],
  },
}

function checkedIn(form) {
  return [...form.querySelectorAll('input:checked')].map((input) => input.value)
}

function checkOnly(form, values) {
  for (const input of form.querySelectorAll('input')) input.checked = values.includes(input.value)
}

/**
 * @typedef {{id: string, type: string, prompt: string, choices?: {id: string, text: string}[]}} Question of the definition
 */

/** @param {Question} question */
export function kindOf({ type }) {
  return KINDS[type] ?? typed
}

/**
 * An answer as it stands in the record: tidied, and empty where there is none.
 * @param {Question} question
 * @param {string | string[] | undefined} answer
 */
export function finalAnswer(question, answer) {
  const kind = kindOf(question)
  // A saved copy may hold what this version of the e-workbook no longer asks for.
  if (Array.isArray(answer) !== Array.isArray(kind.empty) || answer === undefined) return kind.empty
  return kind.final(answer)
}

/** Whether nothing was answered, as the records count it. */
export function isEmptyAnswer(answer) {
  return Array.isArray(answer) ? answer.every((part) => part === '') : answer === ''
}

/** An answer for people to read. */
export function answerInWords(question, answer) {
  return kindOf(question).words(answer, question.choices ?? [])
}
