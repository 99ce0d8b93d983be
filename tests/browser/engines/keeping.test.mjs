/** What a device keeps of an e-workbook, in both browsers: closed and opened again, two tabs, no room left. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { startBoard } from '../board.mjs'
import { scratchFolder } from '../helpers.mjs'
import { Browser, ENGINES, untilTrue } from './driver.mjs'
import { SITE, givesDetails, sends } from './learner.mjs'

const board = await startBoard(SITE)
after(() => board.stop())
const WORKBOOK = `${board.origin}/learn/two-questions/`
const LONG = `${board.origin}/learn/one-long-answer/`

const box = (person) => person.page.$eval('form.is-current textarea', ({ value }) => value)

/** Runs in the page: whether the drafts on the device hold this text. */
async function isKept(text) {
  const opening = indexedDB.open('signpost')
  await new Promise((resolve) => (opening.onsuccess = resolve))
  const asking = opening.result.transaction('drafts').objectStore('drafts').getAll()
  await new Promise((resolve) => (asking.onsuccess = resolve))
  opening.result.close()
  return JSON.stringify(asking.result).includes(text)
}

/** Runs in the page: other drafts take all the room that is left. */
async function fillDevice() {
  const opening = indexedDB.open('signpost')
  await new Promise((resolve) => (opening.onsuccess = resolve))
  const put = (workbookId, length) =>
    new Promise((resolve) => {
      const transaction = opening.result.transaction('drafts', 'readwrite')
      transaction.oncomplete = () => resolve(true)
      transaction.onabort = () => resolve(false)
      // Random, since equal bytes are packed.
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536))
      try {
        transaction.objectStore('drafts').put({ workbookId, saved_at: Date.now(), bytes })
      } catch {
        // Firefox takes nothing in the transaction after one that found no room.
        resolve(put(workbookId, length))
      }
    })
  const name = `filler ${crypto.randomUUID()}`
  let n = 0
  for (let length = 1024 * 1024; length >= 1; length = Math.floor(length / 2)) while (await put(`${name} ${n}`, length)) n++
  opening.result.close()
  return n
}

/** Runs in the page: takes them away. */
async function emptyDevice() {
  const opening = indexedDB.open('signpost')
  await new Promise((resolve) => (opening.onsuccess = resolve))
  const empty = () =>
    new Promise((resolve) => {
      const transaction = opening.result.transaction('drafts', 'readwrite')
      transaction.objectStore('drafts').delete(IDBKeyRange.bound('filler ', 'filler g'))
      transaction.oncomplete = () => resolve(true)
      transaction.onabort = () => resolve(false)
    })
  // Firefox needs room to make room, and gives it at the second try.
  while (!(await empty()));
  opening.result.close()
}

/** A browser in which this site may keep ten megabytes. */
async function onSmallDevice(engine) {
  // Firefox: kilobytes for all sites together.
  const browser = await Browser.open(engine, scratchFolder(), { 'dom.quotaManager.temporaryStorage.fixedLimit': 12 * 1024 })
  if (engine === 'chromium') {
    // Before the first use: what is free is remembered. It holds as long as the session, which no test ends.
    const { page } = await browser.person()
    await (await page.createCDPSession()).send('Storage.overrideQuotaForOrigin', { origin: board.origin, quotaSize: 10 * 1024 * 1024 })
  }
  return browser
}

/** So long, and packed so badly, that what a browser tidies up by itself makes no room for it. */
const longText = Array.from({ length: 3000 }, (_, n) => Math.abs(Math.sin(n + 1)).toString(36).slice(2)).join(' ').slice(0, 30_000)

