/**
 * One e-workbook that was sent, as “My training” shows it: how it stands, what the confirmer wrote, the certificate.
 */
import { momentInWords, dayInWords, sinceInWords } from '../record/dates.mjs'
import { siteInfo } from '../record/site-info.mjs'
import { hasCertificate, stateInWords } from '../record/states.mjs'
import { elementWith, partOf, viewOf } from '../record/views.mjs'
import { factsInWords, parseCertificate } from '../verify/certificate.mjs'
import { renewalOf } from './renewal.mjs'
import { addressOfWorkbook } from './trainings.mjs'

/**
 * @typedef {{rid: string, workbookId?: string, title: string, reference: string, isPending: boolean, state: string, since?: number,
 *   sentAt?: number, completedOn?: string, confirmerName: string, confirmerEmail?: string, comment?: string,
 *   comments?: Record<string, string>, certificate?: string, canSave: boolean, successor?: string}} Training `isPending`: not sent
 *   yet; `successor`: the reference of a later one of the same e-workbook
 */

/**
 * @param {HTMLElement} root holds the templates
 * @param {string} siteRoot
 * @param {Training} training
 * @param {(id: string) => string} promptOf the question of an id, to stand above a comment; empty where it is not known
 * @param {number} now in seconds since 1970
 * @returns {HTMLElement}
 */
export function cardOf(root, siteRoot, training, promptOf, now) {
  const { title, reference, isPending, since, sentAt, completedOn, confirmerName, confirmerEmail, comment, comments, successor } = training
  const certificate = training.certificate ? parseCertificate(training.certificate)?.payload : null
  const renewal = certificate && renewalOf(certificate, now)
  // Known without the inbox: the day is in the certificate.
  const state = training.state === 'issued' && renewal?.isOver ? 'expired' : training.state
  const waits = !isPending && state === 'awaiting_confirmation'
  const isReturned = state === 'returned'
  const hasComments = isReturned && Boolean(comment || Object.keys(comments ?? {}).length)
  const workbook = addressOfWorkbook(root, training.workbookId)
  const canRenew = Boolean(workbook) && ['issued', 'expired'].includes(state) && !successor && Boolean(renewal?.isDue)
  const view = viewOf(root, 'card', {
    title,
    reference,
    pending: isPending,
    state: isPending ? '' : stateInWords(state, confirmerName, sinceInWords(since ?? sentAt, now)),
    successor,
    completed: completedOn ? dayInWords(completedOn) : '',
    sent: sentAt && !isPending ? momentInWords(sentAt) : '',
    // While it waits, the state says since when.
    since: since && !waits ? momentInWords(since) : '',
    confirmer: [confirmerName, confirmerEmail].filter(Boolean).join(', '),
    hasComments,
    comment: hasComments ? comment : '',
    workbook,
    canChange: isReturned && !successor,
    canRenew,
    renew: `${workbook}#renew`,
    runsOut: canRenew && state === 'issued' ? renewal.until : '',
    ranOut: canRenew && state === 'expired' ? renewal.until : '',
    canSave: training.canSave,
    hasReceipt: training.canSave && !isPending,
    canWithdraw: waits,
  })
  if (hasComments) partOf(view, 'comments').append(...commentViews(root, comments ?? {}, promptOf))
  const place = partOf(view, 'certificate')
  if (certificate && hasCertificate(state)) place.replaceWith(certificateView(root, siteRoot, training.certificate, certificate, renewal))
  else place.remove()
  return view.firstElementChild
}

function commentViews(root, comments, promptOf) {
  return Object.entries(comments).map(([id, text]) => {
    const prompt = promptOf(id)
    const view = viewOf(root, 'comment', { prompt, unknown: !prompt })
    partOf(view, 'text').append(...text.split('\n').map((line) => elementWith('p', line)))
    return view
  })
}

function certificateView(root, siteRoot, code, certificate, renewal) {
  const view = viewOf(root, 'certificate', {
    ...factsInWords(certificate, siteInfo()),
    until: renewal?.until,
    renewFrom: renewal && !renewal.isDue ? renewal.from : '',
    check: `${siteRoot}verify/#c=${code}`,
  })
  partOf(view, 'save-certificate').dataset.number = certificate.jti
  partOf(view, 'print').addEventListener('click', () => print())
  return view
}
