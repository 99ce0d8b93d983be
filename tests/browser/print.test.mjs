/** A page on paper: the whole text, whom to ring, and nothing that only a screen can use. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buildRelease, launch, openPage, serveFolder } from './helpers.mjs'
import { letters, printed } from './paper.mjs'

const release = buildRelease()
const browser = await launch()
const server = await serveFolder(release)
after(async () => {
  await browser.close()
  server.close()
})

/** Menus, the button of a knowledge check, and its answer, which is said when somebody has answered. */
const NOT_PRINTED = 'nav, .question-answer, [data-print="no"]'

/** A knowledge check is answered on paper, too: its choices are read there. */
const ANSWERED_ON_PAPER = '.knowledge-check *:not([data-print="no"] *)'

for (const [kind, address] of [
  ['guidance', 'guidance/assessment/'],
  ['time limits', 'guidance/timescales/'],
  ['levels of need', 'thresholds/'],
  ['glossary', 'glossary/'],
]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`a page of ${kind} is whole on paper, printed from a ${colorScheme} screen`, async (t) => {
      const page = await openPage(browser, { colorScheme })
      t.after(() => page.context().close())
      await page.goto(`${server.origin}/${address}`)

      const blocks = await page
        .locator('main :is(h1, h2, h3, h4, p, li, dt, th, td, caption)')
        .evaluateAll((all, notPrinted) => all.filter((block) => !block.closest(notPrinted)).map((block) => block.textContent.trim()), NOT_PRINTED)
      const panel = await page.locator('aside[aria-label="Worried about a child?"] li:not([hidden])').allTextContents()
      const clutter = await page
        .locator(':is(header:not(.page-head), nav, footer, form) :is(a, button, label, summary, p), .area-choice, .skip-link')
        .evaluateAll((all, onPaper) => all.filter((part) => !part.matches(onPaper)).map((part) => part.textContent.trim()), ANSWERED_ON_PAPER)
      const { lines } = await printed(page)
      const text = letters(lines.join(''))

      assert.ok(blocks.length > 20, `${blocks.length} blocks`)
      assert.deepEqual(blocks.filter((block) => !text.includes(letters(block))), [], 'blocks that are lost on paper')
      assert.deepEqual(panel.filter((item) => !text.includes(letters(item))), [], 'whom to ring')
      assert.ok(text.includes(letters('Check for a newer version before relying on this')))
      // Contents and menu repeat the words of headings, which may stand on paper once.
      const own = new Set(blocks)
      for (const known of ['Search', 'Menu', 'Skip to main content']) assert.ok(clutter.includes(known), known)
      assert.deepEqual(clutter.filter((words) => !own.has(words) && lines.includes(words)), [], 'what only a screen can use')

      await page.emulateMedia({ media: 'print', colorScheme })
      assert.equal(await page.locator('.question-answer').locator('visible=true').count(), 0, 'answers of knowledge checks')
      const colours = await page.locator('body').evaluate((body) => {
        const { color, backgroundColor } = getComputedStyle(body)
        return [color, backgroundColor]
      })
      assert.deepEqual(colours, ['rgb(0, 0, 0)', 'rgb(255, 255, 255)'], 'black on white')
    })
  }
}