for (const engine of ENGINES) {
  describe(engine, () => {
    let browser
    before(async () => {
      browser = await onSmallDevice(engine)
    })
    after(() => browser.close())

    test('answers are there again after the browser was closed in the middle of a word', async (t) => {
      const profile = scratchFolder()
      let browser = await Browser.open(engine, profile)
      let learner = await browser.person()
      await learner.goes(`${WORKBOOK}#q1`)
      await learner.arrives('Question 1 of 2')
      await learner.fills(undefined, 'What I know already.')
      await learner.presses('button', 'Continue')
      await learner.arrives('Question 2 of 2')
      await learner.fills(undefined, 'Half a sen')
      await learner.waits('the half sentence on the device', isKept, 'Half a sen')
      await browser.close()

      browser = await Browser.open(engine, profile)
      t.after(() => browser.close())
      learner = await browser.person()
      await learner.goes(WORKBOOK)
      await learner.reads('Not sent to your manager yet')
      await learner.reads('2 of 2 questions answered')
      await learner.goes(`${WORKBOOK}#q2`)
      await learner.arrives('Question 2 of 2')
      assert.equal(await box(learner), 'Half a sen')
      await learner.presses('link', 'Back')
      await learner.arrives('Question 1 of 2')
      assert.equal(await box(learner), 'What I know already.')
    })

    test('of two tabs the one typed in last stands, and the other one says so', async (t) => {
      const [one, other] = [await browser.person(t), await browser.person(t)]
      for (const tab of [one, other]) {
        await tab.goes(`${WORKBOOK}#q1`)
        await tab.arrives('Question 1 of 2')
      }
      for (const [from, to, words] of [[one, other, 'In the first tab.'], [other, one, 'In the second tab.'], [one, other, 'In the first again.']]) {
        await from.page.bringToFront()
        await from.fills(undefined, words)
        // Leaving the box saves.
        await from.page.keyboard.press('Tab')
        await to.waits('what the other tab has', (words) => document.querySelector('form.is-current textarea').value === words, words)
        await to.reads('These answers were changed in another tab. You see the newest ones.')
      }
      // Each another question: both answers are kept.
      await one.page.bringToFront()
      await one.presses('button', 'Continue')
      await one.arrives('Question 2 of 2')
      await one.fills(undefined, 'The second answer.')
      await one.waits('it on the device', isKept, 'The second answer.')
      await other.page.bringToFront()
      await other.fills(undefined, 'The first answer.')
      await other.waits('it on the device', isKept, 'The first answer.')
      assert.ok(await other.page.evaluate(isKept, 'The second answer.'))
    })

    test('a device without room says so, leaves what was typed on the page, and gives it as a file', async (t) => {
      const learner = await browser.person(t)
      await learner.goes(`${LONG}#q1`)
      await learner.arrives('Question 1 of 1')
      await learner.fills(undefined, 'Before. ')
      await learner.waits('the answer on the device', isKept, 'Before. ')
      assert.ok((await learner.page.evaluate(fillDevice)) > 0)
      await learner.pastes(longText)
      await learner.types(' The end')
      await learner.reads('Important: your answers are not kept')
      await learner.reads('Not kept on this device.')
      assert.equal(await box(learner), `Before. ${longText} The end`)
      assert.ok(!(await learner.page.evaluate(isKept, 'The end')))

      await learner.presses('button', 'Download my answers')
      const { object } = JSON.parse(readFileSync(await learner.downloaded('one-long-answer.workbook.json'), 'utf8'))
      assert.deepEqual(object.answers, { what: `Before. ${longText} The end` })

      // Whoever leaves is asked first.
      let asked
      learner.page.once('dialog', (dialog) => dialog.dismiss().then(() => (asked = dialog.type())))
      await learner.page.evaluate(() => setTimeout(() => location.reload()))
      await untilTrue('the question whether to leave', () => asked === 'beforeunload')
      assert.equal(await box(learner), `Before. ${longText} The end`)

      await learner.page.evaluate(emptyDevice)
      await learner.waits('the answer on the device', isKept, 'The end')
      await learner.waits('the callout gone', () => !document.body.innerText.includes('your answers are not kept'))
      await learner.reads('Saved on this device at')
    })

    test('a device without room still sends, once', async (t) => {
      const learner = await browser.person(t)
      await learner.goes(`${LONG}#details`)
      await givesDetails(learner, 'full@school.example')
      await learner.arrives('Question 1 of 1')
      await learner.fills(undefined, 'Kept. ')
      await learner.pastes(longText)
      await learner.presses('button', 'Continue')
      await learner.arrives('Check your answers')
      await learner.waits('the answer on the device', isKept, 'Kept. ')
      assert.ok((await learner.page.evaluate(fillDevice)) > 0)
      const n_before = board.records().length
      const reference = await sends(learner)
      await learner.reads('Nothing is kept on this device.')
      assert.deepEqual(board.records().slice(n_before).map((record) => record.reference), [reference])
      await learner.goes(LONG)
      await learner.finds('link', 'Start')
      assert.equal(board.records().length, n_before + 1)
    })
  })
}
