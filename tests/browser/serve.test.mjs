/** The preview, as an author has it: a page open in the browser while the file is edited. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { launch, openPage, scratchFolder, serve, signpost } from './helpers.mjs'

const PAGE = 'content/guidance/first-page.md'
const ADDRESS = 'guidance/first-page/'

const browser = await launch()
after(() => browser.close())

/** A new site of three pages. `break` and `mend` change its first page. */
function newSite() {
  const folder = join(scratchFolder(), 'site')
  signpost('new', 'site', folder)
  const file = join(folder, PAGE)
  const good = readFileSync(file, 'utf8')
  return {
    folder,
    say: (words) => writeFileSync(file, `${good}\n${words}\n`),
    /** A key that is none, on line 2. */
    break: () => writeFileSync(file, good.replace('+++\n', '+++\nreview_date = 2027-03-02\n')),
  }
}

async function preview(t, site) {
  const { origin, said, stop } = await serve(site.folder)
  t.after(stop)
  const page = await openPage(browser)
  t.after(() => page.context().close())
  return { origin, said, page, errors: page.getByRole('region', { name: 'Build errors' }) }
}

function statusFor(origin, headers) {
  return new Promise((resolve, reject) => {
    request(`${origin}/`, { headers }, (response) => resolve(response.resume().statusCode)).on('error', reject).end()
  })
}

test('the open page follows its file, lists what is wrong with it, and recovers', async (t) => {
  const site = newSite()
  const { origin, page, errors } = await preview(t, site)
  const main = page.locator('main')
  await page.goto(`${origin}/${ADDRESS}`)

  site.say('The otter swims.')
  await main.getByText('The otter swims.').waitFor()
  assert.equal(await errors.count(), 0)

  site.break()
  await errors.waitFor()
  assert.equal(await page.locator('section[aria-label="Build errors"]').count(), 1)
  const list = await errors.innerText()
  assert.match(list, /front-matter\/unknown-key/, 'the code')
  assert.match(list, /content\/guidance\/first-page\.md:2/, 'the place')
  assert.match(list, /review_due/, 'what was meant, perhaps')
  assert.ok(await main.getByText('The otter swims.').isVisible(), 'the last good page stays')
  const words = main.getByText('The otter swims.')
  await words.scrollIntoViewIfNeeded()
  const isOnTop = await words.evaluate((element) => {
    const { left, top, height } = element.getBoundingClientRect()
    return element.contains(document.elementFromPoint(left + 5, top + height / 2))
  })
  assert.ok(isOnTop, 'the list does not cover it')

  site.say('The heron waits.')
  await main.getByText('The heron waits.').waitFor()
  assert.equal(await errors.count(), 0, 'the list is gone')
})

test('the list of errors can be closed by keyboard', async (t) => {
  const site = newSite()
  const { origin, page, errors } = await preview(t, site)
  await page.goto(`${origin}/${ADDRESS}`)
  site.break()
  await errors.waitFor()
  await page.keyboard.press('Escape')
  await errors.waitFor({ state: 'detached' })
})

test('a site that is wrong from the start says so in the browser, and recovers', async (t) => {
  const site = newSite()
  site.break()
  const { origin, said, page, errors } = await preview(t, site)
  assert.match(said(), /first-page\.md:2/, 'the terminal shows it')
  await page.goto(`${origin}/${ADDRESS}`)
  await errors.waitFor()
  assert.match(await errors.innerText(), /front-matter\/unknown-key/)
  site.say('The kingfisher dives.')
  await page.locator('main').getByText('The kingfisher dives.').waitFor()
  assert.equal(await errors.count(), 0)
})

test('the preview answers to its own name only', async (t) => {
  const { origin } = await preview(t, newSite())
  const { host, port } = new URL(origin)
  assert.equal(await statusFor(origin, { host }), 200)
  assert.equal(await statusFor(origin, { host: `localhost:${port}` }), 200)
  assert.equal(await statusFor(origin, { host: 'elsewhere.example' }), 421)
  assert.equal(await statusFor(origin, { host: `elsewhere.example:${port}` }), 421)
})
