/** Sending, and all that can go wrong with it: what is said, where the reader is taken, and that no answer is lost. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { referenceOf } from '../../themes/signpost/components/record/reference.mjs'
import { startBoard } from './board.mjs'
import { assertAccessible, launch, openPage } from './helpers.mjs'
import { box, fillDetails, fillIn, go, heading } from './learner.mjs'
import { letters, printed } from './paper.mjs'

const browser = await launch()
const board = await startBoard()
after(async () => {
  await browser.close()
  await board.stop()
})

const WORKBOOK = `${board.origin}/learn/workbook/`
const SUBMISSIONS = '**/api/submissions'
const send = (page) => go(page, 'Send to my manager')
const nRecords = () => board.records().length
const focused = (page, selector) => page.waitForFunction((selector) => document.activeElement?.matches(selector), selector)

async function open(t, width = 1280) {
  const page = await openPage(browser, { viewport: { width, height: 900 } })
  t.after(() => page.context().close())
  return page
}

async function readyToSend(t, email, width) {
  const page = await open(t, width)
  await fillIn(page, WORKBOOK, email)
  return page
}

/** Accessible, and no wider than the window. */
async function assertSound(page) {
  await assertAccessible(page)
  const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
  assert.ok(needed <= given, `the page is ${needed} pixels wide, the window ${given}`)
}

/** The inbox answers with this instead, as long as the returned function is not called. */
async function refuseWith(page, status, problem, headers = {}) {
  await page.route(SUBMISSIONS, (route) =>
    route.fulfill({
      status,
      headers: { 'access-control-allow-origin': board.origin, 'content-type': 'application/problem+json', 'access-control-expose-headers': 'retry-after', ...headers },
      body: typeof problem === 'string' ? problem : JSON.stringify(problem),
    }),
  )
  return () => page.unroute(SUBMISSIONS)
}

for (const width of [1280, 320]) {
  test(`what is missing is said in a summary, which has the focus and leads to the field, at ${width} pixels`, async (t) => {
    const page = await open(t, width)
    const before = nRecords()
    await fillDetails(page, WORKBOOK, 'missing@school.example')
    await heading(page, /Question 1 of 12/).waitFor()
    await page.goto(`${WORKBOOK}#check`)
    await heading(page, 'Check your answers').waitFor()
    await send(page)
    await focused(page, '.error-summary')
    assert.match(await page.title(), /^Error: /)
    await assertSound(page)
    await page.getByRole('link', { name: 'Answer every question, or tick this' }).click()
    await focused(page, '#send-unanswered[aria-invalid="true"]')

    await page.getByRole('link', { name: 'Change your details' }).click()
    await heading(page, 'Your details').waitFor()
    await page.getByLabel('Work email').fill('missing at school')
    await page.getByLabel('Job title').fill('')
    await page.goto(`${WORKBOOK}#check`)
    await heading(page, 'Check your answers').waitFor()
    await page.getByRole('checkbox', { name: /^Send with 12 questions unanswered/ }).check()
    await send(page)
    await heading(page, 'Your details').waitFor()
    await focused(page, '.error-summary')
    const links = page.getByRole('alert').getByRole('link')
    assert.deepEqual(await links.allTextContents(), ['Type “Work email” in full, such as name@school.example', 'Fill in “Job title”'])
    await assertSound(page)
    await links.nth(1).click()
    await focused(page, '#learner-job')
    const described = await page.locator('#learner-job').evaluate((field) => document.getElementById(field.getAttribute('aria-describedby')).textContent)
    assert.equal(described, 'Error: Fill in “Job title”')
    // Mended, one is back where one came from, and nothing was asked of the inbox before.
    await page.getByLabel('Work email').fill('missing@school.example')
    await page.getByLabel('Job title').fill('Teacher')
    await go(page, 'Continue')
    await heading(page, 'Check your answers').waitFor()
    assert.equal(await page.locator('.error-summary').count(), 0)
    assert.doesNotMatch(await page.title(), /^Error: /)
    assert.equal(nRecords(), before)
  })
}

test('what the inbox does not take of a field is said at that field, and the answers stay', async (t) => {
  const page = await readyToSend(t, 'field@school.example')
  const stop = await refuseWith(page, 422, {
    type: 'urn:signpost:field',
    detail: 'Something in it cannot be taken.',
    errors: [{ pointer: '/learner/email', detail: 'this address is not taken' }],
  })
  await send(page)
  await heading(page, 'Your details').waitFor()
  await focused(page, '.error-summary')
  await page.getByRole('link', { name: 'Work email: this address is not taken' }).click()
  await focused(page, '#learner-email[aria-invalid="true"]')
  await assertSound(page)
  await stop()
  await page.getByLabel('Work email').fill('field.two@school.example')
  await go(page, 'Continue')
  await heading(page, 'Check your answers').waitFor()
  assert.ok(await page.getByRole('definition').filter({ hasText: 'Answer 12.' }).isVisible())
  await send(page)
  await heading(page, 'Sent to your manager').waitFor()
})

