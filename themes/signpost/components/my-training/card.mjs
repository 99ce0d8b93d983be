/**
 * One e-workbook that was sent, as “My training” shows it: how it stands, what the confirmer wrote, the certificate.
 */
import { momentInWords, dayInWords } from '../record/dates.mjs'
import { siteInfo } from '../record/site-info.mjs'
import { hasCertificate, stateInWords } from '../record/states.mjs'
import { elementWith, partOf, viewOf } from '../record/views.mjs'
import { factsInWords, parseCertificate } from '../verify/certificate.mjs'

/**
 * @typedef {{rid: string, title: string, reference: string, isPending: boolean, state: string, since?: number, sentAt?: number,
 *   completedOn?: string, confirmerName: string, confirmerEmail?: string, comment?: string, comments?: Record<string, string>,
 *   certificate?: string, canSave: boolean}} Training `isPending`: not sent yet
 */

/**
 * @param {HTMLElement} root holds the templates
 * @param {string} siteRoot
 * @param {Training} training
 * @param {(id: string) => string} promptOf the question of an id, to stand above a comment
 * @returns {HTMLElement}
 */
export function cardOf(root, siteRoot, training, promptOf) {
  const { title, reference, isPending, state, since, sentAt, completedOn, confirmerName, confirmerEmail, comment, comments } = training
  const isReturned = state === 'returned'
  const hasComments = isReturned && Boolean(comment || Object.keys(comments ?? {}).length)
  const view = viewOf(root, 'card', {
    title,
    reference,
    pending: isPending,
    state: isPending ? '' : stateInWords(state, confirmerName),
    completed: completedOn ? dayInWords(completedOn) : '',
    sent: sentAt && !isPending ? momentInWords(sentAt) : '',
    since: since ? momentInWords(since) : '',
    confirmer: [confirmerName, confirmerEmail].filter(Boolean).join(', '),
    hasComments,
    comment: hasComments ? comment : '',
    canChange: isReturned,
    workbook: `${siteRoot}learn/workbook/`,
    canSave: training.canSave,
    canWithdraw: !isPending && state === 'awaiting_confirmation',
  })
  if (hasComments) partOf(view, 'comments').append(...commentViews(root, comments ?? {}, promptOf))
  partOf(view, 'certificate').replaceWith(certificateView(root, siteRoot, training))
  return view.firstElementChild
}

function commentViews(root, comments, promptOf) {
  return Object.entries(comments).map(([id, text]) => {
    const view = viewOf(root, 'comment', { prompt: promptOf(id) })
    partOf(view, 'text').append(...text.split('\n').map((line) => elementWith('p', line)))
    return view
  })
}

function certificateView(root, siteRoot, { state, certificate }) {
  const payload = hasCertificate(state) && certificate ? parseCertificate(certificate)?.payload : null
  if (!payload) return document.createDocumentFragment()
  const view = viewOf(root, 'certificate', { ...factsInWords(payload, siteInfo()), check: `${siteRoot}verify/#c=${certificate}` })
  partOf(view, 'print').addEventListener('click', () => print())
  return view
}
