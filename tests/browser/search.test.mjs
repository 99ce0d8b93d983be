/** The search page: what it finds, what it says, and what it keeps to itself. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildRelease, launch, openPage, serveFolder, signpost } from './helpers.mjs'

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
  await page.goto(address.includes(':') ? address : `${server.origin}/${address}`)
  return page
}

const box = (page) => page.locator('main form[role=search] input[type=search][name=q]')
const results = (page) => page.locator('#search-results a')

/** Waits until the page has answered this query, and gives back what it says. */
async function answerTo(page, query) {
  // With the first part of the index there are results already; in the end the whole of it answers.
  await page.locator('[data-module=search-page][data-index=whole]').waitFor()
  const status = page.locator('#search-status[role=status]').filter({ hasText: `“${query}”` })
  await status.waitFor()
  return status.innerText()
}

test('the search of the header keeps its words from the server', async (t) => {
  const page = await open(t, 'guidance/')
  const n_before = server.requests.length
  await page.locator('header form[role=search] input').fill('confidential trouble')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${server.origin}/search/#q=confidential%20trouble`)
  await answerTo(page, 'confidential trouble')
  assert.equal(await box(page).inputValue(), 'confidential trouble')
  await box(page).fill('grandparent bereavement')
  await page.keyboard.press('Enter')
  await answerTo(page, 'grandparent bereavement')
  await page.locator('#search-results mark').first().waitFor() // sentences are fetched from their pages
  await results(page).first().click()
  await page.waitForURL((url) => !url.pathname.startsWith('/search/'))
  const requests = server.requests.slice(n_before)
  assert.ok(requests.some((said) => said.startsWith('GET /search/ ')), 'the requests are recorded')
  assert.deepEqual(requests.filter((said) => /trouble|confidential|grandparent|bereavement/.test(said)), [])
})

test('results follow each keystroke', async (t) => {
  const page = await open(t, 'search/')
  await box(page).focus()
  const shown = []
  let typed = ''
  for (const letter of 'consent') {
    await page.keyboard.press(letter)
    typed += letter
    const said = await answerTo(page, typed)
    shown.push(await results(page).allInnerTexts())
    assert.equal(shown.at(-1).length, Math.min(10, Number(said.match(/(\d+) results? for/)?.[1] ?? 0)), `${typed}: ${said}`)
    assert.equal(page.url(), `${server.origin}/search/#q=${typed}`)
  }
  assert.ok(shown.at(-1).length > 0)
  assert.notDeepEqual(shown.at(-1), shown[1], 'more letters find something else')
  await box(page).fill('')
  await results(page).first().waitFor({ state: 'detached' })
  assert.equal(await page.locator('#search-status').innerText(), '')
  assert.ok(await page.getByRole('heading', { name: 'A to Z' }).isVisible(), 'with no words, the A to Z')
})

