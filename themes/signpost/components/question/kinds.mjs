/**
 * Kinds of question: how an answer is read from its controls and written back. A new kind is one entry of KINDS and its
 * controls in question.html.
 */
import { tidyAnswer } from '../record/text.mjs'

const typed = {
  empty: '',
  read: (form) => form.elements.answer.value,
  write: (form, answer) => (form.elements.answer.value = answer),
}

const chosen = {
  empty: '',
  read: (form) => checkedIn(form)[0] ?? '',
  write: (form, answer) => checkOnly(form, [answer]),
}

/** What is not named here is typed: open, short, number. */
const KINDS = {
  single: chosen,
  true_false: chosen,
  multi: { empty: [], read: checkedIn, write: checkOnly },
  // As the items stand, once one of them was moved: nobody has answered by opening the page.
  order: {
    empty: [],
    read: (form) => ('answered' in form.dataset ? itemsIn(form).map((item) => item.dataset.item) : []),
    write: writeOrder,
  },
  match: {
    empty: [],
    read: (form) => selectsIn(form).map((select) => select.value),
    write: (form, answer) => selectsIn(form).forEach((select, at) => (select.value = answer[at] ?? '')),
  },
}

/** In the order of the definition, whatever order the boxes stand in: that of their numbers in the file. */
function checkedIn(form) {
  const boxes = [...form.querySelectorAll('.choice input:checked')]
  return boxes.sort((one, other) => placeOf(one) - placeOf(other)).map((input) => input.value)
}

function placeOf(input) {
  return Number(input.closest('.choice').dataset.place ?? 0)
}

function checkOnly(form, values) {
  for (const input of form.querySelectorAll('.choice input')) input.checked = values.includes(input.value)
}

function itemsIn(form) {
  return [...form.querySelectorAll('[data-item]')]
}

function writeOrder(form, answer) {
  const items = itemsIn(form)
  const isWhole = answer.length === items.length && items.every((item) => answer.includes(item.dataset.item))
  form.toggleAttribute('data-answered', isWhole)
  const order = isWhole ? answer : form.dataset.order.split(' ')
  const list = items[0].parentElement
  for (const id of order) list.append(items.find((item) => item.dataset.item === id))
}

function selectsIn(form) {
  return [...form.querySelectorAll('.match-row select')]
}

/**
 * @typedef {{name: string, id: string, type: string, prompt: string, kind: {empty: string | string[], read: Function, write: Function},
 *   mark: string, section?: string, key: unknown, choices: Map<string, string>, left: string[]}} Question
 */

/**
 * A question as it stands in the page.
 * @param {HTMLFormElement} form
 * @returns {Question} `name` is its step, `choices` are texts by id, `left` what a match asks about
 */
export function questionIn(form) {
  const { question: id, type, mark, key } = form.dataset
  const texts = (selector, read) => [...form.querySelectorAll(selector)].map(read)
  const choices = [
    ...texts('.choice', (choice) => [choice.querySelector('input').value, choice.textContent.trim()]),
    ...texts('[data-item]', (item) => [item.dataset.item, item.querySelector('.order-text').textContent]),
    ...texts('.match-row option', (option) => [option.value, option.textContent]),
  ]
  return {
    name: form.id, id, type, mark,
    section: form.querySelector('.caption-section')?.textContent.slice(2),
    key: key === undefined ? undefined : JSON.parse(key),
    prompt: form.querySelector('[data-prompt]').textContent,
    kind: KINDS[type] ?? typed,
    choices: new Map(choices.filter(([id]) => id)),
    left: texts('.match-row label', (label) => label.textContent),
  }
}

/**
 * An answer as it stands in the record: tidied, and empty where there is none.
 * @param {Question} question
 * @param {string | string[] | undefined} answer
 */
export function finalAnswer({ kind: { empty }, choices }, answer) {
  // A saved copy may hold what this version of the e-workbook asks for in another way.
  if (answer === undefined || Array.isArray(answer) !== Array.isArray(empty)) return empty
  if (!Array.isArray(answer)) return tidyAnswer(answer)
  return answer.every((part) => part === '' || choices.has(part)) ? answer : empty
}

/** Whether nothing was answered, as the records count it. */
export function isEmptyAnswer(answer) {
  return [answer].flat().every((part) => part === '')
}

/** An answer for people to read, a line for each of its parts. */
export function answerInWords({ type, choices, left = [] }, answer) {
  if (isEmptyAnswer(answer)) return ''
  const words = [answer].flat().map((part) => choices.get(part) ?? part)
  if (type === 'order') return words.map((word, at) => `${at + 1}. ${word}`).join('\n')
  if (type === 'match') return words.map((word, at) => `${left[at]}: ${word || '–'}`).join('\n')
  return words.join('\n')
}
