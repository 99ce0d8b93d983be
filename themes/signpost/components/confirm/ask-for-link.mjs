/**
 * A file opens the answers, but only the mailed link decides: this asks the inbox to mail one to the person whom the record
 * names. The answers go with it, sealed anew, as the learner's own page sends them.
 */
import { canonical } from '../record/canonical.mjs'
import { fiveFacts, mailtoOf } from '../record/five-facts.mjs'
import { seal } from '../record/seal.mjs'
import { siteInfo } from '../record/site-info.mjs'
import { stateInWords } from '../record/states.mjs'
import { goTo, partOf, viewOf } from '../record/views.mjs'
import { maskAddress } from './request.mjs'
import { sayRefusal, sendToInbox } from './sending.mjs'

/**
 * @param {HTMLElement} root holds the templates
 * @param {{jws: string, record: object, definition: object, object: object}} file
 * @param {string} reference
 * @returns {DocumentFragment}
 */
export function askForLinkView(root, file, reference) {
  const { inbox, site } = siteInfo()
  if (!inbox) return boardMailView(root, file)
  const isFromFolder = location.protocol === 'file:'
  const isElsewhere = file.record.aud !== inbox
  const { confirmer } = file.record
  const view = viewOf(root, 'ask-for-link', {
    confirmer: confirmer.name,
    address: maskAddress(confirmer.email),
    elsewhere: isElsewhere,
    fromFolder: isFromFolder && !isElsewhere,
    site: `${site}/confirm/`,
    canAsk: !isElsewhere && !isFromFolder,
  })
  const ask = partOf(view, 'ask')
  const status = partOf(view, 'ask-status')
  let isSending = false
  partOf(view, 'mail-link')?.addEventListener('click', async () => {
    if (isSending) return
    isSending = true
    try {
      const reply = await sendToInbox({ inbox, path: '/api/submissions', body: await submissionOf(file), status })
      if (reply) answered(root, { ask, status, reply, confirmer, reference })
    } finally {
      isSending = false
    }
  })
  return view
}

/** Where there is no inbox, whoever confirms tells the board themselves: the mail is written already. */
function boardMailView(root, { record }) {
  const name = `board-mail-${record.workbook.id}`
  if (!root.querySelector(`template[data-view="${CSS.escape(name)}"]`)) return viewOf(root, 'no-inbox')
  const view = viewOf(root, name, fiveFacts(record))
  partOf(view, 'write').href = mailtoOf(partOf(view, 'mail').dataset.address, view)
  return view
}

/** The body to post; no seal for an e-workbook whose answers stay with the learner. */
async function submissionOf({ jws, record, definition, object }) {
  return definition.answers_on_server ? { record: jws, sealed: await seal(canonical(object), record.rid) } : { record: jws }
}

function answered(root, { ask, status, reply, confirmer, reference }) {
  if (reply.status !== 200 && reply.status !== 201) return sayRefusal(status, reply)
  const { state } = reply.body
  const waits = state === 'awaiting_confirmation'
  const view = viewOf(root, 'asked', {
    waits,
    over: !waits,
    address: maskAddress(confirmer.email),
    state: stateInWords(state, confirmer.name),
    reference,
  })
  const heading = view.querySelector('h2')
  ask.replaceChildren(view)
  goTo(heading)
}
