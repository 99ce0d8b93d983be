/**
 * What a learner has after sending: how it stands and since when, the receipt and a copy, the certificate once more, and its
 * renewal. Asked of the real inbox with the device's key, or with the mailed link on another device.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startBoard } from './board.mjs'
import { assertAccessibleInAllLooks, launch, openPage } from './helpers.mjs'
import { answerAll, fillDetails, heading, linkMailedTo, press, send } from './people.mjs'

const browser = await launch()
const board = await startBoard(fileURLToPath(new URL('mixed', import.meta.url)))
after(async () => {
  await browser.close()
  await board.stop()
})

const MIXED = `${board.origin}/learn/mixed/`
const MY_TRAINING = `${board.origin}/learn/my-training/`
const DAY = 24 * 60 * 60
const answers = { open: 'The family uses it.', single: 'A neighbour', multi: ['Red'], 'true-false': 'True', short: 'the lead', number: '7', order: 'Plan', match: ['Bark', 'Moo', 'Bark'] }

const textOf = async (locator) => (await locator.innerText()).replace(/\s+/g, ' ').trim()
const dayOf = (seconds, options) => new Date(seconds * 1000).toLocaleDateString('en-GB', { timeZone: 'Europe/London', ...options })

async function open(t) {
  const page = await openPage(browser, { acceptDownloads: true })
  t.after(() => page.context().close())
  return page
}

async function submit(page, email) {
  await fillDetails(page, MIXED, { 'Work email': email })
  await answerAll(page, (id) => answers[id])
  return send(page)
}

async function confirm(t, reference) {
  const page = await open(t)
  await page.goto(await linkMailedTo(board, { to: 'ruth@school.example', reference, page: 'confirm/#t=' }))
  await page.getByRole('radio', { name: 'I have discussed it and they understand' }).check()
  await page.getByLabel('I have read and discussed these answers').check()
  await page.getByLabel('Type your full name').fill('Ruth Carter')
  await press(page, 'Confirm')
  await page.getByRole('heading', { name: 'Confirmed', exact: true }).waitFor()
}

/** What the browser saves when a button is pressed. */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, button)])
  return { name: download.suggestedFilename(), path: await download.path() }
}

/** The inbox's answers say something else in part, as they will on another day. */
function later(page, members) {
  return page.route('**/api/learner', async (route) => {
    const reply = await route.fetch()
    // A page that has gone on wants no answer any more.
    await route.fulfill({ response: reply, json: { ...(await reply.json()), ...members } }).catch(() => {})
  })
}

test('a learner sees for whom it waits and since when, and keeps receipt and copy', async (t) => {
  const page = await open(t)
  const reference = await submit(page, 'waits@school.example')
  await page.getByText('Sent. Waiting for Ruth Carter since today.').waitFor()
  await assertAccessibleInAllLooks(page)
  await page.goto(MY_TRAINING)
  await page.getByText('Asked just now').waitFor()
  await page.getByText('Sent. Waiting for Ruth Carter since today').waitFor()
  await assertAccessibleInAllLooks(page)

  const receipt = await saved(page, 'Save the receipt')
  assert.equal(receipt.name, `${reference}.receipt.jws`)
  const { status, stdout } = board.run('verify', receipt.path)
  assert.equal(status, 0, stdout)
  assert.ok(stdout.includes(reference), stdout)
  await page.getByText('the board’s signed proof').waitFor()
  const copy = await saved(page, 'Save a copy')
  assert.equal(copy.name, `mixed-${reference}.workbook.json`)
  assert.equal(JSON.parse(readFileSync(copy.path, 'utf8')).object.answers.open, answers.open)

  // As the days go by: the weekday, then the date.
  const now = Math.floor(Date.now() / 1000)
  for (const [seconds, words] of [
    [now - 3 * DAY, dayOf(now - 3 * DAY, { weekday: 'long' })],
    [now - 20 * DAY, dayOf(now - 20 * DAY, { day: 'numeric', month: 'long', year: 'numeric' })],
  ]) {
    await later(page, { since: seconds })
    await page.goto(MY_TRAINING)
    await page.getByText(`Sent. Waiting for Ruth Carter since ${words}`, { exact: true }).waitFor()
    await page.goto(MIXED)
    await page.getByText(`Sent. Waiting for Ruth Carter since ${words}.`, { exact: true }).waitFor()
    await page.unrouteAll({ behavior: 'wait' })
  }
  await assertAccessibleInAllLooks(page)

  // Nothing to be asked of: what was known last, and it says so.
  await page.context().route('**/api/learner', (route) => route.abort())
  await page.goto(MY_TRAINING)
  await page.getByText('this is what was known last').waitFor()
  await page.getByText(/^Sent\. Waiting for Ruth Carter since/).waitFor()
  await assertAccessibleInAllLooks(page)

  // By the mailed link, on a device that knows nothing of it.
  const elsewhere = await open(t)
  await elsewhere.goto(await linkMailedTo(board, { to: 'waits@school.example', reference, page: 'learn/my-training/#w=' }))
  await elsewhere.getByText('Sent. Waiting for Ruth Carter since today').waitFor()
  await elsewhere.getByText('Nothing was sent from this device').waitFor()
  await assertAccessibleInAllLooks(elsewhere)
})

