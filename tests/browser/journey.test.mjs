/**
 * From the home page to a certificate that verifies, by keyboard alone, at two widths: the real program, SQLite, a mail server,
 * and Chromium. Each state on the way is put through the axe rules.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startBoard } from './board.mjs'
import { assertAccessible, launch, openPage, scratchFolder, tabTo } from './helpers.mjs'

const readQr = createRequire(import.meta.url)('jsqr')

const browser = await launch()
const board = await startBoard()
after(async () => {
  await browser.close()
  await board.stop()
})

/** A person with a browser of their own, who has no mouse. */
async function person(t, width) {
  const page = await openPage(browser, { viewport: { width, height: 900 }, acceptDownloads: true })
  t.after(() => page.context().close())
  const wrongs = []
  page.on('console', (message) => message.type() === 'error' && wrongs.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => wrongs.push(`exception: ${error.message}`))
  return {
    page,
    wrongs,
    async press(locator, key = 'Enter') {
      await locator.waitFor()
      await tabTo(page, locator)
      await page.keyboard.press(key)
    },
    async type(label, text) {
      await tabTo(page, page.getByLabel(label, { exact: true }))
      await page.keyboard.insertText(text)
    },
    /** A step is there: its heading, or what is said of its mistakes, has the focus, and it is sound. */
    async arrives(name) {
      await page.getByRole('heading', { level: 1, name }).waitFor()
      await page.waitForFunction(() => document.activeElement?.closest('main h1, main [tabindex="-1"]'))
      await this.sees(name)
    },
    /** The page has this one heading of the first level, nothing to find fault with, and fits the window. */
    async sees(name) {
      await page.getByRole('heading', { level: 1, name }).waitFor()
      assert.equal(await page.locator('h1:visible').count(), 1, 'one heading of the first level')
      await assertAccessible(page)
      const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
      assert.ok(needed <= given, `${name}: the page is ${needed} pixels wide, the window ${given}`)
    },
  }
}

/** The first link to a page in a mail. */
const linkIn = ({ text }, page) => text.split('\n').find((line) => line.startsWith(`${board.origin}/${page}`))

/** Fills in, answers and sends the e-workbook. Out: the reference on the last page. */
async function learn(learner, name, email, answer) {
  const { page, press, type } = learner
  const arrives = (heading) => learner.arrives(heading)
  await page.goto(`${board.origin}/`)
  await press(page.getByRole('link', { name: 'Learn', exact: true }).last())
  await press(page.locator('main').getByRole('link', { name: /start the e-workbook/i }))
  await press(page.getByRole('link', { name: /^Start/ }).or(page.getByRole('button', { name: /^Start/ })))

  await arrives(/Your details/)
  await press(page.getByRole('button', { name: 'Continue' }))
  await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
  await arrives(/Your details/)
  assert.match(await page.title(), /^Error: /)
  await type('Full name', name)
  await type('Work email', email)
  await type('Job title', 'Teaching assistant')
  await tabTo(page, page.getByLabel('Agency', { exact: true }))
  await page.keyboard.type('Example Primary')
  await tabTo(page, page.getByLabel('Who will confirm'))
  await type("Manager's name", 'Ruth Carter')
  await type("Manager's email", 'ruth.carter@school.example')
  await press(page.getByRole('button', { name: 'Continue' }))

  for (let n = 1; n <= 12; n++) {
    await arrives(new RegExp(`Question ${n} of 12`))
    await tabTo(page, page.locator('main textarea:visible'))
    await page.keyboard.insertText(answer(n))
    await press(page.getByRole('button', { name: 'Continue' }))
  }
  await arrives('Check your answers')
  assert.ok(await page.getByRole('definition').filter({ hasText: answer(12) }).isVisible())
  await press(page.getByRole('button', { name: 'Send to my manager' }))
  await arrives('Sent to your manager')
  const reference = await page.locator('main').getByText(/^MARS-\w{4}-\w{4}$/).first().innerText()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Sent to your manager' }).waitFor()
  assert.ok(await page.getByText(reference).first().isVisible(), 'the same page after it was loaded again')
  assert.deepEqual(learner.wrongs, [])
  return reference
}

