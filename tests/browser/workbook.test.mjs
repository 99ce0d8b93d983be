/** What must not be lost: answers on the device, and what was sent once or could not be sent. Real inbox, real Chromium. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { startBoard } from './board.mjs'
import { LIMIT_MS, launch, launchOn, openPage, scratchFolder } from './helpers.mjs'
import { box, fillDetails, fillIn, go, heading } from './learner.mjs'

const browser = await launch()
const board = await startBoard()
after(async () => {
  await browser.close()
  await board.stop()
})

const WORKBOOK = `${board.origin}/learn/workbook/`
const referenceOn = (page) => page.locator('main').getByText(/^MARS-\w{4}-\w{4}$/).filter({ visible: true }).first().innerText()

/** Everything answered, at the page from which it is sent. */
async function readyToSend(t, email) {
  const page = await openPage(browser)
  t.after(() => page.context().close())
  await fillIn(page, WORKBOOK, email)
  return page
}

/** Runs in the page: whether the draft on the device holds a text. */
async function isInDraft(text) {
  const database = await new Promise((resolve) => {
    const request = indexedDB.open('signpost')
    request.onsuccess = () => resolve(request.result)
  })
  const drafts = await new Promise((resolve) => {
    const request = database.transaction('drafts').objectStore('drafts').getAll()
    request.onsuccess = () => resolve(request.result)
  })
  database.close()
  return JSON.stringify(drafts).includes(text)
}

test('answers are there again after the browser was closed in the middle of a word', async (t) => {
  const profile = scratchFolder()
  let context = await launchOn(profile)
  let page = await context.newPage()
  await fillDetails(page, WORKBOOK, 'closed@school.example')
  await heading(page, /Question 1 of 12/).waitFor()
  await box(page).fill('What I know already.')
  await go(page, 'Continue')
  await heading(page, /Question 2 of 12/).waitFor()
  await box(page).pressSequentially('Half a sen')
  // Saved within five seconds while one types.
  for (const until = Date.now() + LIMIT_MS; !(await page.evaluate(isInDraft, 'Half a sen')); ) {
    assert.ok(Date.now() < until, 'it is saved while one types')
    await page.waitForTimeout(100)
  }
  await context.close()

  context = await launchOn(profile)
  t.after(() => context.close())
  page = await context.newPage()
  page.setDefaultTimeout(LIMIT_MS)
  await page.goto(WORKBOOK)
  await page.getByText('Not sent to your manager yet').waitFor()
  assert.match(await page.locator('main').innerText(), /2 of 12 questions answered/)
  await page.getByRole('link', { name: /^Continue: question 3/ }).click()
  await page.getByRole('link', { name: 'Back', exact: true }).click()
  await heading(page, /Question 2 of 12/).waitFor()
  assert.equal(await box(page).inputValue(), 'Half a sen')
  await page.getByRole('link', { name: 'Back', exact: true }).click()
  await heading(page, /Question 1 of 12/).waitFor()
  assert.equal(await box(page).inputValue(), 'What I know already.')
})

test('Change comes back to the check page', async (t) => {
  const page = await readyToSend(t, 'change@school.example')
  await page.getByRole('link', { name: 'Change answer to question 5' }).click()
  await heading(page, /Question 5 of 12/).waitFor()
  await box(page).fill('Another answer.')
  await go(page, 'Continue')
  await heading(page, 'Check your answers').waitFor()
  assert.ok(await page.getByRole('definition').filter({ hasText: 'Another answer.' }).isVisible())
})

test('a button that is pressed twice sends once', async (t) => {
  const page = await readyToSend(t, 'twice@school.example')
  const posts = []
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()))
  const before = board.records().length
  await page.getByRole('button', { name: 'Send to my manager' }).dblclick()
  await heading(page, 'Sent to your manager').waitFor()
  assert.equal(posts.filter((url) => url.endsWith('/api/submissions')).length, 1)
  assert.equal(board.records().length, before + 1)
})

