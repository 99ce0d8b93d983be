/** What a reader waits for: bytes and requests of a page that nobody has opened before. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildRelease, launch, openPage, serveFolder } from './helpers.mjs'

const release = buildRelease()
const browser = await launch()
const server = await serveFolder(release)
after(async () => {
  await browser.close()
  server.close()
})

/** What the browser asked for to show a page, with the compressed size of each. Icons are not counted. */
async function weigh(t, address) {
  const page = await openPage(browser)
  t.after(() => page.context().close())
  const requests = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  await page.goto(`${server.origin}/${address}`)
  await page.waitForLoadState('networkidle')
  return new Map(
    requests
      .filter((path) => !path.endsWith('.svg'))
      .map((path) => [path, gzipSync(readFileSync(join(release, path.endsWith('/') ? `${path}index.html` : path)), { level: 9 }).length]),
  )
}

const sumOf = (sizes) => [...sizes.values()].reduce((sum, size) => sum + size, 0)

test('the e-workbook weighs less than 30 KiB', async (t) => {
  const sizes = await weigh(t, 'learn/workbook/')
  assert.ok(sizes.size >= 4, [...sizes.keys()].join(' '))
  assert.ok(sumOf(sizes) < 30 * 1024, `${sumOf(sizes)} bytes: ${JSON.stringify(Object.fromEntries(sizes))}`)
})

test('a page of guidance with knowledge checks takes four requests, and its script for questions weighs less than 12 KiB', async (t) => {
  const sizes = await weigh(t, 'guidance/plan/')
  assert.equal(sizes.size, 4, [...sizes.keys()].join(' '))
  const [script] = [...sizes].filter(([path]) => path.includes('/question.'))
  assert.ok(script[1] < 12 * 1024, `${script}`)
})
