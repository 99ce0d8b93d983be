/**
 * The ways to a certificate that were there before the inbox: a file or a print for the manager, a mail with the five facts, and
 * paper. On a site without an inbox, with script and without.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parseJws } from '../../themes/signpost/components/record/jws.mjs'
import { REPOSITORY, assertAccessible, buildRelease, launch, openPage, scratchFolder, serveFolder, signpost } from './helpers.mjs'
import { DETAILS, fillDetails, fillIn, go, heading } from './learner.mjs'
import { letters, printed } from './paper.mjs'

const release = buildRelease()
const kinds = join(scratchFolder(), 'public')
signpost('build', '--site', join(REPOSITORY, 'tests/browser/kinds'), '--output', kinds)
const browser = await launch()
const [site, kindsSite] = [await serveFolder(release), await serveFolder(kinds)]
after(async () => {
  await browser.close()
  site.close()
  kindsSite.close()
})

const WORKBOOK = `${site.origin}/learn/workbook/`
const LEARNER = 'ana@school.example'
/** To whom completions go, as the data has it: what the pages say is held against that, and not against a copy typed here. */
const [, contact] = readFileSync(join(REPOSITORY, 'content/data/contacts.toml'), 'utf8').split('id = "nl-mars"')
const board = {
  email: /^email = "(.+)"$/m.exec(contact)[1],
  address: JSON.parse(/^address = (\[.+\])$/m.exec(contact)[1]),
}
const FIVE_FACTS = ['E-workbook', 'Name and email', 'Job title', 'Agency', 'Date of completion']

async function open(t, options) {
  const page = await openPage(browser, options)
  t.after(() => page.context().close())
  return page
}

/** Today as a record has it, in words. */
const today = () => new Date().toLocaleDateString('en-GB', { timeZone: 'Europe/London', day: 'numeric', month: 'long', year: 'numeric' })

const prompts = (page) => page.locator('[data-prompt]').allTextContents()

const fits = async (page) => {
  const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
  assert.ok(needed <= given, `the page is ${needed} pixels wide, the window ${given}`)
}

test('without an inbox whoever confirms opens the file, and tells the board by a mail that is ready', async (t) => {
  const page = await open(t)
  await fillIn(page, WORKBOOK, LEARNER)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save a copy' }).first().click()])
  const confirmer = await open(t, { viewport: { width: 320, height: 900 } })
  await confirmer.goto(`${site.origin}/confirm/`)
  const buffer = readFileSync(await download.path())
  await confirmer.getByLabel('Open the learner’s file').setInputFiles({ name: 'a.workbook.json', mimeType: 'application/json', buffer })
  await confirmer.getByRole('heading', { name: 'Tell the board' }).waitFor()
  assert.equal(await confirmer.getByRole('button', { name: 'Mail the link' }).count(), 0)
  const { protocol, pathname, searchParams } = new URL(await confirmer.getByRole('link', { name: 'Write the mail' }).getAttribute('href'))
  assert.deepEqual([protocol, pathname, searchParams.get('subject')], ['mailto:', board.email, 'Completed: Early Help Awareness'])
  const lines = searchParams.get('body').split('\r\n')
  for (const [at, fact] of FIVE_FACTS.entries()) assert.ok(lines.at(at - 5).startsWith(`${fact}: `), lines.join('\n'))
  assert.ok(lines.includes(`Name and email: Ana Kovač, ${LEARNER}`))
  await fits(confirmer)
  await assertAccessible(confirmer)
})

for (const width of [1280, 320]) {
  test(`without an inbox the mail to the manager is ready, with the five facts, at ${width} pixels`, async (t) => {
    const page = await open(t, { viewport: { width, height: 900 } })
    const before = today()
    await fillIn(page, WORKBOOK, LEARNER)
    assert.equal(await page.getByRole('button', { name: /^Send/ }).count(), 0, 'nothing that cannot be done')
    const link = page.getByRole('link', { name: 'Write the mail to your manager' })
    const { protocol, pathname, searchParams } = new URL(await link.getAttribute('href'))
    assert.deepEqual([protocol, pathname], ['mailto:', "ruth@school.example"])
    assert.equal(searchParams.get('subject'), 'To confirm: Early Help Awareness')
    const paragraphs = searchParams.get('body').split('\r\n\r\n')
    const facts = paragraphs.pop().split('\r\n')
    const day = [before, today()].find((day) => facts.at(-1).endsWith(day))
    assert.deepEqual(facts, [
      'E-workbook: Early Help Awareness, version 1',
      `Name and email: Ana Kovač, ${LEARNER}`,
      'Job title: Health visitor',
      `Agency: ${DETAILS.Agency}`,
      `Date of completion: ${day}`,
    ])
    assert.ok(paragraphs.some((words) => words.includes(`mail these five facts to ${board.email}`)), paragraphs.join('\n'))
    assert.ok(await page.locator('main').getByRole('link', { name: board.email }).isVisible(), 'who gets them')

    // Where no mail program opens, the same words are there to be copied.
    await page.getByText('If no mail opens').click()
    for (const words of paragraphs) assert.ok(await page.getByText(words, { exact: true }).isVisible(), words)
    await assertAccessible(page)
    await fits(page)
  })
}

