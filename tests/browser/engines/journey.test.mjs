/** From the home page to a certificate that is genuine, by keyboard alone: the real site, inbox and mail server, in both browsers. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startBoard } from '../board.mjs'
import { scratchFolder } from '../helpers.mjs'
import { Browser, ENGINES } from './driver.mjs'
import { answers, confirms, givesDetails, linkIn, requestFor, sends } from './learner.mjs'

const board = await startBoard()
after(() => board.stop())

const ANSWERS = Array.from({ length: 12 }, (_, n) => `Answer ${n + 1}: support as early as possible, and the child’s own words.`)

for (const engine of ENGINES) {
  describe(engine, () => {
    let browser
    before(async () => {
      browser = await Browser.open(engine)
    })
    after(() => browser.close())

    test('a learner, a confirmer and a certificate, by keyboard', async (t) => {
      const email = `zoe.${engine}@school.example`
      const learner = await browser.stranger(t)
      await learner.goes(`${board.origin}/`)
      await learner.presses('link', 'Learn')
      await learner.presses('link', 'start the e-workbook')
      await learner.presses('link', 'Start')
      await learner.arrives('Your details')
      await learner.presses('button', 'Continue')
      await learner.reads('There is a problem')
      await givesDetails(learner, email)
      await answers(learner, ANSWERS)
      await learner.reads(ANSWERS[11])
      const reference = await sends(learner)
      await learner.page.reload()
      await learner.reads('Sent to your manager')
      await learner.reads(reference)

      const confirmer = await browser.stranger(t)
      const link = linkIn(await requestFor(board, reference), 'confirm/#t=')
      await confirmer.goes(link)
      await confirmer.reads('Zoë Lárner')
      await confirmer.reads(ANSWERS[0])
      await confirmer.presses('button', 'Confirm')
      await confirmer.reads('There is a problem')
      await confirms(confirmer, link)
      await confirmer.reads('The certificate is on its way')
      const issued = await board.smtp.waitFor(({ to, attachments }) => to[0] === email && attachments.length > 0)
      assert.equal(board.records().find((record) => record.reference === reference).state, 'issued')

      await learner.goes(`${board.origin}/learn/my-training/`)
      await learner.reads('Confirmed. Certificate issued')
      const elsewhere = await browser.stranger(t)
      await elsewhere.goes(linkIn(issued, 'learn/my-training/#w='))
      await elsewhere.reads('Confirmed. Certificate issued')

      const file = join(scratchFolder(), 'certificate.pdf')
      writeFileSync(file, issued.attachments[0].bytes)
      await elsewhere.goes(`${board.origin}/verify/`)
      await elsewhere.gives('Certificate file (PDF)', file)
      await elsewhere.reads('Genuine and current.')
      await elsewhere.reads('Zoë Lárner')
      for (const { wrongs } of [learner, confirmer, elsewhere]) assert.deepEqual(wrongs, [])
    })
  })
}
