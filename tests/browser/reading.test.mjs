/** Reading by keyboard, without script, and from a wrong address. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buildRelease, launch, openPage, pagesOf, serveFolder, tabTo } from './helpers.mjs'

const GUIDANCE = 'guidance/assessment/'

const release = buildRelease()
const browser = await launch()
const server = await serveFolder(release)
after(async () => {
  await browser.close()
  server.close()
})

/** A page of the site, closed when its test ends. */
async function open(t, address, options) {
  const page = await openPage(browser, options)
  t.after(() => page.context().close())
  await page.goto(`${server.origin}/${address}`)
  return page
}

const focused = (page) => page.evaluateHandle(() => document.activeElement)
const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement)

test('the skip link comes first, is seen, and moves the focus to the main text', async (t) => {
  const page = await open(t, GUIDANCE)
  await page.keyboard.press('Tab')
  const link = page.locator('a[href="#main"]')
  assert.ok(await hasFocus(link), 'the first stop is the skip link')
  const { x, y, width, height } = await link.boundingBox()
  assert.ok(x >= 0 && y >= 0 && width > 40 && height > 20, `it stands at ${x}, ${y} and is ${width} by ${height} pixels`)
  await page.keyboard.press('Enter')
  assert.ok(await hasFocus(page.locator('main#main')))
})

for (const colorScheme of ['light', 'dark']) {
  test(`every stop of the keyboard is seen when it has the focus, in ${colorScheme}`, async (t) => {
    const page = await open(t, GUIDANCE, { colorScheme })
    const drawn = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    let n_stops = 0
    for (;;) {
      await page.keyboard.press('Tab')
      const stop = await focused(page)
      const [name, isEnd] = await stop.evaluate((element) => [element.outerHTML.slice(0, 120), element === document.body])
      if (isEnd) break
      n_stops += 1
      assert.ok(n_stops < 300, 'Tab leaves the page in the end')
      await drawn()
      const box = await stop.boundingBox()
      const [left, top] = [Math.max(0, box.x - 8), Math.max(0, box.y - 8)]
      const clip = {
        x: left,
        y: top,
        width: Math.min(1280, box.x + box.width + 8) - left,
        height: Math.min(900, box.y + box.height + 8) - top,
      }
      assert.ok(clip.width > 0 && clip.height > 0, `${name} has the focus outside the window`)
      const withFocus = await page.screenshot({ clip })
      // The next press of Tab still goes on from here.
      await stop.evaluate((element) => element.blur())
      await drawn()
      const without = await page.screenshot({ clip })
      assert.ok(!withFocus.equals(without), `${name} looks the same with and without the focus`)
    }
    assert.ok(n_stops > 20, `${n_stops} stops`)
  })
}

for (const width of [1280, 390]) {
  test(`the menu opens by keyboard, and Escape closes it, at ${width} pixels`, async (t) => {
    const page = await open(t, GUIDANCE, { viewport: { width, height: 800 } })
    const button = page.locator('.site-menu summary')
    const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link').first()
    await tabTo(page, button)
    assert.ok(!(await link.isVisible()), 'it is closed at first')
    await page.keyboard.press('Enter')
    await link.waitFor()
    await page.keyboard.press('Tab')
    assert.ok(await hasFocus(link), 'its links come next')
    await page.keyboard.press('Escape')
    await link.waitFor({ state: 'hidden' })
    assert.ok(await hasFocus(button), 'the focus is back on its button')
  })
}

test('a glossary term opens after its word and closes again, by keyboard', async (t) => {
  const page = await open(t, GUIDANCE)
  const term = page.locator('a.term').first()
  const definition = await term.getAttribute('data-definition')
  const isOpen = () => term.evaluate((link) => link.nextSibling?.textContent === link.dataset.definition)
  assert.ok(definition, 'the term brings its definition')
  assert.equal(await term.getAttribute('role'), 'button')
  assert.equal(await term.getAttribute('aria-expanded'), 'false')
  await tabTo(page, term)
  for (const [opens, closes] of [['Enter', 'Enter'], ['Space', 'Space'], ['Enter', 'Escape']]) {
    await page.keyboard.press(opens)
    assert.equal(await term.getAttribute('aria-expanded'), 'true', `${opens} opens it`)
    assert.ok(await isOpen(), 'its text follows the word')
    assert.ok(await page.locator('.term-note').getByText(definition, { exact: true }).isVisible())
    await page.keyboard.press(closes)
    assert.equal(await term.getAttribute('aria-expanded'), 'false', `${closes} closes it`)
    assert.ok(!(await isOpen()), 'its text is gone')
    assert.ok(await hasFocus(term), 'the focus stays on the word')
  }
  assert.equal(page.url(), `${server.origin}/${GUIDANCE}`)
})

