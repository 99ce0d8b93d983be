/**
 * The five facts that a board is told of a completion, and mails with them that are ready to be sent from a person's own mail
 * program. The words stand in views: five-facts.html has the facts, and a page's own view of a mail has them among its paragraphs.
 */
import { dayInWords } from './dates.mjs'
import { partOf } from './views.mjs'

/**
 * What `five_facts` takes, by the names of its slots.
 *
 * @param {object} completion as a record has it
 * @param {{title: string, version: number}} completion.workbook
 * @param {{name: string, email: string, job_title: string, agency: {name: string}}} completion.learner
 * @param {string} [completion.completed_on] `2026-03-03`; none on a form that is not finished
 */
export function fiveFacts({ workbook, learner, completed_on }) {
  const { name, email, job_title, agency } = learner
  const completed = completed_on ? dayInWords(completed_on) : ''
  return { workbook: workbook.title, version: String(workbook.version), name, email, job_title, agency: agency.name, completed }
}

/**
 * The address of a mail that is written already. What the reader sees in the view is what the mail says.
 *
 * @param {string} address of whom it goes to
 * @param {ParentNode} view with a `data-part="subject"`, and a `data-part="mail"` of paragraphs and lists of facts
 * @returns {string} mailto:, as RFC 6068 has it
 */
export function mailtoOf(address, view) {
  const body = [...partOf(view, 'mail').children].map(wordsOf).join('\r\n\r\n')
  const to = encodeURIComponent(address).replace('%40', '@')
  return `mailto:${to}?subject=${encodeURIComponent(partOf(view, 'subject').textContent)}&body=${encodeURIComponent(body)}`
}

/** A paragraph's text; a line for each fact. */
function wordsOf(part) {
  if (!part.matches('dl')) return part.textContent.trim()
  return [...part.children].map(lineOf).join('\r\n')
}

function lineOf(fact) {
  const [name, ...values] = [...fact.children].map((part) => part.textContent)
  return `${name}: ${values.join(', ')}`
}
