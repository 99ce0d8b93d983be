/**
 * What was sent from this device and how it stands; or, by the link in the learner's mail, how one e-workbook stands.
 */
import { InboxUnreachable, askInbox } from '../record/inbox.mjs'
import { fromBase64url } from '../record/encoding.mjs'
import { referenceOf } from '../record/reference.mjs'
import { siteInfo } from '../record/site-info.mjs'
import { openStore } from '../record/store.mjs'
import { goTo, partOf, viewOf } from '../record/views.mjs'
import { sayRefusal, sendToInbox } from '../confirm/sending.mjs'
import { LEARNER_PATH, requestOfDevice } from '../record/learner-request.mjs'
import { keepToken, keptToken, tokenInAddress } from './mailed-token.mjs'
import { cardOf } from './card.mjs'
import { promptFinder, trainingOfEntry, trainingOfReply, withReply, workbookOfReply } from './trainings.mjs'
import { definitionFor, download, fileTextOf } from './workbook-file.mjs'

export class MyTrainingPage {
  /**
   * @param {HTMLElement} root holds the templates and the places they go to
   * @param {{siteRoot: string}} addresses relative to this page
   */
  constructor(root, { siteRoot }) {
    this.root = root
    this.siteRoot = siteRoot
    this.inbox = siteInfo().inbox
    this.status = partOf(root, 'status')
    this.mailed = partOf(root, 'mailed')
    this.list = partOf(root, 'list')
    this.finish = partOf(root, 'finish')
    partOf(root, 'without-script').remove()
    addEventListener('hashchange', () => this.readAddress())
    this.start()
  }

  async start() {
    this.store = await openStore()
    this.entries = (await this.store?.sent()) ?? []
    await this.drawList()
    this.drawFinish()
    this.readAddress()
    await this.refresh()
  }

  /** The mailed link. Its code leaves the address bar at once, since whoever has it can withdraw. */
  readAddress() {
    const inAddress = tokenInAddress(location.hash)
    if (inAddress !== null) history.replaceState(null, '', location.pathname + location.search)
    const token = inAddress ?? keptToken()
    if (inAddress === '') this.mailed.replaceChildren(viewOf(this.root, 'mailed-wrong'))
    else if (token && this.inbox) this.showMailed(token)
  }

  async showMailed(token) {
    keepToken(token)
    const reply = await this.ask({ token, action: 'status' })
    if (!reply || [429, 503].includes(reply.status)) {
      this.mailed.replaceChildren(viewOf(this.root, 'mailed-unreachable'))
      partOf(this.mailed, 'try-again').addEventListener('click', () => this.showMailed(token))
    } else if (reply.status === 200) {
      await this.drawMailed(token, reply.body)
    } else {
      keepToken(null)
      this.mailed.replaceChildren(viewOf(this.root, 'mailed-refused', { detail: reply.body.detail }))
    }
  }

  async drawMailed(token, reply) {
    const entry = this.entries.find(({ rid }) => rid === reply.rid)
    if (entry) await this.drawEntry(await this.keep(entry, reply))
    const training = trainingOfReply(reply, await referenceOf(reply.rid), entry?.workbook ?? workbookOfReply(reply, siteInfo()))
    const promptOf = await this.promptsFor(reply.comments, entry)
    const card = cardOf(this.root, this.siteRoot, training, promptOf, secondsNow())
    const bodyOf = (action) => ({ token, action })
    this.addWithdraw(card, training, bodyOf, (body) => this.drawMailed(token, body))
    this.addCertificate(card, bodyOf)
    this.mailed.replaceChildren(viewOf(this.root, 'mailed'), card)
    return card
  }

  /** The questions that were commented on: of this entry, or of any e-workbook that the site still has. */
  async promptsFor(comments, entry) {
    if (!Object.keys(comments ?? {}).length) return promptFinder([])
    const answered = entry ? [entry] : siteInfo().workbooks.map((workbook) => ({ workbook }))
    const definitions = await Promise.all(answered.map((one) => definitionFor(this.siteRoot, one)))
    return promptFinder(definitions.filter(Boolean))
  }

  async ask(body) {
    try {
      return await askInbox(this.inbox, LEARNER_PATH, body)
    } catch (error) {
      if (!(error instanceof InboxUnreachable)) throw error
      return null
    }
  }

  drawList() {
    const view = !this.store ? 'no-store' : this.entries.length ? 'list' : 'nothing'
    this.list.replaceChildren(viewOf(this.root, view))
    return Promise.all(this.entries.map((entry) => this.drawEntry(entry)))
  }

  /** Puts the card of an entry in its place, the old one's where there is one. */
  async drawEntry(entry) {
    const place = document.createElement('div')
    place.dataset.rid = entry.rid
    const old = this.placeOf(entry)
    if (old) old.replaceWith(place)
    else this.list.append(place)
    const training = trainingOfEntry(entry, this.entries)
    const card = cardOf(this.root, this.siteRoot, training, await this.promptsFor(entry.comments, entry), secondsNow())
    partOf(card, 'save').addEventListener('click', () => this.saveCopy(card, entry))
    partOf(card, 'receipt')?.addEventListener('click', ({ currentTarget }) => {
      download(`${entry.reference}.receipt.jws`, entry.receipt, 'application/jose')
      partOf(card, 'card-status').textContent = currentTarget.dataset.saved
    })
    const bodyOf = async (action) => requestOfDevice(this.inbox, await this.store.deviceKey(), entry.rid, action, secondsNow())
    this.addWithdraw(card, training, bodyOf, async (body) => this.drawEntry(await this.keep(entry, body)))
    this.addCertificate(card, bodyOf)
    place.append(card)
    return card
  }

