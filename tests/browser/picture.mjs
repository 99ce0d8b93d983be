/**
 * The README's picture, taken of the real site: node picture.mjs
 *
 * Not a test. Run it again when the home page looks different, and commit the picture.
 */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildRelease, launch, openPage, serveFolder } from './helpers.mjs'

const picture = fileURLToPath(new URL('pictures/home.png', import.meta.url))
mkdirSync(fileURLToPath(new URL('pictures', import.meta.url)), { recursive: true })

const { origin, close } = await serveFolder(buildRelease())
const browser = await launch()
const page = await openPage(browser, { viewport: { width: 1280, height: 900 } })
await page.goto(`${origin}/`)
await page.screenshot({ path: picture })
await browser.close()
close()