test('a result leads to its section', async (t) => {
  const page = await open(t, 'search/#q=what happens at a review meeting')
  await answerTo(page, 'what happens at a review meeting')
  const first = await results(page).first().innerText()
  const link = page.locator('#search-results a[href*="#"]').first()
  const name = await link.innerText()
  await link.click()
  await page.waitForURL(/\/guidance\/review\/#/)
  const id = decodeURIComponent(new URL(page.url()).hash.slice(1))
  assert.equal(await page.locator(`[id="${id}"]`).innerText(), name)
  await page.goBack()
  await answerTo(page, 'what happens at a review meeting')
  assert.equal(await results(page).first().innerText(), first, 'Back shows the results again')
})

test('every result of every query leads somewhere', async (t) => {
  const page = await open(t, 'search/')
  for (const query of queries()) {
    for (const address of await found(page, query)) {
      const [path, id] = address.split('#')
      const html = readFileSync(join(release, path, 'index.html'), 'utf8')
      assert.ok(!id || html.includes(` id="${decodeURIComponent(id)}"`), `${query}: /${address}`)
    }
  }
})

test('Back returns to the search before', async (t) => {
  const page = await open(t, 'search/')
  await box(page).fill('review')
  await page.keyboard.press('Enter')
  await answerTo(page, 'review')
  const before = await results(page).allInnerTexts()
  await box(page).fill('consent')
  await answerTo(page, 'consent')
  assert.notDeepEqual(await results(page).allInnerTexts(), before)
  await page.goBack()
  await answerTo(page, 'review')
  assert.equal(await box(page).inputValue(), 'review')
  assert.deepEqual(await results(page).allInnerTexts(), before)
})

test('words in the address after ? are read, and moved after #', async (t) => {
  const page = await open(t, 'search/?q=team+around')
  await answerTo(page, 'team around')
  assert.equal(await box(page).inputValue(), 'team around')
  assert.equal(page.url(), `${server.origin}/search/#q=team%20around`)
  assert.ok((await results(page).count()) > 0)
})

test('what is not found is said in words, with other ways on', async (t) => {
  const page = await open(t, 'search/#q=xylophone zzyzx')
  assert.match(await answerTo(page, 'xylophone zzyzx'), /nothing found/i)
  assert.equal(await results(page).count(), 0)
  const letters = page.locator('main').getByRole('link', { name: 'A to Z' })
  assert.ok(await letters.isVisible())
  await letters.click()
  await page.waitForURL(`${server.origin}/a-z/`)
})

test('words in the query are text, never HTML', async (t) => {
  const page = await open(t, `search/#q=${encodeURIComponent('<img src=x> review')}`)
  await answerTo(page, '<img src=x> review')
  assert.equal(await page.locator('main img').count(), 0)
})

test('opened from a disk, it finds the same and leads to files', async (t) => {
  const page = await open(t, `${pathToFileURL(join(release, 'search/index.html'))}#q=review`)
  await answerTo(page, 'review')
  const links = await results(page).evaluateAll((all) => all.map((link) => link.href))
  assert.equal(links.length, 10)
  for (const link of links) assert.ok(existsSync(fileURLToPath(link.split('#')[0])), link)
  const names = await results(page).allInnerTexts()
  const served = await open(t, 'search/#q=review')
  await answerTo(served, 'review')
  assert.deepEqual(names, await results(served).allInnerTexts())
  await results(page).first().click()
  await page.waitForURL(/index\.html/)
  assert.equal(await page.locator('h1').count(), 1)
})

test('the page ranks as the terminal does', async (t) => {
  const page = await open(t, 'search/')
  const all = queries()
  assert.ok(all.length >= 30)
  let n_answered = 0
  for (const query of all) {
    const inTerminal = signpost('search', query)
      .split('\n')
      .filter((line) => line.startsWith('         /'))
      .map((line) => line.trim().slice(1))
    assert.deepEqual(await found(page, query), inTerminal, query)
    n_answered += Number(inTerminal.length > 0)
  }
  assert.ok(n_answered > all.length * 0.8, `${n_answered} of ${all.length} queries have results`)
})

test('what comes before the first result, script and index, is at most 36 KiB, compressed', () => {
  const named = (folder, name) => readdirSync(join(release, folder)).filter((file) => name.test(file)).map((file) => join(release, folder, file))
  const files = [...named('assets', /^search\..*\.js$/), ...named('search', /^index\..*\.js$/)]
  assert.equal(files.length, 2, 'one script, one index to begin with')
  const sizes = files.map((file) => gzipSync(readFileSync(file), { level: 9 }).length)
  assert.ok(sizes[0] + sizes[1] <= 36 * 1024, `script ${sizes[0]} bytes, index ${sizes[1]} bytes`)
})

test('the first part of the index answers before the rest has come', async (t) => {
  const page = await open(t, '')
  let letRestCome
  const restMayCome = new Promise((resolve) => (letRestCome = resolve))
  await page.route('**/search/rest.*.js', async (route) => {
    await restMayCome
    await route.continue()
  })
  await page.goto(`${server.origin}/search/`)
  await box(page).fill('lead professional')
  await results(page).first().waitFor()
  assert.match(await results(page).first().getAttribute('href'), /lead-professional|glossary/)
  assert.equal(await page.locator('[data-index=whole]').count(), 0)
  letRestCome()
  await answerTo(page, 'lead professional')
  assert.ok((await results(page).count()) > 0)
})

test('without the rest of the index, the first part still answers', async (t) => {
  const page = await open(t, '')
  await page.route('**/search/rest.*.js', (route) => route.abort())
  await page.goto(`${server.origin}/search/`)
  await box(page).fill('chronology')
  await results(page).first().waitFor()
})

function queries() {
  return readFileSync(new URL('queries.txt', import.meta.url), 'utf8').trimEnd().split('\n')
}

/** The addresses of the first ten results for a query, from the root of the site. */
async function found(page, query) {
  await box(page).fill(query)
  await answerTo(page, query)
  return results(page).evaluateAll((links, origin) => links.map(({ href }) => href.slice(origin.length + 1)), server.origin)
}
