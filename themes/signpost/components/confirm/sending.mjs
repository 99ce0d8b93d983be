/**
 * Sending a form of the confirmer's page to the inbox, and saying how that went where the sending was asked for.
 */
import { InboxUnreachable, askInbox } from '../record/inbox.mjs'

/**
 * @param {{inbox: string, path: string, body: object, status: HTMLElement}} sending `status` has the words as data attributes
 * @returns {Promise<{status: number, body: object} | null>} null: nothing arrived or the inbox was busy, and the reader was told
 */
export async function sendToInbox({ inbox, path, body, status }) {
  const { sending, unreachable, busy } = status.dataset
  status.textContent = sending
  try {
    const reply = await askInbox(inbox, path, body)
    status.textContent = [429, 503].includes(reply.status) ? busy : ''
    return status.textContent ? null : reply
  } catch (error) {
    if (!(error instanceof InboxUnreachable)) throw error
    status.textContent = unreachable
    return null
  }
}

/**
 * A refusal that names no field of the form.
 * @param {HTMLElement} status
 * @param {{body: object}} reply
 */
export function sayRefusal(status, { body }) {
  const { failed } = status.dataset
  status.textContent = typeof body?.detail === 'string' ? `${failed} ${body.detail}` : failed
}

/**
 * The problems of a refused body (422), at the fields they belong to.
 *
 * @param {{status: number, body: object}} reply
 * @param {(pointer: string) => HTMLElement | null | undefined} fieldAt by RFC 6901 pointer into the body
 * @returns {{field: HTMLElement, message: string}[]} none when no field of the form is meant
 */
export function problemsIn({ status, body }, fieldAt) {
  if (status !== 422 || !Array.isArray(body?.errors)) return []
  return body.errors.map(({ pointer, detail }) => ({ field: fieldAt(pointer), message: detail })).filter(({ field }) => field)
}