test('/ goes to the search box, except where something is being typed', async (t) => {
  const page = await open(t, GUIDANCE)
  const box = page.locator('form[role=search] input[name=q]')
  await page.keyboard.press('/')
  assert.ok(await hasFocus(box))
  assert.equal(await box.inputValue(), '')
  await page.keyboard.type('and/or')
  assert.equal(await box.inputValue(), 'and/or')
})

test('whom to ring stands on every page, in a number that does not break', async (t) => {
  const page = await open(t, '', { viewport: { width: 320, height: 800 } })
  for (const address of pagesOf(release)) {
    await page.goto(`${server.origin}/${address}`)
    const panel = page.locator('aside[aria-label="Worried about a child?"]')
    assert.equal(await panel.count(), 1, `/${address} has the panel`)
    assert.ok(await panel.isVisible(), `/${address} shows it`)
    const numbers = await panel.locator('li:not([hidden]) a[href^="tel:"]').evaluateAll((links) =>
      links.map((link) => ({ dialled: link.href, text: link.innerText, n_lines: link.getClientRects().length })),
    )
    assert.ok(numbers.length >= 2, `/${address}: 999 and the advice line`)
    for (const { dialled, text, n_lines } of numbers) {
      assert.match(dialled, /^tel:\+?\d+$/)
      assert.equal(n_lines, 1, `/${address}: ${text} stands on one line`)
      assert.doesNotMatch(text, / /, `/${address}: no ordinary space in ${text}`)
    }
  }
})

test('everything can be read without script', async (t) => {
  const page = await open(t, GUIDANCE, { javaScriptEnabled: false })
  const seen = (selector) => page.locator(selector).filter({ visible: true })

  await page.locator('.site-menu summary').click()
  assert.ok((await seen('nav[aria-label="Main"] a').count()) >= 6, 'the menu')
  assert.ok((await seen('nav[aria-label="Breadcrumb"] a').count()) >= 1, 'the way back')
  assert.ok((await seen('nav[aria-label="On this page"] a').count()) > 3, 'the contents')
  assert.ok((await seen('aside[aria-label="Worried about a child?"] a[href^="tel:"]').count()) >= 2, 'whom to ring')
  assert.ok((await seen('main p').count()) > 10, 'the text')
  assert.equal(await page.locator('button[aria-expanded], [role=button]').count(), 0, 'nothing that only script could answer')
  const sections = page.locator('nav').getByRole('link', { name: 'Closing' }).first()
  assert.ok(await sections.isVisible(), 'the other pages of the section')

  await page.locator('a.term').first().click()
  await page.waitForURL(/\/glossary\/#/)
  const [, entry] = page.url().split('#')
  assert.ok(await page.locator(`[id="${entry}"]`).isVisible(), 'a term leads to its entry')
  assert.ok((await seen('main dt').count()) > 20, 'the glossary')

  await page.goto(`${server.origin}/thresholds/`)
  assert.ok((await seen('main .threshold-ladder h3').count()) >= 4, 'a ladder of need for each area')
  assert.equal(await seen('[aria-labelledby=ladder-north-lincolnshire] th[scope=row]').count(), 3, 'the levels of our own')

  await page.goto(`${server.origin}/${GUIDANCE}`)
  await page.locator('form[role=search] input[name=q]').fill('team around')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${server.origin}/search/?q=team+around`)
  assert.ok(await page.getByRole('heading', { name: 'A to Z' }).isVisible())
  assert.ok((await seen('main a').count()) > 100, 'the A to Z stands in for the search')
})

test('from a wrong address at any depth there is a way back', async (t) => {
  const page = await openPage(browser)
  t.after(() => page.context().close())
  const failed = []
  page.on('response', (response) => response.status() >= 400 && failed.push(new URL(response.url()).pathname))
  const response = await page.goto(`${server.origin}/no/such/page/at/all`)
  assert.equal(response.status(), 404)
  assert.match(await page.locator('h1').innerText(), /not found/i)
  const links = await page.locator('a[href]').evaluateAll((all) => all.map(({ href }) => href))
  const ours = [...new Set(links.filter((link) => link.startsWith(server.origin)))]
  assert.ok(ours.length > 8, `${ours.length} links`)
  for (const link of ours) {
    const { pathname } = new URL(link)
    if (pathname === '/no/such/page/at/all') continue // a fragment of the page itself
    assert.equal((await page.request.get(link)).status(), 200, link)
  }
  assert.deepEqual(failed, ['/no/such/page/at/all'], 'style and script are found')
})
