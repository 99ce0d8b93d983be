/** What the browser tests share: the program, a release of the real site, a server for it, and Chromium. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { extname, join, normalize, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

/** The repository, which is a site as well. */
export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

/** The longest wait for anything: far more than it takes, since a busy machine is no fault of the site. */
export const LIMIT_MS = 30_000

/** As `cargo build` makes it; SIGNPOST names another, to measure an optimised one for example. */
export const SIGNPOST = resolve(REPOSITORY, process.env.SIGNPOST ?? join(process.env.CARGO_TARGET_DIR ?? 'target', 'debug/signpost'))

/** Pages must look reviewed on the same day whenever the tests are run. */
const TODAY = '2026-11-25'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
}

const scratch = []
process.on('exit', () => {
  for (const folder of scratch) rmSync(folder, { recursive: true, force: true })
})

/** A new empty folder, taken away at the end of the process. */
export function scratchFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'signpost-'))
  scratch.push(folder)
  return folder
}

/**
 * @param {string[]} flags
 * @returns {string} what the program printed
 */
export function signpost(...flags) {
  const { error, status, stdout, stderr } = spawnSync(SIGNPOST, flags, { cwd: REPOSITORY, encoding: 'utf8' })
  if (error) throw new Error(`${SIGNPOST} cannot be run (cargo build makes it): ${error.message}`)
  if (status !== 0) throw new Error(`signpost ${flags.join(' ')} ended with ${status}:\n${stderr}`)
  return stdout
}

/** @returns {string} a folder with the real site as it is published */
export function buildRelease() {
  const release = join(scratchFolder(), 'public')
  signpost('build', '--today', TODAY, '--output', release)
  return release
}

/**
 * The addresses of all pages of a release, such as `guidance/plan/`; 404.html by its name. Old addresses, which only send
 * the reader on, are no pages.
 *
 * @param {string} release
 */
export function pagesOf(release) {
  return readdirSync(release, { recursive: true })
    .filter((file) => file.endsWith('.html'))
    .filter((file) => !readFileSync(join(release, file), 'utf8').includes('http-equiv="refresh"'))
    .map((file) => file.replace(/(^|\/)index\.html$/, '$1'))
    .sort()
}

/**
 * A web server such as any host has: folders show their index.html, 404.html stands for what is not there.
 *
 * @param {string} release
 * @returns {Promise<{origin: string, requests: string[], close: () => void}>} `requests` grows by all that each request says
 */
export async function serveFolder(release) {
  const requests = []
  const server = createServer((request, response) => {
    let said = `${request.method} ${request.url} ${JSON.stringify(request.headers)}`
    request.on('data', (part) => (said += part))
    request.on('end', () => {
      requests.push(said)
      const path = normalize(decodeURIComponent(request.url.split('?')[0]))
      const asked = join(release, path.endsWith('/') ? `${path}index.html` : path)
      const isThere = asked.startsWith(release) && extname(asked) && existsSync(asked)
      const file = isThere ? asked : join(release, '404.html')
      response.writeHead(isThere ? 200 : 404, { 'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream' })
      response.end(readFileSync(file))
    })
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { origin: `http://127.0.0.1:${server.address().port}`, requests, close }
}

const CHROMIUM = () => ({
  executablePath: executable('CHROMIUM', 'chromium'),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})

/** Chromium without a window, and without the calls home that no test should make. */
export const launch = () => chromium.launch(CHROMIUM())

/** The same with a profile that outlasts it, as on a person's own computer. */
export const launchOn = (profile) => chromium.launchPersistentContext(profile, CHROMIUM())

/**
 * @param {string} variable of the environment that may name another one, by its path or as it is found on PATH
 * @param {string} usual
 */
export function executable(variable, usual) {
  const name = process.env[variable] ?? usual
  return name.includes('/') ? name : onPath(name)
}

function onPath(name) {
  const found = process.env.PATH.split(':').map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (!found) throw new Error(`${name} is not on the path: tests/all.sh says how to get it`)
  return found
}

/**
 * A page in a context of its own, where every wait has a limit and nothing moves.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openPage(browser, options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(LIMIT_MS)
  return context.newPage()
}

/** The axe rules find nothing on the page as it is now. */
export async function assertAccessible(page, state) {
  await page.evaluate(AXE)
  const violations = await page.evaluate(async (values) => {
    const options = { runOnly: { type: 'tag', values }, rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] }
    const { violations } = await globalThis.axe.run(document, options)
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id} (${help}): ${html.slice(0, 200)}`))
  }, RULES)
  assert.deepEqual(violations, [], state)
}

/** How people look at a page: on a desk and in a hand, by day, by night, and with colours of their own. */
const LOOKS = [
  { colorScheme: 'light', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'none' },
  { colorScheme: 'light', forcedColors: 'active' },
]

/** The axe rules find nothing in any look, wide or narrow, and nothing is wider than the window. The page is left as it was. */
export async function assertAccessibleInAllLooks(page) {
  const before = page.viewportSize()
  // Away from the button that was pressed last: of one under the pointer, axe reads a colour that forced colours have replaced.
  await page.mouse.move(0, 0)
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 })
    for (const look of LOOKS) {
      await page.emulateMedia(look)
      await assertAccessible(page)
    }
    const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
    assert.ok(needed <= given, `the page is ${needed} pixels wide, the window ${given}`)
  }
  await page.emulateMedia(LOOKS[0])
  await page.setViewportSize(before)
}

/** Presses Tab until this element has the focus, as a reader without a mouse must. */
export async function tabTo(page, locator) {
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press('Tab')
    if (await locator.evaluate((element) => element === document.activeElement)) return
  }
  assert.fail(`${locator} cannot be reached by Tab`)
}

/**
 * `signpost serve` on a free port.
 *
 * @param {string} siteDir
 * @returns {Promise<{origin: string, said: () => string, stop: () => void}>}
 */
export async function serve(siteDir) {
  const child = spawn(SIGNPOST, ['serve', '--site', siteDir, '--address', '127.0.0.1:0', '--inbox-address', '127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  const stop = () => child.kill()
  process.on('exit', stop)
  let said = ''
  const origin = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`signpost serve gave no address:\n${said}`)), LIMIT_MS)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`signpost serve ended with ${code}:\n${said}`)))
    child.stderr.setEncoding('utf8').on('data', (part) => {
      said += part
      const address = said.match(/Signpost is at (http:\/\/[\d.:]+)\/\s/)
      if (!address) return
      clearTimeout(limit)
      resolve(address[1])
    })
  })
  return { origin, said: () => said, stop }
}
