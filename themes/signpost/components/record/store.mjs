/**
 * What this device keeps: drafts, what was sent, and the key it was signed with. IndexedDB with strict durability: what was
 * saved is on the disk, and a browser that dies the next second loses nothing.
 */

import { publicJwk } from './jws.mjs'

const DRAFT_LIFE_MS = 30 * 24 * 60 * 60 * 1000

/**
 * @returns {Promise<Store | null>} null where nothing can be kept, and on file: pages, which all share one storage
 */
export async function openStore() {
  if (location.protocol === 'file:') return null
  try {
    const opening = indexedDB.open('signpost', 1)
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('keys', { keyPath: 'id' })
      opening.result.createObjectStore('drafts', { keyPath: 'workbookId' })
      opening.result.createObjectStore('sent', { keyPath: 'rid' })
    }
    const database = await outcome(opening)
    // A newer page in another tab may change the shape; this one must not stand in its way.
    database.onversionchange = () => database.close()
    const store = new Store(database)
    await store.eraseOldDrafts(Date.now())
    return store
  } catch {
    return null
  }
}

function outcome(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** A draft is `{workbookId, saved_at (ms), …}`; what else is in it is the workbook page's own. */
export class Store {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database
  }

  /** @returns {Promise<{privateKey: CryptoKey, publicJwk: object} | null>} */
  deviceKey() {
    return this.read('keys', 'device')
  }

  /** The device's key, made where there is none. Its private half cannot be taken out of the browser. */
  async makeDeviceKey() {
    return this.keepFirst('keys', 'device', { id: 'device', ...(await newDeviceKey()) })
  }

  /** @param {string} workbookId */
  draft(workbookId) {
    return this.read('drafts', workbookId)
  }

  /**
   * @param {string} workbookId
   * @returns {Promise<object | undefined>} of all drafts but that one the one saved last
   */
  async newestDraftBut(workbookId) {
    const all = await this.within('drafts', (drafts) => outcome(drafts.getAll()), 'readonly')
    return all.filter((draft) => draft.workbookId !== workbookId).sort((one, other) => other.saved_at - one.saved_at)[0]
  }

  /**
   * Reads and writes in one go, so that two tabs cannot write between one another.
   * @param {string} workbookId
   * @param {(stored: object | null) => object} change
   */
  changeDraft(workbookId, change) {
    return this.within('drafts', async (drafts) => outcome(drafts.put(change((await outcome(drafts.get(workbookId))) ?? null))))
  }

  /** Writes without reading, and does not wait to be told that it may: so it still works while the page goes away. */
  saveDraft(draft) {
    return this.inTransaction(['drafts'], (transaction) => {
      transaction.objectStore('drafts').put(draft)
      transaction.commit?.()
    })
  }

  eraseDraft(workbookId) {
    return this.takeAway(['drafts'], (transaction) => transaction.objectStore('drafts').delete(workbookId))
  }

  /** @param {number} now in milliseconds since 1970 */
  eraseOldDrafts(now) {
    return this.within('drafts', async (drafts) => {
      const all = await outcome(drafts.getAll())
      for (const draft of all) if (draft.saved_at < now - DRAFT_LIFE_MS) drafts.delete(draft.workbookId)
    })
  }

  /** Everything that was sent or waits to be, the newest first. */
  async sent() {
    const all = await this.within('sent', (sent) => outcome(sent.getAll()), 'readonly')
    return all.sort((one, other) => other.sent_at - one.sent_at)
  }

  saveSent(entry) {
    return this.within('sent', (sent) => outcome(sent.put(entry)))
  }

  /** Keeps an entry unless one of its id is there already; gives the one that is kept. Two tabs that send, send once. */
  addSent(entry) {
    return this.keepFirst('sent', entry.rid, entry)
  }

  eraseSent(rid) {
    return this.takeAway(['sent'], (transaction) => transaction.objectStore('sent').delete(rid))
  }

  /** Drafts, what was sent, the key: as if nobody had been here. */
  async eraseAll() {
    const names = ['keys', 'drafts', 'sent']
    await this.takeAway(names, (transaction) => {
      for (const name of names) transaction.objectStore(name).clear()
    })
    // What reading keeps, too: the chosen area and the days of the last visits.
    for (const kept of ['signpost.area', 'signpost.last-visit']) globalThis.localStorage?.removeItem(kept)
  }

  /** Taking away needs room as well. Firefox gives it where there is none, to the try after one that failed. */
  takeAway(names, work) {
    return this.inTransaction(names, work).catch(() => this.inTransaction(names, work))
  }

  /** What another tab has put there stays: a key that records are signed with, a record that was posted. */
  keepFirst(name, key, value) {
    return this.within(name, async (kept) => {
      const known = await outcome(kept.get(key))
      if (!known) await outcome(kept.add(value))
      return known ?? value
    })
  }

  async read(name, key) {
    return (await this.within(name, (kept) => outcome(kept.get(key)), 'readonly')) ?? null
  }

  within(name, work, mode) {
    return this.inTransaction([name], (transaction) => work(transaction.objectStore(name)), mode)
  }

  /** The result counts once the transaction is complete: before that, nothing is on the disk. */
  async inTransaction(names, work, mode = 'readwrite') {
    const transaction = this.database.transaction(names, mode, { durability: 'strict' })
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve
      transaction.onabort = () => reject(transaction.error ?? new Error('the browser gave up saving'))
    })
    const [result] = await Promise.all([work(transaction), done])
    return result
  }
}

/** A key that is not kept: for a device on which nothing is to stay. */
export async function newDeviceKey() {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  return { privateKey: pair.privateKey, publicJwk: publicJwk(await crypto.subtle.exportKey('jwk', pair.publicKey)) }
}
