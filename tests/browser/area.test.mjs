/** A reader's own area first, what changed since the last visit, and forms that keep nothing. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buildRelease, launch, openPage, serveFolder } from './helpers.mjs'

const release = buildRelease()
const browser = await launch()
const server = await serveFolder(release)
after(async () => {
  await browser.close()
  server.close()
})

async function open(t, address, options) {
  const page = await openPage(browser, options)
  t.after(() => page.context().close())
  await page.goto(`${server.origin}/${address}`)
  return page
}

const panel = (page) => page.locator('aside[aria-label="Worried about a child?"]')

test('the chosen area comes first on every page, and is kept', async (t) => {
  const page = await open(t, 'guidance/timescales/')
  const first = page.locator('.by-area').first()
  const areas = () => first.locator(':scope > :visible').evaluateAll((rows) => rows.map((row) => row.dataset.area))
  assert.equal((await areas())[0], 'north-lincolnshire')
  await page.getByLabel('My area').selectOption('Solihull')
  assert.deepEqual(await areas(), ['solihull'], 'the other areas are closed')
  const more = page.getByRole('button', { name: /Show the other areas/ }).first()
  await more.focus()
  await page.keyboard.press('Enter')
  assert.equal((await areas())[0], 'solihull')
  assert.ok((await areas()).includes('north-lincolnshire'), 'one press opens the others')
  await page.goto(`${server.origin}/thresholds/`)
  assert.equal(await page.locator('.threshold-ladder:visible').first().getAttribute('data-area'), 'solihull')
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.locator('.threshold-ladder:visible').count(), 4, 'on paper every area stands')
})

test('the panel shows the numbers of the chosen area only', async (t) => {
  const page = await open(t, 'guidance/consent/')
  assert.match(await panel(page).innerText(), /01724\s296500/)
  await page.getByLabel('My area').selectOption('Bath and North East Somerset')
  const words = await panel(page).innerText()
  assert.match(words, /01225\s396312/)
  assert.match(words, /01454\s615165/)
  assert.doesNotMatch(words, /01724/)
  await page.getByLabel('My area').selectOption('Kent')
  assert.match(await panel(page).innerText(), /No number for Kent in our sources: ask your agency/)
  assert.doesNotMatch(await panel(page).innerText(), /01225/)
  await page.getByLabel('My area').selectOption('North Lincolnshire')
  assert.match(await panel(page).innerText(), /01724\s296500/)
  assert.equal(await page.evaluate(() => localStorage.getItem('signpost.area')), null, 'the toolkit’s own area is no choice to keep')
})

test('a page about other areas says so to a reader who chose one', async (t) => {
  const page = await open(t, 'areas/solihull/')
  await page.getByLabel('My area').selectOption('Kent')
  const note = page.locator('.area-note')
  assert.match(await note.innerText(), /You chose Kent/)
  await note.getByRole('link').click()
  await page.waitForURL('**/areas/kent/')
  assert.equal(await page.locator('.area-note').count(), 0)
})

test('a link to a time limit of another area opens it', async (t) => {
  const page = await open(t, 'guidance/timescales/')
  await page.getByLabel('My area').selectOption('Kent')
  await page.goto(`${server.origin}/guidance/timescales/#time-nl-review`)
  await page.reload()
  assert.ok(await page.locator('#time-nl-review').isVisible())
})

test('without script every area can be read, and nothing is offered that does nothing', async (t) => {
  const page = await open(t, 'thresholds/', { javaScriptEnabled: false })
  assert.equal(await page.locator('.threshold-ladder:visible').count(), 4)
  assert.equal(await page.locator('select').count(), 0)
})

test('a reader who was here before the change is told of it', async (t) => {
  const page = await open(t, 'amendments/')
  assert.equal(await page.getByText('Changed since you were last here').count(), 0, 'a first visit has nothing to compare')
  const changed = await page.locator('.changes a').first().getAttribute('href')
  await page.evaluate(() => localStorage.setItem('signpost.last-visit', JSON.stringify({ before: '', last: '2026-01-02' })))
  await page.goto(new URL(changed, page.url()).href)
  const note = page.getByText('Changed since you were last here on 2 January 2026')
  assert.ok(await note.isVisible())
  await note.getByRole('link').click()
  assert.ok(await page.locator('#page-changes').isVisible())
  assert.ok((await page.locator('.changes > .is-new').count()) > 0)
})

test('a form keeps nothing, and asks before it is lost', async (t) => {
  const page = await open(t, 'tools/success-scale/')
  const field = page.locator('.paper-form textarea').first()
  await field.fill('Some words')
  const kept = await page.evaluate(() => JSON.stringify(localStorage))
  assert.ok(!kept.includes('Some words'))
  let asked = ''
  page.on('dialog', (dialog) => {
    asked = dialog.type()
    dialog.accept()
  })
  await page.getByRole('button', { name: 'Empty this form' }).click()
  assert.equal(asked, 'confirm')
  assert.equal(await field.inputValue(), '')
  await field.click()
  await field.pressSequentially('Again')
  await page.reload()
  assert.equal(asked, 'beforeunload')
})