/** Opens the mailed link, reads, and confirms. */
async function confirm(confirmer, link, learnerName, answer) {
  const { page, press } = confirmer
  await page.goto(link)
  await page.getByText(answer(1)).first().waitFor()
  await confirmer.sees('Confirm an e-workbook')
  assert.ok(await page.getByText(learnerName).first().isVisible())
  assert.doesNotMatch(page.url(), /#t=/, 'the token is not left in the address')
  assert.ok((await page.locator('main').innerText()).includes('Guidance for professionals'), 'the points to look for')
  assert.ok((await page.locator('main').innerHTML()).includes('20&nbsp;working days') || (await page.locator('main').textContent()).match(/20\s+working days/), 'the guidance itself')
  await press(page.getByRole('radio', { name: 'I have discussed it and they understand' }), 'Space')
  await press(page.getByRole('button', { name: 'Confirm' }))
  await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
  await assertAccessible(page)
  await press(page.getByLabel('I have read and discussed these answers'), 'Space')
  await tabTo(page, page.getByLabel('Type your full name'))
  await page.keyboard.insertText('Ruth Carter')
  await press(page.getByRole('button', { name: 'Confirm' }))
}

/** What the QR code of a certificate says, read from a picture of its page. */
function qrOf(pdf) {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'certificate.pdf'), pdf)
  const drawn = spawnSync('pdftoppm', ['-r', '200', '-singlefile', 'certificate.pdf', 'page'], { cwd: folder, encoding: 'utf8' })
  assert.equal(drawn.status, 0, drawn.stderr)
  // A PPM: `P6`, width, height, 255, then three bytes a point.
  const picture = readFileSync(join(folder, 'page.ppm'))
  const [, width, height] = picture.subarray(0, 40).toString('latin1').match(/^P6\s+(\d+)\s+(\d+)\s+255\s/)
  const points = picture.subarray(picture.length - width * height * 3)
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let n = 0; n < width * height; n++) rgba.set([points[n * 3], points[n * 3 + 1], points[n * 3 + 2], 255], n * 4)
  const code = readQr(rgba, Number(width), Number(height))
  assert.ok(code, 'there is a QR code on the page')
  return code.data
}

/** The verdict of the checking page on a link. */
async function verdictOn(page, link) {
  await page.goto('about:blank')
  await page.goto(link)
  return settledVerdict(page)
}

async function settledVerdict(page) {
  const verdict = page.locator('#verdict')
  await verdict.filter({ hasText: /Genuine|Not genuine|Cannot check/ }).waitFor()
  return verdict.innerText()
}

/** `signpost verify` of a file with these bytes. */
function verify(bytes, name = 'certificate.pdf') {
  const file = join(scratchFolder(), name)
  writeFileSync(file, bytes)
  return { file, ...board.run('verify', file) }
}

/** Another letter in the middle of a text. */
const changed = (text) => {
  const at = Math.floor(text.length / 2)
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}

const certificates = []

for (const width of [1280, 320]) {
  test(`a learner, a confirmer and a certificate, by keyboard, at ${width} pixels`, async (t) => {
    // Names of one length, so that their certificates' texts are of one length, too.
    const name = `Zoë Lárner ${width === 1280 ? 'One' : 'Two'}`
    const email = `zoe.${width}@school.example`
    const answer = (n) => `Answer ${n} at ${width}: support as early as possible, and the child’s own words.`
    const learner = await person(t, width)
    const reference = await learn(learner, name, email, answer)

    const request = await board.smtp.waitFor(({ to, text }) => to[0] === 'ruth.carter@school.example' && text.includes(reference))
    const received = await board.smtp.waitFor(({ to }) => to[0] === email)
    const state = () => board.records().find((record) => record.reference === reference).state

    // A mail gateway that opens every link and runs every script decides nothing.
    for (const link of [request, received].flatMap(({ text }) => text.match(/http:\S+/g))) {
      const scanner = await openPage(browser)
      await scanner.goto(link)
      await scanner.waitForLoadState('networkidle')
      await scanner.context().close()
    }
    assert.equal(state(), 'awaiting_confirmation')

    const confirmer = await person(t, width)
    await confirm(confirmer, linkIn(request, 'confirm/#t='), name, answer)
    await confirmer.page.getByText(/certificate/i).first().waitFor()
    const issued = await board.smtp.waitFor(({ to, attachments }) => to[0] === email && attachments.length > 0)
    assert.equal(state(), 'issued')
    await assertAccessible(confirmer.page)
    // The link again: told in words, and nothing to decide.
    await confirmer.page.goto('about:blank')
    await confirmer.page.goto(linkIn(request, 'confirm/#t='))
    await confirmer.page.getByText(/confirmed on|already/i).first().waitFor()
    assert.equal(await confirmer.page.getByRole('button', { name: 'Confirm' }).count(), 0)
    await assertAccessible(confirmer.page)
    assert.deepEqual(confirmer.wrongs, [])

    // The learner sees it by the device's key, and by the mailed link on any other device.
    await learner.page.goto(`${board.origin}/learn/my-training/`)
    await learner.page.getByText('Confirmed. Certificate issued').first().waitFor()
    await assertAccessible(learner.page)
    const elsewhere = await person(t, width)
    await elsewhere.page.goto(linkIn(issued, 'learn/my-training/#w='))
    await elsewhere.page.getByText('Confirmed. Certificate issued').first().waitFor()

    const [{ bytes: pdf }] = issued.attachments
    const link = qrOf(pdf)
    assert.ok(link.startsWith(`${board.origin}/verify/#c=`), link)
    const checker = await person(t, width)
    assert.match(await verdictOn(checker.page, link), /^Genuine and current\./)
    assert.ok(await checker.page.getByText(name).first().isVisible(), 'the signed name stands beside the verdict')
    await checker.sees('Check a certificate')
    certificates.push({ name, link, jws: link.split('#c=')[1], pdf })
  })
}

