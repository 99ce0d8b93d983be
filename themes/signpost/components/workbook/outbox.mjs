/** What of this e-workbook was sent from this device, and what waits to be. `workbook-after/posting.mjs` sends it. */
import { detailsOf } from './details.mjs'

export class Outbox {
  /**
   * @param {Store | null} store
   * @param {string} workbookId
   */
  constructor(store, workbookId) {
    Object.assign(this, { store, workbookId })
    this.isKept = store !== null
    /** The newest submission of this e-workbook, sent or not. */
    this.entry = null
    /** Of the newest submission of any, or else of a draft of another e-workbook: nobody is asked twice. */
    this.details = null
  }

  async load() {
    const all = this.store ? await this.store.sent() : []
    // What was sent while nothing was to be kept is known to this page alone.
    this.entry = all.find(({ workbook }) => workbook.id === this.workbookId) ?? (this.isKept ? null : this.entry)
    this.details = all[0] ? detailsOf(all[0]) : ((await this.store?.newestDraftBut(this.workbookId))?.details ?? null)
  }

  /** The submission that waits for a receipt, if there is one. */
  get pending() {
    return this.entry && !this.entry.receipt ? this.entry : null
  }

  /** A device without room still sends: it then keeps nothing of it. */
  async keepEntry() {
    try {
      this.entry = await this.store.addSent(this.entry)
    } catch {
      this.isKept = false
    }
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
