/**
 * What the page knows of a submission, put together from what this device keeps and what the inbox answers.
 */
import { parseStrict } from '../record/json.mjs'
import { parseCertificate } from '../verify/certificate.mjs'

/** What of the inbox's answer is kept on the device, so that it can be read without a network. */
const KEPT_MEMBERS = ['state', 'since', 'comment', 'comments', 'certificate']

/**
 * An entry of the store with what the inbox says of it now.
 *
 * @param {object} entry
 * @param {object} reply body of a 200
 */
export function withReply(entry, reply) {
  const known = Object.fromEntries(KEPT_MEMBERS.filter((name) => reply[name] !== undefined).map((name) => [name, reply[name]]))
  const confirmer = { ...entry.confirmer }
  // Passed on to somebody else, it waits for them; their address is not ours to know.
  if (reply.confirmer_name && reply.confirmer_name !== confirmer.name) {
    confirmer.name = reply.confirmer_name
    confirmer.email = ''
  }
  return { ...entry, ...known, confirmer }
}

/** @returns {Training} of an entry of the store */
export function trainingOfEntry(entry) {
  const { rid, reference, workbook, confirmer, completed_on: completedOn, receipt, state, since, comment, comments, certificate } = entry
  return {
    rid, reference, completedOn, state, since, comment, comments, certificate,
    title: workbook.title,
    isPending: !receipt,
    sentAt: entry.sent_at / 1000,
    confirmerName: confirmer.name,
    confirmerEmail: confirmer.email,
    canSave: true,
  }
}

/**
 * @param {object} reply body of a 200, asked for by a mailed code
 * @param {string} reference
 * @param {string} title
 * @returns {Training}
 */
export function trainingOfReply(reply, reference, title) {
  const { rid, state, since, comment, comments, certificate } = reply
  return { rid, reference, title, state, since, comment, comments, certificate, isPending: false, confirmerName: reply.confirmer_name, canSave: false }
}

/**
 * Gives the question of an id, from definitions that are at hand.
 *
 * @param {string[]} definitions texts of definition files
 * @returns {(id: string) => string} the id itself where no definition knows it
 */
export function promptFinder(definitions) {
  const questions = definitions.flatMap((text) => parseStrict(text).questions)
  return (id) => questions.find((question) => question.id === id)?.prompt ?? id
}

/** The e-workbook's title, where the certificate says which it is; the inbox's answer does not. */
export function titleOfReply({ certificate }, { workbooks }) {
  const id = certificate ? parseCertificate(certificate)?.payload.wb.split('/')[0] : null
  const known = workbooks.length === 1 && !id ? workbooks[0] : workbooks.find((workbook) => workbook.id === id)
  return known?.title ?? 'E-workbook'
}
