/**
 * What is wrong with a form, said twice: in a summary at the top of the main text, where the focus goes, and at each field.
 */
import { elementWith, goTo } from '../record/views.mjs'

const TITLE_START = 'Error: '

/**
 * Shows the problems of a form in place of those shown before.
 *
 * @param {{field: HTMLElement, message: string}[]} problems; a field is a control, or a fieldset of radios
 */
export function showProblems(problems) {
  clearProblems()
  if (!problems.length) return
  const summary = elementWith('div')
  summary.className = 'error-summary'
  summary.setAttribute('role', 'alert')
  const list = elementWith('ul')
  for (const { field, message } of problems) list.append(summaryItem(field, message))
  summary.append(elementWith('h2', 'There is a problem'), list)
  document.querySelector('main').prepend(summary)
  for (const { field, message } of problems) markField(field, message)
  document.title = TITLE_START + document.title
  goTo(summary)
}

/** Takes all of it away again. */
export function clearProblems() {
  for (const part of document.querySelectorAll('.error-summary, .field-error')) part.remove()
  for (const field of document.querySelectorAll('[data-problem]')) {
    field.removeAttribute('aria-invalid')
    setDescription(field, field.dataset.problem)
    delete field.dataset.problem
  }
  for (const box of document.querySelectorAll('.field-wrong')) box.classList.remove('field-wrong')
  if (document.title.startsWith(TITLE_START)) document.title = document.title.slice(TITLE_START.length)
}

function summaryItem(field, message) {
  const item = elementWith('li')
  const link = elementWith('a', message)
  const control = controlOf(field)
  link.href = `#${control.id}`
  link.addEventListener('click', (event) => {
    // The fragment is not the page's to change: it may hold a code. And a closed part is opened first.
    event.preventDefault()
    control.closest('details:not([open])')?.setAttribute('open', '')
    control.focus()
  })
  item.append(link)
  return item
}

/** The message stands behind the label and the hint, before the control. */
function markField(field, message) {
  const control = controlOf(field)
  const text = elementWith('p')
  text.className = 'field-error'
  text.id = `${control.id}-problem`
  const before = elementWith('span', TITLE_START)
  before.className = 'visually-hidden'
  text.append(before, message)
  const isGroup = field.matches('fieldset')
  const choice = field.closest('.choice')
  if (isGroup) field.querySelector('legend').after(text)
  else (choice ?? field).before(text)
  field.dataset.problem = field.getAttribute('aria-describedby') ?? ''
  setDescription(field, `${field.dataset.problem} ${text.id}`.trim())
  if (!isGroup) field.setAttribute('aria-invalid', 'true')
  field.closest('.field')?.classList.add('field-wrong')
}

function controlOf(field) {
  return field.matches('fieldset') ? field.querySelector('input, select, button') : field
}

function setDescription(field, ids) {
  if (ids) field.setAttribute('aria-describedby', ids)
  else field.removeAttribute('aria-describedby')
}