test('the mail waits for the details', async (t) => {
  const page = await open(t)
  await page.goto(`${WORKBOOK}#check`)
  await heading(page, 'Check your answers').waitFor()
  assert.equal(await page.getByRole('link', { name: 'Write the mail to your manager' }).count(), 0)
  await page.getByRole('link', { name: 'Fill in your details first' }).click()
  await heading(page, 'Your details').waitFor()
  await assertAccessible(page)
  await fillDetails(page, WORKBOOK, LEARNER)
  await page.goto(`${WORKBOOK}#check`)
  assert.ok(await page.getByRole('link', { name: 'Write the mail to your manager' }).isVisible())
})

test('without an inbox the saved copy says who learnt what, signed', async (t) => {
  const page = await open(t)
  await fillIn(page, WORKBOOK, LEARNER)
  const [download] = await Promise.all([page.waitForEvent('download'), go(page, 'Save a copy')])
  const { object, record } = JSON.parse(readFileSync(await download.path(), 'utf8'))
  const { rid, aud, learner, confirmer, answers } = parseJws(record).payload
  assert.deepEqual([rid, aud, answers.count], [object.rid, site.origin, 12])
  assert.deepEqual([learner.name, learner.email, confirmer.email], ['Ana Kovač', LEARNER, 'ruth@school.example'])
})

test('without script it is one page to fill in, that says how to send it by mail and on paper', async (t) => {
  const page = await open(t, { javaScriptEnabled: false })
  await page.goto(WORKBOOK)
  const main = page.locator('main')
  assert.equal(await main.locator('textarea:visible').count(), 12)
  assert.ok(await page.getByText(/Sending needs script/).isVisible())
  assert.equal(await main.locator('button:visible').count(), 0, 'no button that could do nothing')
  const mail = main.locator(`a[href="mailto:${board.email}"]`).filter({ visible: true })
  assert.equal(await mail.count(), 1)
  for (const line of board.address) assert.ok(await main.getByText(line).isVisible(), line)
  for (const name of FIVE_FACTS) assert.ok(await main.getByRole('term').getByText(name, { exact: true }).isVisible(), name)
  assert.equal(await page.getByLabel("Manager's email").isVisible(), false, 'to whom a mail would go that is not sent')
})

for (const width of [1280, 320]) {
  test(`a page whose script did not load is accessible, at ${width} pixels`, async (t) => {
    const page = await open(t, { viewport: { width, height: 900 } })
    await page.route('**/*.js', (route) => route.abort())
    await page.goto(WORKBOOK)
    assert.ok(await page.getByText(/Sending needs script/).isVisible())
    await assertAccessible(page)
    await fits(page)
  })
}

/** The completion page stands on a sheet of its own, the last one. */
function assertCompletionPage(sheets, texts) {
  const at = sheets.findIndex((sheet) => letters(sheet).includes('Completionpage'))
  assert.equal(at, sheets.length - 1, `on sheet ${at + 1} of ${sheets.length}`)
  const sheet = letters(sheets[at])
  const all = [...texts, ...FIVE_FACTS, 'I have discussed these answers with the learner, and they understand.', 'Signature', 'Peer or colleague']
  assert.deepEqual(all.filter((text) => !sheet.includes(letters(text))), [], sheets[at])
  return sheet
}