test('a certificate is saved again and checked, and renewed when its end is near', async (t) => {
  const page = await open(t)
  const reference = await submit(page, 'renews@school.example')
  await confirm(t, reference)
  await board.smtp.waitFor(({ to, attachments }) => to[0] === 'renews@school.example' && attachments.length > 0)
  await page.goto(MY_TRAINING)
  await page.getByText('Confirmed. Certificate issued').waitFor()
  // A month from now, and so within sixty days.
  const facts = await textOf(page.locator('.training-certificate'))
  const until = facts.match(/Valid until (\d+ \w+ \d{4})/)[1]
  assert.match(await textOf(page.locator('.training')), new RegExp(`Your certificate runs out on ${until}\\.`))
  await assertAccessibleInAllLooks(page)

  const certificate = await saved(page, 'Save the certificate')
  assert.match(certificate.name, /^certificate-(\w{4}-){3}\w{4}\.pdf$/)
  const { attachments: [mailed] } = await board.smtp.waitFor(({ to, attachments }) => to[0] === 'renews@school.example' && attachments.length > 0)
  assert.ok(readFileSync(certificate.path).equals(mailed.bytes), 'the same bytes as in the mail')
  const { status, stdout } = board.run('verify', certificate.path)
  assert.equal(status, 0, stdout)
  await page.getByText('It is the same certificate as in the mail').waitFor()
  await page.context().route('**/api/learner', (route) => route.abort())
  await press(page, 'Save the certificate')
  await page.getByText('Not saved: the inbox cannot be reached').waitFor()
  await page.context().unroute('**/api/learner')
  await page.getByRole('link', { name: 'Check it' }).click()
  await page.locator('#verdict').filter({ hasText: 'Genuine and current.' }).waitFor()

  await page.goto(MY_TRAINING)
  await page.getByRole('link', { name: 'Renew Every kind of question' }).click()
  await heading(page, 'Your details').waitFor()
  assert.equal(await page.getByLabel('Full name').inputValue(), 'Ana Kovač', 'nobody is asked twice')
  await press(page, 'Continue')
  await heading(page, /Question 1 of 8/).waitFor()
  assert.equal(await page.getByRole('textbox').and(page.locator('main :visible')).inputValue(), '', 'anew')
  await answerAll(page, (id) => answers[id])
  const second = await send(page)
  await page.goto(MY_TRAINING)
  await page.getByText('Sent. Waiting for Ruth Carter since today').waitFor()
  const first = page.locator('.training').filter({ hasText: reference })
  assert.equal(await first.getByRole('link', { name: /^Renew/ }).count(), 0, 'it is being renewed')
  assert.match(await textOf(first), new RegExp(`What counts is ${second}`))

  await confirm(t, second)
  await page.reload()
  await page.getByText('Replaced by a newer certificate').waitFor()
  await page.getByText('Confirmed. Certificate issued').waitFor()
  await assertAccessibleInAllLooks(page)
  const states = Object.fromEntries(board.records().map((record) => [record.reference, record.state]))
  assert.deepEqual([states[reference], states[second]], ['superseded', 'issued'])
  const audit = board.run('inbox', 'audit')
  assert.equal(audit.status, 0, audit.stdout)
})

