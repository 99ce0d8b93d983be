/**
 * Kinds of question: how an answer is read from its controls and written back. A new kind is one entry of KINDS and its
 * controls in workbook.html.
 */
import { tidyAnswer } from '../record/text.mjs'

const typed = {
  read: (form) => form.elements.answer.value,
  write: (form, answer) => (form.elements.answer.value = answer),
}

const chosen = {
  read: (form) => checkedIn(form)[0] ?? '',
  write: (form, answer) => checkOnly(form, [answer]),
}

/** What is not named here is typed: open, short, number. */
const KINDS = {
  single: chosen,
  true_false: chosen,
  // In the order of the definition, which is the order of the boxes.
  multi: { read: checkedIn, write: checkOnly },
}

function checkedIn(form) {
  return [...form.querySelectorAll(':checked')].map((input) => input.value)
}

function checkOnly(form, values) {
  for (const input of form.querySelectorAll('input')) input.checked = values.includes(input.value)
}

/**
 * @typedef {{name: string, id: string, prompt: string, kind: {read: Function, write: Function},
 *   empty: string | string[], choices: Map<string, string>}} Question
 */

/**
 * A question as it stands in the page.
 * @param {HTMLFormElement} form
 * @returns {Question} `name` is its step, `choices` are texts by id
 */
export function questionIn(form) {
  const { question: id, type } = form.dataset
  const choices = [...form.querySelectorAll('.choice')].map((choice) => [choice.querySelector('input').value, choice.textContent])
  return {
    name: form.id, id,
    prompt: form.querySelector('[data-prompt]').textContent,
    kind: KINDS[type] ?? typed,
    empty: type === 'multi' ? [] : '',
    choices: new Map(choices),
  }
}

/**
 * An answer as it stands in the record: tidied, and empty where there is none.
 * @param {Question} question
 * @param {string | string[] | undefined} answer
 */
export function finalAnswer({ empty }, answer) {
  // A saved copy may hold what this version of the e-workbook asks for in another way.
  if (answer === undefined || Array.isArray(answer) !== Array.isArray(empty)) return empty
  return Array.isArray(answer) ? answer : tidyAnswer(answer)
}

/** Whether nothing was answered, as the records count it. */
export function isEmptyAnswer(answer) {
  return [answer].flat().every((part) => part === '')
}

/** An answer for people to read. */
export function answerInWords({ choices }, answer) {
  return [answer].flat().map((part) => choices.get(part) ?? part).join('\n')
}