for (const javaScriptEnabled of [true, false]) {
  test(`the blank form on paper has all that is to be written and returned, ${javaScriptEnabled ? 'with' : 'without'} script`, async (t) => {
    const page = await open(t, { javaScriptEnabled })
    await page.goto(WORKBOOK)
    const asked = await prompts(page)
    assert.equal(asked.length, 12)
    const { sheets, lines, nRules } = await printed(page)
    const text = letters(lines.join(''))
    assert.deepEqual(asked.filter((prompt) => !text.includes(letters(prompt))), [], 'prompts')
    for (const label of ['Full name', 'Work email', 'Job title', 'Agency']) assert.ok(lines.includes(label), label)
    // 45 mm at 9 mm a line, for each of the twelve; four details; on the last sheet eight lines.
    const nRuled = nRules.slice(0, -1).reduce((sum, n) => sum + n)
    assert.ok(nRuled >= 12 * 5 + 4, `${nRules} rules`)
    assert.ok(nRules.at(-1) >= 8, `${nRules} rules`)
    await page.emulateMedia({ media: 'print' })
    for (const height of await page.locator('textarea').evaluateAll((boxes) => boxes.map((box) => box.getBoundingClientRect().height))) {
      assert.ok(height >= (45 / 25.4) * 96 - 1, `${height} pixels to write on`)
    }
    const last = assertCompletionPage(sheets, [board.email, ...board.address])
    assert.deepEqual(asked.filter((prompt) => last.includes(letters(prompt))), [], 'nothing else goes in the post')
    // Whom to ring stays with the learner.
    assert.ok(letters(sheets[0]).includes(letters('Worried about a child?')))
    for (const clutter of ['Send to my manager', 'Save a copy', 'Continue', 'Your answers are kept']) assert.ok(!text.includes(letters(clutter)), clutter)
    assert.ok(sheets.length <= 7, `${sheets.length} sheets`)
  })
}

test('answers are whole on paper, and the completion page is filled in', async (t) => {
  const page = await open(t)
  const answer = (n) => `Answer ${n}: ${`support as early as possible, in step ${n}, with the family. `.repeat(n === 3 ? 60 : 2)}\nLast words of ${n}.`
  const before = today()
  await fillIn(page, WORKBOOK, LEARNER, answer)
  const { sheets, lines } = await printed(page)
  const text = letters(lines.join(''))
  for (let n = 1; n <= 12; n++) assert.ok(text.includes(letters(answer(n))), `answer ${n}`)
  const last = assertCompletionPage(sheets, ['Early Help Awareness, version 1', 'Ana Kovač', LEARNER, 'Health visitor', DETAILS.Agency, board.email, ...board.address])
  assert.ok([before, today()].some((day) => last.includes(letters(`Date of completion ${day}`))))
  for (const clutter of ['How to send them', 'Write the mail', 'Change']) assert.ok(!text.includes(letters(clutter)), clutter)

  // The form with what was typed so far, from its first page: the day is not known yet.
  await page.goto(WORKBOOK)
  await page.getByRole('link', { name: /^Continue/ }).waitFor()
  const form = await printed(page)
  assert.ok(letters(form.lines.join('')).includes(letters(answer(3))))
  const filled = assertCompletionPage(form.sheets, ['Ana Kovač', 'Health visitor'])
  assert.ok(![before, today()].some((day) => filled.includes(letters(`Date of completion ${day}`))))
})

for (const javaScriptEnabled of [true, false]) {
  test(`every kind of question can be answered on paper, ${javaScriptEnabled ? 'with' : 'without'} script`, async (t) => {
    const page = await open(t, { javaScriptEnabled })
    await page.goto(`${kindsSite.origin}/learn/workbook/`)
    const asked = await prompts(page)
    const { sheets, lines } = await printed(page)
    const text = letters(lines.join(''))
    const choices = ['A talk with the family', 'Red', 'True', 'Assess', 'Dog', 'To choose from: Bark; Miaow; Moo.', 'write 1 at the first', 'Ada has three animals.']
    assert.deepEqual([...asked, ...choices].filter((words) => !text.includes(letters(words))), [])
    for (const clutter of ['arrow buttons', 'Move up', 'Not quite', 'Try again']) assert.ok(!text.includes(letters(clutter)), clutter)
    assert.ok(!lines.includes('Answer'), 'the answers are not printed with the questions')
    assertCompletionPage(sheets, ['All kinds, version 1'])

    await page.emulateMedia({ media: 'print' })
    const drawn = await page.locator('[data-type="order"] [data-item]').evaluateAll((items) =>
      items.map((item) => {
        const input = item.querySelector('input')
        const { width, borderTopWidth, borderLeftWidth } = input ? getComputedStyle(input) : getComputedStyle(item, '::before')
        return [parseFloat(width) >= 30, borderTopWidth, borderLeftWidth]
      }),
    )
    assert.deepEqual(drawn, Array(4).fill([true, '1px', '1px']), 'a box for a number before each')
    for (const line of await page.locator('.match-row select, [data-type="short"] input, [data-type="number"] input').all()) {
      const [style, width, colour] = await line.evaluate((element) => {
        const { borderBottomStyle, borderTopStyle, borderBottomWidth, color, tagName } = { ...getComputedStyle(element), tagName: element.tagName }
        return [`${borderTopStyle} ${borderBottomStyle}`, borderBottomWidth, tagName === 'SELECT' && color]
      })
      assert.deepEqual([style, width], ['none solid', '1px'], 'a line to write on')
      if (colour) assert.equal(colour, 'rgba(0, 0, 0, 0)', 'with nothing on it')
    }
  })
}
