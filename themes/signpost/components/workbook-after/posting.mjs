/**
 * Signing and posting. A submission is kept before it is first sent and stays until there is a receipt, so that neither a lost
 * reply nor a closed lid loses or doubles it.
 */
import { InboxUnreachable, askInbox } from '../record/inbox.mjs'
import { LEARNER_PATH, requestOfDevice } from '../record/learner-request.mjs'
import { newDeviceKey } from '../record/store.mjs'
import { newRid } from '../workbook/identity.mjs'
import { isPassing, send } from './sending.mjs'
import { answersObject, makeSubmission, saysTheSame } from './submission.mjs'

export class Posting {
  /**
   * @param {Outbox} outbox
   * @param {object} options
   * @param {SiteInfo} options.info
   * @param {{id: string, version: number, title: string, digest: string}} options.workbook
   * @param {Question[]} options.questions
   * @param {boolean} options.sendsAnswers
   * @param {() => Promise<string | null>} options.definition its text, which is kept with what was sent
   */
  constructor(outbox, options) {
    Object.assign(this, { outbox, ...options })
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
    const { outbox, outbox: { pending, store, isKept } } = this
    const entry = await this.current(draft, parties)
    if (entry === pending) return this.post()
    outbox.entry = entry
    if (isKept) await outbox.keepEntry()
    if (pending) await store?.eraseSent(pending.rid)
    return this.post()
  }

  /** What waits, where it says the same; else a submission of what is written now, which takes its place. */
  async current(draft, parties) {
    const { outbox: { pending }, workbook, questions, info } = this
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
    const { outbox } = this
    const result = await send(outbox.entry, this.info)
    if (result.sent) {
      outbox.entry = result.sent
      // It has arrived, even if there is no room to say so here: then the same is sent again, and answered by the same receipt.
      if (outbox.isKept) await outbox.store.saveSent(result.sent).catch(() => {})
      this.keepDefinition().catch(() => {})
    } else if (!isPassing(result.reason)) {
      await outbox.dropPending()
    }
    return result
  }

  /** The questions as they were asked: the site may ask others by the time that a comment on one of them is read. */
  async keepDefinition() {
    const { outbox, outbox: { entry: { rid, workbook } } } = this
    const definition = workbook.digest === this.workbook.digest && (await this.definition())
    if (!definition || outbox.entry?.rid !== rid || !outbox.isKept) return
    outbox.entry = { ...outbox.entry, definition }
    await outbox.store.saveSent(outbox.entry)
  }

  /** One key for the device. Where nothing is to be kept, or nothing can be, one for this page. */
  async key() {
    const { store, isKept } = this.outbox
    if (!this.pageKey && isKept) this.pageKey = await store.makeDeviceKey().catch(() => null)
    this.pageKey ??= await newDeviceKey()
    return this.pageKey
  }

  /**
   * Asks how the submission stands.
   * @returns {Promise<boolean>} whether that is news
   */
  async refresh() {
    const { outbox, outbox: { entry, store, isKept }, info: { inbox } } = this
    const key = isKept && entry?.receipt && inbox && (await store.deviceKey())
    if (!key) return false
    const request = await requestOfDevice(inbox, key, entry.rid, 'status', Math.floor(Date.now() / 1000))
    const { status, body } = await askInbox(inbox, LEARNER_PATH, request).catch((error) => {
      if (error instanceof InboxUnreachable) return {}
      throw error
    })
    if (status !== 200 || outbox.entry !== entry) return false
    const { state, since, comment, comments, certificate, confirmer_name: name } = body
    // Passed on to somebody else, it waits for them; their address is not ours to know.
    const confirmer = name === entry.confirmer.name ? entry.confirmer : { name, email: '' }
    outbox.entry = { ...entry, state, since, comment, comments, certificate, confirmer }
    await store.saveSent(outbox.entry).catch(() => {})
    return state !== entry.state
  }
}