for (const [status, title, words, headers] of [
  [413, 'Could not send', 'Your answers are too long for the inbox. Shorten the longest, then try again.'],
  [429, 'Not sent yet', 'The inbox is busy: try again in 2 minutes.', { 'retry-after': '120' }],
  [503, 'Not sent yet', 'The inbox is busy: try again in a minute.'],
  [507, 'Could not send', 'The inbox has no room: try again later, and tell the MARS team.'],
  [500, 'Could not send', 'The inbox did not take it.'],
  [400, 'Could not send', 'The words of the inbox itself.'],
]) {
  test(`refused with ${status}, it says so in plain words, keeps the answers, and can be sent again`, async (t) => {
    const before = nRecords()
    const page = await readyToSend(t, `refused.${status}@school.example`, status === 429 ? 320 : 1280)
    const problem = status === 500 ? '<h1>Bad gateway</h1>' : { type: 'urn:signpost:other', detail: status === 400 ? words : '' }
    const stop = await refuseWith(page, status, problem, headers)
    await send(page)
    await focused(page, 'h2')
    const notice = page.locator('.callout').filter({ has: page.getByRole('heading', { name: title, exact: true }) })
    assert.ok(await notice.getByText(words).isVisible())
    assert.ok(await notice.getByText('Your answers are kept on this device.').isVisible())
    assert.match(await notice.getByRole('link', { name: 'Write a mail to your manager' }).getAttribute('href'), /^mailto:ruth@school\.example\?/)
    await assertSound(page)
    // They are there, also after the page was closed.
    await page.goto('about:blank')
    await page.goto(`${WORKBOOK}#check`)
    await heading(page, 'Check your answers').waitFor()
    for (let n = 1; n <= 12; n++) assert.ok(await page.getByRole('definition').filter({ hasText: `Answer ${n}.` }).isVisible())
    await stop()
    await send(page)
    await heading(page, 'Sent to your manager').waitFor()
    assert.equal(nRecords(), before + 1)
  })
}

test('where nothing is kept, nothing is promised', async (t) => {
  const page = await open(t)
  await page.goto(WORKBOOK)
  await page.getByLabel('Do not keep my answers on this device').check()
  await page.getByRole('link', { name: 'Start', exact: true }).click()
  // Within the page: whatever opens it anew forgets all.
  await heading(page, 'Your details').waitFor()
  await page.evaluate(() => (location.hash = '#check'))
  await heading(page, 'Check your answers').waitFor()
  await page.getByRole('link', { name: 'Change your details' }).click()
  await fillDetailsHere(page, 'unkept@school.example')
  await heading(page, 'Check your answers').waitFor()
  await page.getByRole('checkbox', { name: /^Send with 12/ }).check()
  const stop = await refuseWith(page, 503, {})
  await send(page)
  await page.getByText('Nothing is kept on this device: try again before you close this page, or save a copy.').waitFor()
  assert.equal(await page.getByText(/Your answers are kept/).count(), 0)
  await stop()
  await go(page, 'Try again')
  await heading(page, 'Sent to your manager').waitFor()
  assert.ok(await page.getByText('this page is gone when you close it').isVisible())
})

async function fillDetailsHere(page, email) {
  const texts = { 'Full name': 'Ana Kovač', 'Work email': email, 'Job title': 'Teacher', "Manager's name": 'Ruth Carter', "Manager's email": 'ruth@school.example' }
  for (const [label, text] of Object.entries(texts)) await page.getByLabel(label, { exact: true }).fill(text)
  await page.getByLabel('Agency', { exact: true }).selectOption({ index: 1 })
  await go(page, 'Continue')
}

test('an inbox that does not answer is asked again, and that is said', async (t) => {
  const page = await open(t)
  const before = nRecords()
  await page.clock.install()
  await fillIn(page, WORKBOOK, 'silent@school.example')
  await page.route(SUBMISSIONS, (route) => route.abort('connectionrefused'))
  await send(page)
  const notice = page.getByRole('heading', { name: 'Will be sent when the inbox answers' })
  await notice.waitFor()
  assert.ok(await page.getByText('sent by themselves while this page is open').isVisible())
  await assertSound(page)
  await page.unroute(SUBMISSIONS)
  await page.clock.fastForward(61_000)
  await heading(page, 'Sent to your manager').waitFor()
  assert.equal(nRecords(), before + 1)
})

test('what was changed while it waited is not sent as it was', async (t) => {
  const page = await readyToSend(t, 'changed@school.example')
  const bodies = []
  page.on('request', (request) => request.url().endsWith('/api/submissions') && request.method() === 'POST' && bodies.push(request.postData()))
  await page.context().setOffline(true)
  await send(page)
  await page.getByRole('heading', { name: 'Will be sent when you are online' }).waitFor()
  await assertSound(page)
  await page.getByRole('link', { name: 'Change answer to question 5' }).click()
  await heading(page, /Question 5 of 12/).waitFor()
  await box(page).fill('What I think by now.')
  const [nPosts, before] = [bodies.length, nRecords()]
  await page.context().setOffline(false)
  await go(page, 'Continue')
  await heading(page, 'Check your answers').waitFor()
  assert.ok(await page.getByText('You changed them after you pressed Send').isVisible())
  await assertSound(page)
  await page.getByRole('link', { name: 'Back', exact: true }).click()
  await heading(page, /Question 12 of 12/).waitFor()
  await page.getByRole('link', { name: 'All questions' }).click()
  await go(page, 'Try again')
  await heading(page, 'Check your answers').waitFor()
  assert.equal(bodies.length, nPosts, 'nothing was sent meanwhile')
  await send(page)
  await heading(page, 'Sent to your manager').waitFor()
  await page.getByText('What you sent').click()
  assert.ok(await page.getByText('What I think by now.').isVisible())
  assert.equal(nRecords(), before + 1)
})