test('without a network it waits on the device, and is sent when there is one', async (t) => {
  const page = await readyToSend(t, 'offline@school.example')
  const before = board.records().length
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Send to my manager' }).click()
  await page.getByText('Will be sent when you are online').first().waitFor()
  assert.equal(board.records().length, before)
  await page.context().setOffline(false)
  await heading(page, 'Sent to your manager').waitFor()
  assert.equal(board.records().length, before + 1)
})

test('a reply that is lost on the way doubles nothing', async (t) => {
  const page = await readyToSend(t, 'lost@school.example')
  const before = board.records().length
  const bodies = []
  let isLost = true
  await page.route('**/api/submissions', async (route) => {
    bodies.push(route.request().postData())
    const reply = await route.fetch()
    if (isLost) return route.abort('connectionreset')
    return route.fulfill({ response: reply })
  })
  await page.getByRole('button', { name: 'Send to my manager' }).click()
  await page.getByRole('button', { name: 'Try again' }).waitFor()
  isLost = false
  await go(page, 'Try again')
  await heading(page, 'Sent to your manager').waitFor()
  assert.ok(bodies.length >= 2 && new Set(bodies).size === 1, 'the same bytes each time')
  assert.equal(board.records().length, before + 1)
})

test('what was returned is answered again and takes the place of the first', async (t) => {
  const page = await readyToSend(t, 'returned@school.example')
  await page.getByRole('button', { name: 'Send to my manager' }).click()
  await heading(page, 'Sent to your manager').waitFor()
  const reference = await referenceOn(page)
  const { text } = await board.smtp.waitFor(({ to, text }) => to[0] === 'ruth@school.example' && text.includes(reference))
  const confirmer = await openPage(browser)
  t.after(() => confirmer.context().close())
  await confirmer.goto(text.split('\n').find((line) => line.startsWith(`${board.origin}/confirm/#t=`)))
  await confirmer.getByRole('radio', { name: 'More learning is needed' }).check()
  await confirmer.getByLabel('Type your full name').fill('Ruth Carter')
  await confirmer.getByLabel(/What should they look at again/).fill('Read about reviews again.')
  await go(confirmer, 'Return to the learner')
  await board.smtp.waitFor(({ to, subject }) => to[0] === 'returned@school.example' && subject.includes('More learning'))

  await page.goto('about:blank')
  await page.goto(WORKBOOK)
  await page.getByText('Read about reviews again.').first().waitFor()
  await go(page, 'Change my answers')
  await heading(page, 'Check your answers').waitFor()
  await page.getByRole('button', { name: 'Send to my manager' }).click()
  await heading(page, 'Sent to your manager').waitFor()
  const second = await referenceOn(page)
  const states = Object.fromEntries(board.records().map(({ reference, state }) => [reference, state]))
  assert.deepEqual([states[reference], states[second]], ['returned', 'awaiting_confirmation'])
})

test('a saved copy opens on the page of the confirmer, with the guidance, and mails the link', async (t) => {
  const page = await readyToSend(t, 'copy@school.example')
  await page.getByRole('button', { name: 'Send to my manager' }).click()
  await heading(page, 'Sent to your manager').waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), go(page, 'Save a copy')])
  assert.match(download.suggestedFilename(), /\.workbook\.json$/)
  const file = await download.path()
  const copy = JSON.parse(readFileSync(file, 'utf8'))
  assert.deepEqual([copy.v, copy.kind, Object.keys(copy.object.answers).length], [1, 'workbook', 12])
  const confirmer = await openPage(browser)
  t.after(() => confirmer.context().close())
  await confirmer.goto(`${board.origin}/confirm/`)
  await confirmer.getByLabel('Open the learner’s file').setInputFiles({ name: 'a.workbook.json', mimeType: 'application/json', buffer: readFileSync(file) })
  await confirmer.getByText('Answer 12.').first().waitFor()
  assert.ok(await confirmer.getByText('Points to look for').first().isVisible())
})

