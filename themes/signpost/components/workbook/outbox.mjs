/**
 * What was sent from this device, and what waits to be. A submission is kept before it is first sent and stays until there is a
 * receipt, so that neither a lost reply nor a closed lid loses or doubles it.
 */
import { InboxUnreachable, askInbox } from '../record/inbox.mjs'
import { parseJws } from '../record/jws.mjs'
import { LEARNER_PATH, requestOfDevice } from '../record/learner-request.mjs'
import { newDeviceKey } from '../record/store.mjs'
import { detailsOf } from './details.mjs'
import { isPassing, send } from './sending.mjs'
import { answersObject, makeSubmission, newRid, saysTheSame } from './submission.mjs'

export class Outbox {
  /**
   * @param {object} options
   * @param {Store | null} options.store
   * @param {SiteInfo} options.info
   * @param {{id: string, version: number, title: string, digest: string}} options.workbook
   * @param {Question[]} options.questions
   * @param {boolean} options.sendsAnswers
   */
  constructor({ store, info, workbook, questions, sendsAnswers }) {
    Object.assign(this, { store, info, workbook, questions, sendsAnswers })
    this.isKept = store !== null
    /** The newest submission of this e-workbook, sent or not. */
    this.entry = null
    /** Of the newest submission of any, or else of a draft of another e-workbook: nobody is asked twice. */
    this.details = null
  }

  async load() {
    const all = this.store ? await this.store.sent() : []
    // What was sent while nothing was to be kept is known to this page alone.
    this.entry = all.find(({ workbook }) => workbook.id === this.workbook.id) ?? (this.isKept ? null : this.entry)
    this.details = all[0] ? detailsOf(parseJws(all[0].record).payload) : ((await this.store?.newestDraftBut(this.workbook.id))?.details ?? null)
  }

  /** The submission that waits for a receipt, if there is one. */
  get pending() {
    return this.entry && !this.entry.receipt ? this.entry : null
  }

  /**
   * Signs, keeps and sends. What waits already and says the same is sent again instead; what says something else is replaced,
   * since it may have arrived without our knowing.
   *
   * @param {Draft} draft
   * @param {{learner: object, confirmer: object}} parties
   * @returns {ReturnType<typeof send>}
   */
  submit(draft, parties) {
    return this.alone(() => this.prepareAndPost(draft, parties))
  }

  /** Sends again what waits. */
  resend() {
    return this.alone(() => this.post())
  }

  /** One sending at a time; who comes meanwhile gets its result. */
  alone(work) {
    this.posting ??= work().finally(() => (this.posting = null))
    return this.posting
  }

  async prepareAndPost(draft, parties) {
    const { pending } = this
    const entry = await this.current(draft, parties)
    if (entry === pending) return this.post()
    // A device without room still sends.
    this.entry = this.isKept ? await this.store.addSent(entry).catch(() => entry) : entry
    if (this.isKept && pending) await this.store.eraseSent(pending.rid)
    return this.post()
  }

  /** What waits, where it says the same; else a submission of what is written now, which takes its place. */
  async current(draft, parties) {
    const { pending, workbook, questions, info } = this
    let object = answersObject(workbook, questions, draft)
    if (pending && saysTheSame(pending, object, parties)) return pending
    if (pending) object = { ...object, rid: newRid() }
    return makeSubmission({
      object, parties,
      replaces: pending?.rid ?? draft.replaces,
      sendsAnswers: this.sendsAnswers,
      // Without an inbox it is for people alone: no inbox would take it.
      inbox: info.inbox ?? location.origin,
      key: await this.key(),
      now: Date.now(),
    })
  }

  /**
   * What a saved copy holds: signed, so that whoever confirms can hand it in; or the answers alone.
   *
   * @param {Draft} draft
   * @param {{learner: object, confirmer: object} | null} parties none while the details are not complete
   */
  async forCopy(draft, parties) {
    return parties ? this.current(draft, parties) : { object: answersObject(this.workbook, this.questions, draft), record: null }
  }

  async post() {
    const entry = this.entry
    const result = await send(entry, this.info)
    if (result.sent) {
      this.entry = result.sent
      if (this.isKept) await this.store.saveSent(result.sent)
    } else if (!isPassing(result.reason)) {
      await this.dropPending()
    }
    return result
  }

  /** One key for the device. Where nothing is to be kept, one for this page. */
  async key() {
    this.pageKey ??= this.isKept ? await this.store.makeDeviceKey() : await newDeviceKey()
    return this.pageKey
  }

  /**
   * Asks how the submission stands.
   * @returns {Promise<boolean>} whether that is news
   */
  async refresh() {
    const { entry, store, info: { inbox } } = this
    const key = this.isKept && entry?.receipt && inbox && (await store.deviceKey())
    if (!key) return false
    const request = await requestOfDevice(inbox, key, entry.rid, 'status', Math.floor(Date.now() / 1000))
    const { status, body } = await askInbox(inbox, LEARNER_PATH, request).catch((error) => {
      if (error instanceof InboxUnreachable) return {}
      throw error
    })
    if (status !== 200 || this.entry !== entry) return false
    const { state, since, comment, comments, certificate, confirmer_name: name } = body
    // Passed on to somebody else, it waits for them; their address is not ours to know.
    const confirmer = name === entry.confirmer.name ? entry.confirmer : { name, email: '' }
    this.entry = { ...entry, state, since, comment, comments, certificate, confirmer }
    await store.saveSent(this.entry)
    return state !== entry.state
  }

  /** From now on nothing, or what is sent next, is kept on the device. */
  async keep(isKept) {
    this.isKept = isKept
    if (!isKept && this.pending) await this.store.eraseSent(this.pending.rid)
  }

  /** Forgets what waits. What was sent before it is the newest again. */
  async dropPending() {
    if (!this.pending) return
    await this.store?.eraseSent(this.pending.rid)
    this.entry = null
    await this.load()
  }
}