test('a file that was saved without a network is handed in by whoever confirms', async (t) => {
  const page = await readyToSend(t, 'file@school.example')
  await page.context().setOffline(true)
  await send(page)
  await page.getByRole('heading', { name: 'Will be sent when you are online' }).waitFor()
  const save = page.locator('.callout').getByRole('button', { name: 'Save a copy' })
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()])
  const buffer = readFileSync(await download.path())
  const before = nRecords()

  const confirmer = await open(t)
  await confirmer.goto(`${board.origin}/confirm/`)
  await confirmer.getByLabel('Open the learner’s file').setInputFiles({ name: 'a.workbook.json', mimeType: 'application/json', buffer })
  await confirmer.getByText('Answer 12.').first().waitFor()
  await confirmer.getByRole('button', { name: /link/i }).click()
  const reference = await referenceOf(JSON.parse(buffer).object.rid)
  await board.smtp.waitFor(({ to, text }) => to[0] === 'ruth@school.example' && text.includes(reference) && text.includes('/confirm/#t='))
  assert.equal(nRecords(), before + 1)

  // What the learner's own page sends later is the same.
  await page.context().setOffline(false)
  await heading(page, 'Sent to your manager').waitFor()
  assert.equal(nRecords(), before + 1)
})

test('with an inbox the other ways are there too, and not printed once it is sent', async (t) => {
  for (const width of [1280, 320]) {
    const page = await readyToSend(t, `ways.${width}@school.example`, width)
    await page.getByText('Other ways to send them').click()
    assert.ok(await page.getByRole('link', { name: 'Write the mail to your manager' }).isVisible())
    assert.equal(await page.getByRole('button', { name: 'Save a copy' }).count(), 1)
    await assertSound(page)
    const before = await printed(page)
    assert.ok(letters(before.sheets.at(-1)).includes(letters('Leave it out if the answers were sent on the site.')))
    await send(page)
    await heading(page, 'Sent to your manager').waitFor()
    await assertSound(page)
    const { lines } = await printed(page)
    assert.ok(lines.includes('Sent to your manager') && !lines.includes('Completion page'), lines.join('\n'))
  }
})

test('details are asked for once: another e-workbook offers them, whether the first was sent or not', async (t) => {
  const text = readFileSync(join(board.folder, 'quizzes/early-help-awareness.toml'), 'utf8')
  writeFileSync(join(board.folder, 'quizzes/second.toml'), text.replace('id = "early-help-awareness"', 'id = "second"').replace('title = "Early Help Awareness"', 'title = "The second"'))
  const source = readFileSync(join(board.folder, 'content/learn/workbook.md'), 'utf8')
  mkdirSync(join(board.folder, 'content/learn'), { recursive: true })
  const another = source.replace(/^title = .*$/m, 'title = "The second e-workbook"').replace(/^summary = .*$/m, 'summary = "Another one."').replace('{id=early-help-awareness}', '{id=second}')
  writeFileSync(join(board.folder, 'content/learn/second.md'), another)
  const { status, stderr } = board.run('build', '--base-url', board.origin, '--output', board.release)
  assert.equal(status, 0, stderr)

  for (const isSent of [false, true]) {
    const page = await open(t)
    const email = `again.${isSent}@school.example`
    if (isSent) {
      await fillIn(page, WORKBOOK, email)
      await send(page)
      await heading(page, 'Sent to your manager').waitFor()
    } else {
      await fillDetails(page, WORKBOOK, email)
      await heading(page, /Question 1 of 12/).waitFor()
    }
    await page.goto(`${board.origin}/learn/second/`)
    await page.getByRole('link', { name: 'Start', exact: true }).click()
    await heading(page, 'Your details').waitFor()
    assert.equal(await page.getByLabel('Full name').inputValue(), 'Ana Kovač')
    assert.equal(await page.getByLabel('Work email').inputValue(), email)
    assert.equal(await page.getByLabel("Manager's email").inputValue(), 'ruth@school.example')
    // Offered, not fixed; and gone with everything else.
    await page.getByLabel('Job title').fill('Head teacher')
    await go(page, 'Continue')
    await heading(page, /Question 1 of 12/).waitFor()
    await page.goto(`${board.origin}/learn/second/#finished`)
    await go(page, 'Erase everything')
    await page.getByText('Nothing of yours is left on this device').waitFor()
    await page.goto(`${WORKBOOK}#details`)
    await heading(page, 'Your details').waitFor()
    assert.equal(await page.getByLabel('Full name').inputValue(), '')
  }
})