test('one changed character is not genuine: in the link, the code, and the file', async (t) => {
  const [{ link, jws, pdf, name }] = certificates
  const { page, press } = await person(t, 1280)
  const parts = jws.split('.')
  for (const n of [0, 1, 2]) {
    const forged = parts.map((part, at) => (at === n ? changed(part) : part)).join('.')
    assert.match(await verdictOn(page, link.replace(jws, forged)), /^Not genuine\./, `part ${n}`)
    await page.goto('about:blank')
    await page.goto(`${board.origin}/verify/`)
    await tabTo(page, page.getByLabel('Code from the certificate'))
    await page.keyboard.insertText(forged)
    await press(page.getByRole('button', { name: 'Check', exact: true }))
    assert.match(await settledVerdict(page), /^Not genuine\./, `part ${n}, pasted`)
    const bytes = Buffer.from(pdf.toString('latin1').replaceAll(jws, forged), 'latin1')
    assert.ok(!bytes.equals(pdf))
    const { status, stdout, file } = verify(bytes)
    assert.deepEqual([status, /Not genuine\./.test(stdout)], [1, true], stdout)
    await page.goto('about:blank')
    await page.goto(`${board.origin}/verify/`)
    await page.getByLabel('Certificate file (PDF)').setInputFiles(file)
    assert.match(await settledVerdict(page), /^Not genuine\./, `part ${n}, in the file`)
  }
  const genuine = verify(pdf)
  assert.equal(genuine.status, 0, genuine.stdout)
  assert.match(genuine.stdout, new RegExp(name))
  await page.goto('about:blank')
  await page.goto(`${board.origin}/verify/`)
  await page.getByLabel('Certificate file (PDF)').setInputFiles(genuine.file)
  assert.match(await settledVerdict(page), /^Genuine and current\./)
})

test('a file is judged by what was signed, whatever name is drawn in it', async (t) => {
  const [first, second] = certificates
  assert.equal(first.jws.length, second.jws.length)
  // Drawn: the second learner. Signed: the first.
  const bytes = Buffer.from(second.pdf.toString('latin1').replaceAll(second.jws, first.jws), 'latin1')
  const { stdout, file } = verify(bytes)
  assert.ok(stdout.includes(first.name) && !stdout.includes(second.name), stdout)
  const { page } = await person(t, 1280)
  await page.goto(`${board.origin}/verify/`)
  await page.getByLabel('Certificate file (PDF)').setInputFiles(file)
  assert.match(await settledVerdict(page), /^Genuine and current\./)
  assert.ok(await page.getByText(first.name).first().isVisible())
  assert.equal(await page.getByText(second.name).count(), 0)
  assert.ok(await page.getByText('Compare these with the paper').first().isVisible())
})

test('the register holds after all of it', () => {
  const { status, stdout } = board.run('inbox', 'audit')
  assert.equal(status, 0, stdout)
  assert.match(stdout, /^Everything holds: 6 entries, 2 records/)
})
