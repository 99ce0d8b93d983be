/**
 * Every kind of question in use: what it says of right and wrong answers, that it is accessible in every state, and what a
 * screen reader gets of it (`spoken/`, written anew by UPDATE=1).
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { marksIn } from '../../themes/signpost/components/workbook-after/asked.mjs'
import { LIMIT_MS, assertAccessible, launch, openPage, scratchFolder, serveFolder, signpost } from './helpers.mjs'
import { spokenTree, tabStops } from './spoken.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const release = join(scratchFolder(), 'public')
signpost('build', '--site', join(HERE, 'kinds'), '--today', '2026-11-25', '--output', release)
const server = await serveFolder(release)
const browser = await launch()
after(async () => {
  await browser.close()
  server.close()
})

const option = (name) => (page) => page.getByRole('radio', { name }).check()
const write = (text) => (page) => page.getByRole('textbox').and(page.locator('main :visible')).fill(text)
const tick = (...names) => async (page) => {
  for (const name of ['Red', 'Loud', 'Green']) await page.getByRole('checkbox', { name }).setChecked(names.includes(name))
}
const choose = (...sounds) => async (page) => {
  for (const [n, animal] of ['Dog', 'Cat', 'Wolf'].entries()) await page.getByLabel(animal).selectOption({ label: sounds[n] })
}
const press = (...names) => async (page) => {
  for (const name of names) await page.getByRole('button', { name, exact: true }).press('Enter')
}

/** In the order of the file: how each is answered wrongly and rightly, and what is then said. */
const KINDS = [
  { kind: 'open', wrong: write('Because it is.'), says: /^Compare your answer with this\. Because a problem is smaller before it has grown\./ },
  { kind: 'single', wrong: option('A form'), says: /^Not quite\. A form: A form is filled in with the family\. The talk with the family comes before/, right: option('A talk with the family') },
  { kind: 'multi', wrong: tick('Red', 'Loud'), says: /^Not quite: you ticked 1 of the 2 right ones, and 1 that should not be ticked\. Loud: Loud is a sound\./, right: tick('Red', 'Green') },
  { kind: 'true_false', wrong: option('True'), says: /^Not quite\. It has seven\./, right: option('False') },
  { kind: 'short', wrong: write('the manager'), says: /^Not quite\. The lead professional does\./, right: write(' The Lead professional. ') },
  { kind: 'number', wrong: write('8'), says: /^Not quite\. Monday to Sunday are seven\./, right: write('7 days') },
  // Shown as Assess, Do, Plan, Review.
  { kind: 'order', wrong: press('Move down: Assess'), says: /^Not quite: 1 of 4 in the right place\. One assesses/, right: press('Move up: Assess', 'Move up: Plan') },
  { kind: 'match', wrong: choose('Bark', 'Moo', 'Bark'), says: /^Not quite: 2 of 3 matched\. Dogs and wolves/, right: choose('Bark', 'Miaow', 'Bark') },
]

const heading = (page, n) => page.getByRole('heading', { level: 1, name: new RegExp(`^Question ${n} of 8`) })
const goOn = (page) => page.getByRole('button', { name: 'Continue' }).click()
const said = async (page) => (await page.locator('main [data-part="feedback"]:visible').innerText()).replace(/\s+/g, ' ')

/** The page of one question, as it opens. */
async function openQuestion(t, n, options) {
  const page = await openPage(browser, options)
  t.after(() => page.context().close())
  await page.goto(`${server.origin}/learn/practice/#q${n}`)
  await heading(page, n).waitFor()
  return page
}

