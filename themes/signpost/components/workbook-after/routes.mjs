/**
 * The ways without an inbox, as they were before there was one: the learner's answers go to whoever confirms, by hand or by mail;
 * after the talk that person sends the board five facts, by mail or on the completion page.
 */
import { fiveFacts, mailtoOf } from '../record/five-facts.mjs'
import { fillSlots, partOf, viewOf } from '../record/views.mjs'
import { faultsOfDetails, tidyDetails } from '../workbook/details.mjs'
import { partiesOf } from './parties.mjs'

/**
 * @param {HTMLElement} root
 * @param {Completion} completion
 * @param {boolean} tools whether “Save a copy” and “Print” belong here: where one can send, they stand above
 * @typedef {{workbook: {title: string, version: number}, details: Partial<Details>, info: SiteInfo, today: string}} Completion
 */
export function routesView(root, completion, tools) {
  const mail = mailIn(root, completion)
  const view = viewOf(root, 'routes', { href: mail?.href, ready: mail, missing: !mail, tools })
  partOf(view, 'mail-words')?.append(mail.view)
  return view
}

/** The mail to whoever confirms. There is none before the details are complete: it would leave gaps for others to fill. */
export function mailIn(root, { workbook, details, info: { agencies, site }, today }) {
  const tidied = tidyDetails(details)
  if (faultsOfDetails(tidied).length) return null
  const { learner, confirmer } = partiesOf(tidied, agencies)
  const facts = fiveFacts({ workbook, learner, completed_on: today })
  const view = viewOf(root, 'mail', { ...facts, confirmer: confirmer.name, confirm: `${site}/confirm/` })
  return { href: mailtoOf(confirmer.email, view), view }
}

/**
 * What is known already stands on the completion page when it is printed.
 *
 * @param {HTMLElement} page
 * @param {Completion} completion without a day where the answers are not finished
 */
export function fillCompletionPage(page, { workbook, details, info: { agencies }, today }) {
  const { learner } = partiesOf(tidyDetails(details), agencies)
  fillSlots(page, fiveFacts({ workbook, learner, completed_on: today }))
}
