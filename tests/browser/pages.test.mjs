/** What must hold on every page: accessible, quiet, at home, and with links that lead somewhere. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { assertAccessible, buildRelease, launch, openPage, pagesOf, serveFolder } from './helpers.mjs'

const RESULTS = 'search/#q=review'
const ONE_OF_EACH_KIND = ['', 'guidance/assessment/', 'thresholds/', 'guidance/timescales/', 'contacts/', 'glossary/', RESULTS, 'a-z/', '404.html']

const release = buildRelease()
const addresses = [...pagesOf(release), RESULTS]

const browser = await launch()
const server = await serveFolder(release)
after(async () => {
  await browser.close()
  server.close()
})

/** A page that writes down what a page should not do. */
async function openWatched(options) {
  const page = await openPage(browser, options)
  page.wrongs = []
  // A breach of the page's own policy is an error on the console, too.
  page.on('console', (message) => message.type() === 'error' && page.wrongs.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => page.wrongs.push(`exception: ${error.message}`))
  page.on('requestfailed', (request) => page.wrongs.push(`failed: ${request.url()}`))
  page.on('response', (response) => response.status() >= 400 && page.wrongs.push(`${response.status()}: ${response.url()}`))
  page.on('request', (request) => request.url().startsWith(`${server.origin}/`) || page.wrongs.push(`elsewhere: ${request.url()}`))
  return page
}

async function open(page, address) {
  // A request that the last page still waits for fails when it is left, and is nobody's fault.
  await page.goto('about:blank')
  page.wrongs.length = 0
  await page.goto(`${server.origin}/${address}`)
  if (address !== RESULTS) return
  const results = page.locator('#search-results a')
  await results.first().waitFor().catch(() => assert.fail(['there are no results', ...page.wrongs].join('\n')))
}

/** Fragments of a page that something can lead to. */
const idsByFile = new Map()
function idsOf(file) {
  if (!idsByFile.has(file)) {
    const html = readFileSync(file, 'utf8')
    idsByFile.set(file, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)))
  }
  return idsByFile.get(file)
}

/** Why a link leads nowhere; null when it leads somewhere, or to another site. */
function whyBroken(link) {
  const { origin, pathname, hash } = new URL(link)
  if (origin !== server.origin) return null
  const file = join(release, decodeURIComponent(pathname), pathname.endsWith('/') ? 'index.html' : '')
  if (!existsSync(file)) return `${link}: no such page`
  const id = decodeURIComponent(hash.slice(1))
  return !id || id.startsWith('q=') || idsOf(file).has(id) ? null : `${link}: no such place`
}

// All are opened before the first test: node takes a file to be done when the tests it knows of are.
const states = []
for (const width of [1280, 320]) {
  for (const [name, options] of Object.entries({ light: {}, dark: { colorScheme: 'dark' }, forced: { forcedColors: 'active' } })) {
    states.push({ name, width, page: await openWatched({ viewport: { width, height: 900 }, ...options }) })
  }
}

for (const { name, width, page } of states) {
  if (name === 'light') {
    for (const address of addresses) {
      test(`/${address} is sound at ${width} pixels`, async () => {
        await open(page, address)
        assert.equal(await page.locator('h1:visible').count(), 1, 'one heading of the first level')
        const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
        assert.ok(needed <= given, `the page is ${needed} pixels wide, the window ${given}`)
        const links = await page.locator('a[href]').evaluateAll((all) => all.map((link) => link.href))
        assert.deepEqual(links.map(whyBroken).filter(Boolean), [])
        await assertAccessible(page)
        assert.deepEqual(page.wrongs, [])
      })
    }
  } else {
    for (const address of ONE_OF_EACH_KIND) {
      test(`/${address} is accessible in ${name} colours at ${width} pixels`, async () => {
        await open(page, address)
        await assertAccessible(page)
        assert.deepEqual(page.wrongs, [])
      })
    }
  }
}