KINDS.forEach(({ kind, wrong, says, right }, index) => {
  const n = index + 1
  const next = (page) => (n === 8 ? page.getByRole('heading', { level: 1, name: 'How it went' }) : heading(page, n + 1)).waitFor()

  test(`${kind}: wrong, tried again, right, and on`, async (t) => {
    const page = await openQuestion(t, n)
    await wrong(page)
    await goOn(page)
    assert.match(await said(page), says)
    assert.ok(await heading(page, n).isVisible(), 'first what is said is read')
    if (right) {
      await page.getByRole('button', { name: 'Try again' }).click()
      assert.equal(await page.locator('main [data-part="feedback"]:visible').count(), 0)
      assert.ok(await page.evaluate(() => document.activeElement.matches('input, select, button, textarea')), 'the focus is at the answer')
      await right(page)
      await goOn(page)
      assert.match(await said(page), /^Right\./)
      assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0)
    }
    await goOn(page)
    await next(page)
    // It is there again when one comes back.
    await page.goBack()
    await heading(page, n).waitFor()
    await goOn(page)
    assert.match(await said(page), right ? /^Right\./ : says)
  })

  test(`${kind}: a second wrong answer is told the right one, and one goes on all the same`, async (t) => {
    const page = await openQuestion(t, n)
    await wrong(page)
    await goOn(page)
    const first = await said(page)
    await goOn(page)
    await next(page)
    await page.goBack()
    await heading(page, n).waitFor()
    await goOn(page)
    const second = await said(page)
    if (right) assert.match(second.replace(first.split(' Try again')[0], ''), /The answer: /)
    else assert.equal(second, first)
  })

  test(`${kind}: unanswered, one goes on`, async (t) => {
    const page = await openQuestion(t, n)
    await goOn(page)
    await next(page)
  })

  test(`${kind}: accessible in every state, width and colour`, async (t) => {
    const page = await openQuestion(t, n)
    const states = { 'as it opens': () => {}, wrong: async () => (await wrong(page), goOn(page)) }
    if (kind === 'number') states['not a number'] = async () => (await write('seven')(page), goOn(page))
    if (kind === 'open') states['too short, with a name'] = async () => (await write('Mr X')(page), goOn(page))
    if (right) states.right = async () => (await right(page), goOn(page))
    for (const [state, reach] of Object.entries(states)) {
      await reach()
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 900 })
        const [inside, outside] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
        assert.ok(inside <= outside, `${state}: nothing is wider than ${width} pixels`)
        for (const media of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'light', forcedColors: 'active' }]) {
          await page.emulateMedia({ forcedColors: 'none', ...media })
          await assertAccessible(page, `${state} at ${width}, ${JSON.stringify(media)}`)
        }
      }
      await page.setViewportSize({ width: 1280, height: 900 })
    }
  })

  test(`${kind}: what a screen reader gets`, async (t) => {
    const page = await openQuestion(t, n)
    await page.getByText(/^Saved on this device/).waitFor()
    const parts = [`# As it opens\n\n${await spokenTree(page)}`, `# By Tab from the heading\n\n${await tabStops(page)}`]
    await wrong(page)
    await goOn(page)
    parts.push(`# After Continue\n\n${await spokenTree(page, '[data-part="feedback"]')}`)
    if (kind === 'order') {
      await press('Move up: Assess')(page)
      await page.waitForTimeout(50)
      parts.push(`# After a move\n\n${await spokenTree(page, '[data-part="order-status"]')}`)
    }
    if (kind === 'number') {
      await write('seven')(page)
      await goOn(page)
      parts.push(`# With a problem\n\n${await spokenTree(page)}`)
    }
    const text = `${parts.join('\n\n')}\n`
      .replace(/Saved on this device at \d\d:\d\d/g, 'Saved on this device at hh:mm')
      // Spoken at most once a minute: whether it is now depends on the clock.
      .replace(/status live:polite atomic:true(\n\s+StaticText “Saved)/g, 'status$1')
    const file = join(HERE, 'spoken', `${kind}.txt`)
    if (process.env.UPDATE) writeFileSync(file, text)
    assert.equal(text, readFileSync(file, 'utf8'), `${file} differs: read the difference, then UPDATE=1 writes it`)
  })
})

test('a question’s mark is the same in the page and from its definition', async () => {
  for (const [id, address] of [['kinds', 'workbook'], ['practice', 'practice']]) {
    const html = readFileSync(join(release, `learn/${address}/index.html`), 'utf8')
    const inPage = [...html.matchAll(/data-question="([^"]+)"[^>]* data-mark="([^"]+)"/g)].map(([, question, mark]) => [question, mark])
    assert.equal(inPage.length, KINDS.length)
    const definition = readFileSync(join(release, `workbooks/${id}/1.json`), 'utf8')
    assert.deepEqual(await marksIn(definition), Object.fromEntries(inPage))
  }
})

test('a match that is half done is no mistake', async (t) => {
  const page = await openQuestion(t, 8)
  await page.getByLabel('Dog').selectOption({ label: 'Bark' })
  await goOn(page)
  assert.equal(await said(page), 'Not all are matched yet: choose one for each.')
  await choose('Bark', 'Miaow', 'Bark')(page)
  await goOn(page)
  assert.match(await said(page), /^Right\./)
})