test('a certificate that lasts is not to be renewed yet, and says from when on', async (t) => {
  const quiz = join(board.folder, 'quizzes/mixed.toml')
  const before = readFileSync(quiz, 'utf8')
  writeFileSync(quiz, before.replace('renew_after_months = 1', 'renew_after_months = 24'))
  await board.republish()
  t.after(async () => {
    writeFileSync(quiz, before)
    await board.republish()
  })
  const page = await open(t)
  const reference = await submit(page, 'lasts@school.example')
  await confirm(t, reference)
  const { text } = await board.smtp.waitFor(({ to, subject }) => to[0] === 'lasts@school.example' && subject.includes('certificate'))
  const elsewhere = await open(t)
  await elsewhere.goto(text.split('\n').find((line) => line.startsWith(`${MY_TRAINING}#w=`)))
  await elsewhere.getByText('Confirmed. Certificate issued').waitFor()
  const card = await textOf(elsewhere.locator('.training'))
  assert.match(card, /Valid until \d+ \w+ \d{4} You can renew it from \d+ \w+ \d{4}\./)
  assert.equal(await elsewhere.getByRole('link', { name: /^Renew/ }).count(), 0)
  // By the mailed link, too, on a device that has nothing of it.
  const certificate = await saved(elsewhere, 'Save the certificate')
  assert.equal(board.run('verify', certificate.path).status, 0)
  await assertAccessibleInAllLooks(elsewhere)
})

test('what becomes of it is said in words, and every state is accessible', async (t) => {
  const page = await open(t)
  await page.goto(MY_TRAINING)
  await page.getByText('Nothing was sent from this device').waitFor()
  await assertAccessibleInAllLooks(page)
  const reference = await submit(page, 'states@school.example')
  const state = page.locator('.training-state')
  for (const [word, words, offers] of [
    ['lapsed', 'Not confirmed in time', []],
    ['needs_mars_check', 'Confirmed. The MARS team is checking it', []],
    ['refused', 'Not accepted by the MARS team', []],
  ]) {
    await later(page, { state: word })
    await page.goto(MY_TRAINING)
    await state.getByText(words, { exact: true }).waitFor()
    assert.deepEqual(await page.getByRole('link', { name: /^(Renew|Change my answers)/ }).allTextContents(), offers)
    await assertAccessibleInAllLooks(page)
    await page.unrouteAll({ behavior: 'wait' })
  }
  await confirm(t, reference)
  for (const [word, words, offers] of [
    ['expired', 'Certificate expired', ['Renew Every kind of question']],
    ['revoked', 'Certificate withdrawn by the MARS team', []],
  ]) {
    await later(page, { state: word })
    await page.goto(MY_TRAINING)
    await state.getByText(words, { exact: true }).waitFor()
    assert.deepEqual(await page.getByRole('link', { name: /^Renew/ }).allTextContents(), offers)
    await assertAccessibleInAllLooks(page)
    await page.unrouteAll({ behavior: 'wait' })
  }

  const mailed = await open(t)
  await mailed.goto(`${MY_TRAINING}#w=short`)
  await mailed.getByText('This link is not whole').waitFor()
  await assertAccessibleInAllLooks(mailed)
  await mailed.context().route('**/api/learner', (route) => route.abort())
  await mailed.goto('about:blank')
  await mailed.goto(`${MY_TRAINING}#w=${'A'.repeat(43)}`)
  await mailed.getByText('The link stays good').waitFor()
  await assertAccessibleInAllLooks(mailed)
  await mailed.context().unroute('**/api/learner')
  await press(mailed, 'Try again')
  await mailed.getByText('The link stays good').waitFor({ state: 'detached' })
  await assertAccessibleInAllLooks(mailed)

  await press(page, 'I am finished on this computer')
  await assertAccessibleInAllLooks(page)
  await press(page, 'Yes, erase everything')
  await page.getByText('Everything that this site kept on this device is erased').waitFor()
  await assertAccessibleInAllLooks(page)
})