  placeOf({ rid }) {
    return this.list.querySelector(`[data-rid="${CSS.escape(rid)}"]`)
  }

  async keep(entry, reply) {
    const changed = withReply(entry, reply)
    this.entries = this.entries.map((other) => (other.rid === entry.rid ? changed : other))
    await this.store.saveSent(changed)
    return changed
  }

  /** Asks the inbox about all that it has. What it no longer keeps stays as it was known. */
  async refresh() {
    const { noInbox, folder, asking, asked, unreachable, busy } = this.status.dataset
    const sent = this.entries.filter(({ receipt }) => receipt)
    const key = sent.length ? await this.store.deviceKey() : null
    if (location.protocol === 'file:') this.status.textContent = folder
    else if (!this.inbox) this.status.textContent = noInbox
    else if (key) {
      this.status.textContent = asking
      const replies = await Promise.all(sent.map((entry) => this.refreshEntry(key, entry)))
      const isBusy = replies.some((reply) => reply && [429, 503].includes(reply.status))
      this.status.textContent = replies.includes(null) ? unreachable : isBusy ? busy : asked
    }
  }

  async refreshEntry(key, entry) {
    const reply = await this.ask(await requestOfDevice(this.inbox, key, entry.rid, 'status', secondsNow()))
    if (reply?.status === 200) {
      const changed = await this.keep(entry, reply.body)
      // What says the same stays as it is, with the focus that may be in it.
      if (JSON.stringify(changed) !== JSON.stringify(entry)) await this.drawEntry(changed)
    } else if (reply?.status === 404) {
      const status = partOf(this.placeOf(entry), 'card-status')
      status.textContent = status.dataset.gone
    }
    return reply
  }

  async saveCopy(card, entry) {
    const definition = await definitionFor(this.siteRoot, entry)
    if (definition) download(`${entry.workbook.id}-${entry.reference}.workbook.json`, fileTextOf(entry, definition), 'application/json')
    else partOf(card, 'card-status').textContent = partOf(card, 'save').dataset.failed
  }

  /**
   * “Withdraw” asks first, in the place of the buttons.
   *
   * @param {HTMLElement} card
   * @param {Training} training
   * @param {(action: string) => Promise<object> | object} bodyOf what to post
   * @param {(reply: object) => Promise<HTMLElement>} redraw
   */
  addWithdraw(card, training, bodyOf, redraw) {
    const actions = partOf(card, 'actions')
    const status = partOf(card, 'card-status')
    partOf(card, 'withdraw')?.addEventListener('click', (event) => {
      askFirst(actions, viewOf(this.root, 'withdraw-ask', { name: training.confirmerName }), event.currentTarget, async () => {
        const reply = await sendToInbox({ inbox: this.inbox, path: LEARNER_PATH, body: await bodyOf('withdraw'), status })
        if (reply?.status === 200) goTo((await redraw(reply.body)).querySelector('h3'))
        else if (reply) sayRefusal(status, reply)
      })
    })
  }

  /** “Save the certificate”: the inbox draws it anew, as it was mailed. */
  addCertificate(card, bodyOf) {
    const status = partOf(card, 'certificate-status')
    partOf(card, 'save-certificate')?.addEventListener('click', async ({ currentTarget }) => {
      const { saved, number } = currentTarget.dataset
      const reply = await sendToInbox({ inbox: this.inbox, path: LEARNER_PATH, body: await bodyOf('certificate'), status })
      if (reply?.body.pdf) {
        download(`certificate-${number}.pdf`, fromBase64url(reply.body.pdf), 'application/pdf')
        status.textContent = saved
      } else if (reply) {
        sayRefusal(status, reply)
      }
    })
  }

  drawFinish() {
    if (!this.store) return
    this.finish.replaceChildren(viewOf(this.root, 'finish'))
    const actions = partOf(this.finish, 'finish-actions')
    partOf(actions, 'finish').addEventListener('click', (event) => {
      const pending = this.entries.some(({ receipt }) => !receipt)
      askFirst(actions, viewOf(this.root, 'finish-ask', { pending }), event.currentTarget, () => this.eraseAll())
    })
  }

  async eraseAll() {
    await this.store.eraseAll()
    keepToken(null)
    this.entries = []
    this.mailed.replaceChildren()
    this.finish.replaceChildren()
    await this.drawList()
    this.status.textContent = this.status.dataset.wiped
    goTo(this.list.querySelector('h2'))
  }
}

/** Puts a question in the place of the buttons; “No” brings them back, and the focus with them. */
function askFirst(actions, question, pressed, onYes) {
  const buttons = [...actions.childNodes]
  const words = partOf(question, 'question')
  const leave = () => {
    actions.replaceChildren(...buttons)
    pressed.focus()
  }
  let isDoing = false
  partOf(question, 'yes').addEventListener('click', async () => {
    if (isDoing) return
    isDoing = true
    await onYes().finally(() => (isDoing = false))
  })
  partOf(question, 'no').addEventListener('click', leave)
  actions.replaceChildren(question)
  goTo(words)
}

function secondsNow() {
  return Math.floor(Date.now() / 1000)
}