test('a computer that others use keeps nothing', async (t) => {
  const page = await readyToSend(t, 'shared@school.example')
  await page.goto(WORKBOOK)
  await page.getByRole('link', { name: 'I am finished on this computer' }).click()
  await go(page, 'Erase everything')
  await page.getByText('Nothing of yours is left on this device').waitFor()
  await page.goto('about:blank')
  await page.goto(WORKBOOK)
  await page.getByRole('link', { name: 'Start', exact: true }).waitFor()
  const kept = await page.evaluate(async () => {
    const open = await new Promise((resolve) => {
      const request = indexedDB.open('signpost')
      request.onsuccess = () => resolve(request.result)
    })
    const counts = {}
    for (const name of open.objectStoreNames) {
      counts[name] = await new Promise((resolve) => {
        const request = open.transaction(name).objectStore(name).count()
        request.onsuccess = () => resolve(request.result)
      })
    }
    return counts
  })
  assert.ok(Object.keys(kept).length > 0)
  assert.deepEqual(Object.values(kept).filter(Boolean), [], JSON.stringify(kept))
})

/** Runs in the page: makes every draft of the device so many days older. */
async function ageDrafts(days) {
  const database = await new Promise((resolve) => {
    const request = indexedDB.open('signpost')
    request.onsuccess = () => resolve(request.result)
  })
  const drafts = database.transaction('drafts', 'readwrite').objectStore('drafts')
  const all = await new Promise((resolve) => {
    const request = drafts.getAll()
    request.onsuccess = () => resolve(request.result)
  })
  for (const draft of all) drafts.put({ ...draft, saved_at: draft.saved_at - days * 24 * 60 * 60 * 1000 })
  await new Promise((resolve) => (drafts.transaction.oncomplete = resolve))
  database.close()
  return all.length
}

test('a draft that nobody has touched for 30 days is gone', async (t) => {
  const page = await openPage(browser)
  t.after(() => page.context().close())
  await fillDetails(page, WORKBOOK, 'old@school.example')
  await heading(page, /Question 1 of 12/).waitFor()
  await box(page).fill('Soon forgotten.')
  await page.getByRole('link', { name: 'All questions' }).click()
  await page.getByText('1 of 12 questions answered').waitFor()
  await page.goto(`${board.origin}/404.html`)
  assert.equal(await page.evaluate(ageDrafts, 29), 1)
  await page.goto(WORKBOOK)
  await page.getByText('1 of 12 questions answered').waitFor()
  await page.goto(`${board.origin}/404.html`)
  await page.evaluate(ageDrafts, 2)
  await page.goto(WORKBOOK)
  await page.getByRole('link', { name: 'Start', exact: true }).waitFor()
  await page.goto(`${board.origin}/404.html`)
  assert.equal(await page.evaluate(ageDrafts, 0), 0, 'it is off the device')
})

test('opened from a folder nothing is stored, and a copy can still be saved and opened', async (t) => {
  const page = await openPage(browser)
  t.after(() => page.context().close())
  const address = `file://${board.release}/learn/workbook/index.html`
  await page.goto(address)
  await page.getByText('This browser keeps nothing for this page').waitFor()
  await page.getByRole('link', { name: 'Start', exact: true }).click()
  await page.getByRole('button', { name: 'Continue' }).waitFor()
  await page.goto(`${address}#q1`)
  await box(page).fill('From a folder.')
  await go(page, 'Continue')
  await heading(page, /Question 2 of 12/).waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Save a copy' }).click()])
  const copy = readFileSync(await download.path())
  assert.equal(Object.values(JSON.parse(copy).object.answers).filter(Boolean).length, 1)
  assert.deepEqual(await page.evaluate(() => indexedDB.databases()), [])
  page.on('dialog', (dialog) => dialog.accept())
  await page.goto('about:blank')
  await page.goto(address)
  await page.getByRole('link', { name: 'Start', exact: true }).waitFor()
  await page.getByLabel('Open a saved copy').setInputFiles({ name: 'a.workbook.json', mimeType: 'application/json', buffer: copy })
  await page.getByText('Your answers were taken from the saved copy').waitFor()
  assert.match(await page.locator('main').innerText(), /1 of 12 questions answered/)
})
