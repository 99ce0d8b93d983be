/**
 * From saving a file to the new words in the open browser, measured: node edit-latency.mjs [SITE]
 *
 * Makes 20 edits in a copy of the site (this repository, if none is named) under `signpost serve`, and prints the median and
 * the longest in milliseconds. Not a test: the figures depend on the machine.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { LIMIT_MS, REPOSITORY, launch, openPage, pagesOf, scratchFolder, serve } from './helpers.mjs'

const N_EDITS = 20
const LEFT_OUT = new Set(['.git', 'node_modules', 'public', 'target', 'tests', 'var'])

const source = resolve(process.argv[2] ?? REPOSITORY)
const site = join(scratchFolder(), 'site')
cpSync(source, site, { recursive: true, filter: (file) => file === source || !LEFT_OUT.has(basename(file)) })

const { origin, stop } = await serve(site)
const address = pagesOf(join(site, 'var/preview')).find((page) => page.startsWith('guidance/') && page !== 'guidance/')
const file = join(site, 'content', address.replace(/\/$/, '.md'))
const good = readFileSync(file, 'utf8')

const browser = await launch()
const page = await openPage(browser)
// Each page tells what it says as soon as it is read, which is sooner than asking would be.
let heard
await page.exposeFunction('hear', (text) => heard?.(text))
await page.addInitScript(() => addEventListener('DOMContentLoaded', () => globalThis.hear(document.querySelector('main').textContent)))
await page.goto(`${origin}/${address}`)

const took = []
for (let n = 1; n <= N_EDITS; n++) {
  const words = `Edit number ${n} of this page.`
  const seen = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`edit ${n} was not seen`)), LIMIT_MS).unref()
    heard = (text) => text.includes(words) && resolve()
  })
  const saved = performance.now()
  writeFileSync(file, `${good}\n\n${words}\n`)
  await seen
  took.push(performance.now() - saved)
}
await browser.close()
stop()

took.sort((a, b) => a - b)
const median = (took[N_EDITS / 2 - 1] + took[N_EDITS / 2]) / 2
console.log(`${N_EDITS} edits of ${address}: median ${median.toFixed(0)} ms, longest ${took.at(-1).toFixed(0)} ms`)
