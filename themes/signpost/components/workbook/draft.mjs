/**
 * The draft of one e-workbook: in memory, on the device, and in other tabs. What was changed last stands, answer by answer,
 * whichever tab it was typed in.
 */
import { randomBytes, toBase64url } from '../record/encoding.mjs'

/** While somebody types, at most so much is lost. */
const SAVE_EVERY_MS = 2000

/**
 * @typedef {{workbookId: string, rid: string, salt: string, saved_at: number, tab: string, at: string,
 *   answers: object, details: object, marks: object, replaces: string | null, from: object | null}} Draft `at` is the step last
 *   seen; `marks` has the mark of each question when it was answered; `from` the comments of the confirmer who returned it
 */

/**
 * A draft with changes made to it: `answers.<question id>`, `marks.<question id>`, `details.<field>`, or a member of its own.
 *
 * @param {Draft} draft
 * @param {Iterable<[string, unknown]>} changes
 * @returns {Draft}
 */
export function withChanges(draft, changes) {
  const changed = { ...draft, answers: { ...draft.answers }, details: { ...draft.details }, marks: { ...draft.marks } }
  for (const [path, value] of changes) {
    const [part, name] = path.split('.')
    if (name) changed[part][name] = value
    else changed[part] = value
  }
  return changed
}

export class DraftKeeper {
  /**
   * @param {Store | null} store
   * @param {Draft} draft an empty one
   * @param {{saved: () => void, failed: () => void, elsewhere: (what: string) => void}} tell `elsewhere` is told what another
   *   tab did: changed, erased or sent
   */
  constructor(store, draft, tell) {
    Object.assign(this, { store, draft, tell })
    this.isKept = store !== null
    /** Whether the last try to save came to nothing. */
    this.hasFailed = false
    this.tab = toBase64url(randomBytes(9))
    this.changes = new Map()
    if (!store || !globalThis.BroadcastChannel) return
    this.channel = new BroadcastChannel(`signpost ${draft.workbookId}`)
    this.channel.onmessage = ({ data }) => this.heard(data)
  }

  /** @returns {Promise<boolean>} whether there was a draft */
  async load() {
    const stored = this.isKept && (await this.store.draft(this.draft.workbookId))
    if (stored) this.draft = withChanges(stored, this.changes)
    return Boolean(stored)
  }

  change(path, value) {
    this.changes.set(path, value)
    this.draft = withChanges(this.draft, [[path, value]])
    this.timer ??= setTimeout(() => this.save(), SAVE_EVERY_MS)
  }

  /** Begins anew with this. */
  begin(draft) {
    this.changes.clear()
    this.draft = draft
    return this.save(true)
  }

  /** Saves what was changed. */
  async save(isForced) {
    this.stopTimer()
    if (!this.isKept || !(this.changes.size || isForced)) return
    const saving = this.changes
    this.changes = new Map()
    let isMerged = false
    try {
      await this.store.changeDraft(this.draft.workbookId, (stored) => {
        isMerged = !isForced && stored?.saved_at > this.draft.saved_at && stored.tab !== this.tab
        if (isMerged) this.draft = withChanges(stored, [...saving, ...this.changes])
        return this.stamped()
      })
      this.hasFailed = false
      this.channel?.postMessage('changed')
      this.tell.saved()
      if (isMerged) this.tell.elsewhere('changed')
    } catch {
      this.changes = new Map([...saving, ...this.changes])
      this.hasFailed = true
      this.tell.failed()
      // Somebody may make room; and after a write that failed, Firefox refuses the next one whatever it is.
      this.timer ??= setTimeout(() => this.save(), SAVE_EVERY_MS)
    }
  }

  /** The page goes away: there is no time to ask what another tab has saved. */
  leave() {
    if (this.isKept && this.changes.size) this.store.saveDraft(this.stamped()).catch(() => {})
  }

  stamped() {
    this.draft = { ...this.draft, tab: this.tab, saved_at: Math.max(Date.now(), this.draft.saved_at + 1) }
    return this.draft
  }

  stopTimer() {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  /** Takes the draft off the device, and puts an empty one in its place in memory. */
  async erase(empty, what) {
    this.stopTimer()
    this.changes.clear()
    this.draft = empty
    await this.store?.eraseDraft(empty.workbookId)
    this.channel?.postMessage(what)
  }

  /** From now on nothing, or everything again, is kept on the device. */
  keep(isKept) {
    this.isKept = isKept
    return isKept ? this.save(true) : this.store.eraseDraft(this.draft.workbookId)
  }

  async heard(what) {
    if (!this.isKept) return
    if (what === 'changed') await this.load()
    else this.changes.clear()
    this.tell.elsewhere(what)
  }
}
