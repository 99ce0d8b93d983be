/**
 * What the page knows of a submission, put together from what this device keeps and what the inbox answers.
 */
import { parseStrict } from '../record/json.mjs'
import { paragraphsOf } from '../record/prompt.mjs'
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

/**
 * @param {object} entry of the store
 * @param {object[]} entries all of them, the newest first
 * @returns {Training}
 */
export function trainingOfEntry(entry, entries) {
  const { rid, reference, workbook, confirmer, completed_on: completedOn, receipt, state, since, comment, comments, certificate } = entry
  return {
    rid, reference, completedOn, state, since, comment, comments, certificate,
    workbookId: workbook.id,
    title: workbook.title,
    successor: successorOf(entry, entries),
    isPending: !receipt,
    sentAt: entry.sent_at / 1000,
    confirmerName: confirmer.name,
    confirmerEmail: confirmer.email,
    canSave: true,
  }
}

/** The reference of the newest of the same e-workbook that was sent later and still counts. */
function successorOf({ workbook, sent_at: sentAt }, entries) {
  const later = entries.filter((other) => other.workbook.id === workbook.id && other.sent_at > sentAt && other.receipt)
  return later.filter(({ state }) => !['withdrawn', 'refused'].includes(state))[0]?.reference
}

/**
 * @param {object} reply body of a 200, asked for by a mailed code
 * @param {string} reference
 * @param {{id?: string, title?: string}} [workbook] where it is known
 * @returns {Training}
 */
export function trainingOfReply(reply, reference, workbook) {
  const { rid, state, since, comment, comments, certificate, confirmer_name: confirmerName } = reply
  const { id: workbookId, title = 'E-workbook' } = workbook ?? {}
  return { rid, workbookId, reference, title, state, since, comment, comments, certificate, isPending: false, confirmerName, canSave: false }
}

/**
 * Gives the question of an id, from definitions that are at hand.
 *
 * @param {string[]} definitions texts of definition files
 * @returns {(id: string) => string} empty where no definition knows it
 */
export function promptFinder(definitions) {
  const questions = definitions.flatMap((text) => parseStrict(text).questions)
  return (id) => paragraphsOf(questions.find((question) => question.id === id)?.prompt ?? '')[0]
}

/**
 * The e-workbook, where the certificate says which it is; the inbox's answer does not.
 *
 * @param {{certificate?: string}} reply
 * @param {{workbooks: {id: string, title: string}[]}} info of the site
 */
export function workbookOfReply({ certificate }, { workbooks }) {
  const id = certificate ? parseCertificate(certificate)?.payload.wb.split('/')[0] : null
  return workbooks.length === 1 && !id ? workbooks[0] : workbooks.find((workbook) => workbook.id === id)
}

/**
 * Where an e-workbook is answered.
 *
 * @param {ParentNode} root with a list of links, one for each e-workbook
 * @param {string | undefined} id
 * @returns {string} empty where the site has it no more
 */
export function addressOfWorkbook(root, id) {
  return [...root.querySelectorAll('[data-workbook]')].find((link) => link.dataset.workbook === id)?.getAttribute('href') ?? ''
}