test('practice ends with how it went, and counts for nobody', async (t) => {
  const page = await openQuestion(t, 4)
  await option('False')(page)
  await goOn(page)
  await goOn(page)
  await write('nobody')(page)
  await goOn(page)
  await page.goto(`${server.origin}/learn/practice/#check`)
  const facts = page.getByRole('main')
  await facts.getByText('How it went').waitFor()
  const text = await facts.innerText()
  assert.match(text, /A week has eight days\.\s+False\s+Right/)
  assert.match(text, /Who leads the plan\?\s+nobody\s+Not quite/)
  assert.equal(await page.getByRole('button', { name: /Send/ }).count(), 0)
  await page.goto(`${server.origin}/learn/practice/`)
  assert.match(await facts.innerText(), /counts for nobody: nothing is sent/)
})

test('a question within a page is checked where it stands, and nothing of it is kept', async (t) => {
  const page = await openPage(browser)
  t.after(() => page.context().close())
  await page.goto(`${server.origin}/`)
  const box = page.locator('.knowledge-check').filter({ hasText: 'How many days' })
  const check = box.getByRole('button', { name: 'Check my answer' })
  await check.click()
  await page.getByRole('alert').getByText('Answer the question, then check your answer').waitFor()
  await box.getByRole('textbox').fill('seven')
  await check.click()
  await page.getByRole('alert').getByText('Write a number in figures, such as 12').waitFor()
  await box.getByRole('textbox').fill('6')
  await check.click()
  assert.match((await box.getByRole('status').innerText()).replace(/\s+/g, ' '), /^Not quite\. Monday to Sunday are seven\./)
  assert.equal(await page.getByRole('alert').count(), 0)
  await box.getByRole('textbox').fill('7')
  assert.equal(await box.getByRole('status').innerText(), '', 'a new answer is not judged before it is checked')
  await check.click()
  assert.match(await box.getByRole('status').innerText(), /^Right\./)
  for (const media of [{ colorScheme: 'light' }, { colorScheme: 'dark' }]) {
    await page.emulateMedia(media)
    await assertAccessible(page)
  }
  assert.deepEqual(await page.evaluate(() => indexedDB.databases()), [])
  await page.reload()
  assert.equal(await box.getByRole('textbox').inputValue(), '')
})

test('without script each question can be read, and its answer opened', async (t) => {
  const page = await openPage(browser, { javaScriptEnabled: false })
  t.after(() => page.context().close())
  await page.goto(`${server.origin}/`)
  assert.equal(await page.getByRole('button', { name: 'Check my answer' }).count(), 0)
  const answers = page.locator('summary', { hasText: /^Answer$/ })
  assert.equal(await answers.count(), 4)
  await answers.first().click()
  assert.ok(await page.getByText('Monday to Sunday are seven.').isVisible())
})

test('a new version says which questions are others now, and keeps the other answers', async (t) => {
  const page = await openQuestion(t, 1)
  await write('Because a problem grows.')(page)
  await goOn(page)
  await goOn(page)
  await option('A form')(page)
  await goOn(page)
  await goOn(page)
  await tick('Red')(page)
  await goOn(page)
  await page.getByText(/^Saved on this device/).waitFor()
  // The same page with two questions that ask something else.
  await page.route('**/learn/practice/', async (route) => {
    const reply = await route.fetch()
    const html = (await reply.text())
      .replace('Why is help best given early?', 'When is help best given?')
      .replace('>Loud</label>', '>Blue</label>')
      .replace(/(data-question="(?:open|multi)"[^>]*data-mark=")[^"]*/g, '$1another')
    return route.fulfill({ response: reply, body: html })
  })
  await page.goto('about:blank')
  await page.goto(`${server.origin}/learn/practice/`)
  const notice = page.locator('main .notice', { hasText: 'This e-workbook was changed after you began' })
  await notice.waitFor()
  assert.deepEqual(await notice.getByRole('link').allInnerTexts(), ['1. When is help best given?'], 'of words the reader decides')
  const tasks = await page.locator('main').innerText()
  assert.match(tasks, /1 of 8 questions answered/)
  assert.match(tasks, /2\. What comes first\?\s+Answered/)
  assert.match(tasks, /3\. Which of these are colours\?\s+Not answered yet/, 'a tick belongs to what could be ticked')
  await notice.getByRole('link').click()
  await heading(page, 1).waitFor()
  assert.equal(await page.locator('main textarea:visible').inputValue(), 'Because a problem grows.')
  await goOn(page)
  await page.getByRole('link', { name: 'All questions' }).click()
  await page.getByText('2 of 8 questions answered').waitFor({ timeout: LIMIT_MS })
  assert.equal(await notice.count(), 0)
})
