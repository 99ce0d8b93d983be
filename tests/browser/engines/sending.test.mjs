/** On the way from the device to the board and back, in both browsers: no network, no inbox, returned, a peer, a file. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { startBoard } from '../board.mjs'
import { Browser, ENGINES } from './driver.mjs'
import { SITE, answers, confirms, decides, getsReady, givesDetails, linkIn, referenceOn, requestFor, sends } from './learner.mjs'

const board = await startBoard(SITE)
const WORKBOOK = `${board.origin}/learn/two-questions/`
const stateOf = (reference) => board.records().find((record) => record.reference === reference)?.state

for (const engine of ENGINES) {
  describe(engine, () => {
    let browser
    before(async () => {
      browser = await Browser.open(engine)
    })
    after(() => browser.close())

    test('without a network it waits on the device, and is sent when there is one', async (t) => {
      const learner = await browser.stranger(t)
      await getsReady(learner, WORKBOOK, 'offline@school.example')
      const before = board.records().length
      await learner.page.setOfflineMode(true)
      await learner.presses('button', 'Send to my manager')
      await learner.reads('Will be sent when you are online')
      assert.equal(board.records().length, before)
      await learner.page.setOfflineMode(false)
      await learner.arrives('Sent to your manager')
      assert.equal(board.records().length, before + 1)
    })

    test('while the inbox is down it waits on the device, also for another day', async (t) => {
      const learner = await browser.stranger(t)
      await getsReady(learner, WORKBOOK, 'down@school.example')
      const before = board.records().length
      await board.stopInbox()
      await learner.presses('button', 'Send to my manager')
      await learner.reads('Will be sent when the inbox answers')
      const answered = await learner.closesTab()
      await answered.goes(WORKBOOK)
      await answered.reads('Will be sent when the inbox answers')
      await board.restartInbox()
      assert.equal(board.records().length, before)
      await answered.presses('button', 'Try again')
      await answered.arrives('Sent to your manager')
      assert.equal(board.records().length, before + 1)
      assert.equal(stateOf(await referenceOn(answered)), 'awaiting_confirmation')
    })

    test('an inbox that is up again gets what waits, without a press', async (t) => {
      const learner = await browser.stranger(t)
      await learner.hurries()
      await getsReady(learner, WORKBOOK, 'up@school.example')
      await board.stopInbox()
      await learner.presses('button', 'Send to my manager')
      await learner.reads('Will be sent when the inbox answers')
      await board.restartInbox()
      await learner.arrives('Sent to your manager')
      assert.equal(stateOf(await referenceOn(learner)), 'awaiting_confirmation')
    })

    test('what was returned is answered again and takes the place of the first', async (t) => {
      const learner = await browser.stranger(t)
      await getsReady(learner, WORKBOOK, 'returned@school.example')
      const first = await sends(learner)
      const confirmer = await browser.stranger(t)
      await confirmer.goes(linkIn(await requestFor(board, first), 'confirm/#t='))
      await confirmer.chooses('More learning is needed')
      await confirmer.fills('What should they look at again? (optional)', 'Read about reviews again.')
      await confirmer.fills('Type your full name', 'Ruth Carter')
      await confirmer.presses('button', 'Return to the learner')
      await confirmer.reads('Returned to the learner')
      assert.equal(stateOf(first), 'returned')

      await learner.goes(WORKBOOK)
      await learner.reads('Read about reviews again.')
      await learner.presses('button', 'Change my answers')
      await learner.arrives('Check your answers')
      await learner.presses('link', 'Change answer to question 2')
      await learner.arrives('Question 2 of 2')
      await learner.fills(undefined, 'Any practitioner, at a review too.')
      await learner.presses('button', 'Continue')
      await learner.arrives('Check your answers')
      const second = await sends(learner)
      assert.notEqual(second, first)
      await confirms(confirmer, linkIn(await requestFor(board, second), 'confirm/#t='))
      await confirmer.reads('The certificate is on its way')
      assert.deepEqual([stateOf(first), stateOf(second)], ['returned', 'issued'])
    })

    test('a peer is chosen with a reason, and the MARS team looks at it', async (t) => {
      const learner = await browser.stranger(t)
      await learner.goes(`${WORKBOOK}#details`)
      await givesDetails(learner, 'peer@school.example', { capacity: 'A peer or colleague' })
      await learner.reads('There is a problem')
      await learner.fills('Why a peer or colleague confirms', 'I work by myself.')
      await learner.presses('button', 'Continue')
      await answers(learner, ['Help as early as possible.', 'Whoever works with the family.'])
      await learner.reads('I work by myself.')
      const reference = await sends(learner)
      const confirmer = await browser.stranger(t)
      await confirms(confirmer, linkIn(await requestFor(board, reference), 'confirm/#t='))
      await confirmer.reads('The MARS team will look at it')
      assert.equal(stateOf(reference), 'needs_mars_check')
    })

    test('a copy that was never sent is handed in by the confirmer, and decided by the mailed link', async (t) => {
      const learner = await browser.stranger(t)
      await getsReady(learner, WORKBOOK, 'copy@school.example')
      await learner.presses('button', 'Save a copy')
      const file = await learner.downloaded('two-questions.workbook.json')
      const { v, kind, object } = JSON.parse(readFileSync(file, 'utf8'))
      assert.deepEqual([v, kind, Object.keys(object.answers)], [1, 'workbook', ['what', 'who']])
      const confirmer = await browser.stranger(t)
      await confirmer.goes(`${board.origin}/confirm/`)
      await confirmer.gives('Open the learner’s file', file)
      await confirmer.reads('Whoever works with the family.')
      await confirmer.reads('Any practitioner')
      await confirmer.presses('button', 'Mail the link')
      await confirmer.reads('Look in your mail')
      const reference = await referenceOn(confirmer)
      assert.equal(stateOf(reference), 'awaiting_confirmation')
      await confirms(confirmer, linkIn(await requestFor(board, reference), 'confirm/#t='))
      await confirmer.reads('The certificate is on its way')
      assert.equal(stateOf(reference), 'issued')
    })

    test('answers that the inbox does not take are confirmed from the file', async (t) => {
      const learner = await browser.stranger(t)
      await getsReady(learner, `${board.origin}/learn/by-file/`, 'file@school.example')
      const reference = await sends(learner)
      await learner.presses('button', 'Save a copy')
      const file = await learner.downloaded('by-file.workbook.json')
      const confirmer = await browser.stranger(t)
      const link = linkIn(await requestFor(board, reference), 'confirm/#t=')
      await confirmer.goes(link)
      await confirmer.reads('The answers of this e-workbook are not kept by the inbox')
      await confirmer.gives('Open the learner’s file', file)
      await confirmer.reads('Whoever works with the family.')
      await decides(confirmer)
      await confirmer.reads('The certificate is on its way')
      assert.equal(stateOf(reference), 'issued')
    })
  })
}

after(() => board.stop())
