/**
 * The person who confirms: answers beside the guidance and the points to look for, on the screen and on paper; a return with
 * comments; a request passed on; a colleague in the place of a manager; and version 3 after version 4 was published. Real program,
 * real mail, real Chromium; each state is put through the axe rules in every look.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, test } from 'node:test'
import { startBoard } from './board.mjs'
import { assertAccessibleInAllLooks, launch, openPage, scratchFolder } from './helpers.mjs'
import { answerAll, fillDetails, heading, linkMailedTo, press, send } from './people.mjs'

const browser = await launch()
const board = await startBoard(fileURLToPath(new URL('mixed', import.meta.url)))
after(async () => {
  await browser.close()
  await board.stop()
})

const WORKBOOK = `${board.origin}/learn/workbook/`
const MIXED = `${board.origin}/learn/mixed/`
const ANSWERS = {
  open: 'The family uses it.\nSo do we.',
  single: 'A neighbour',
  multi: ['Red', 'Loud'],
  'true-false': 'True',
  short: 'a lead professional',
  number: '8',
  order: 'Plan',
  match: ['Bark', 'Moo'],
}

/** A page of its own, which does not say a wrong word on the console. */
async function open(t, options) {
  const page = await openPage(browser, { acceptDownloads: true, ...options })
  const wrongs = []
  // That a reply was a refusal, the browser says too; what the page makes of it is looked at.
  page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && wrongs.push(message.text()))
  page.on('pageerror', (error) => wrongs.push(error.message))
  t.after(async () => {
    await page.context().close()
    assert.deepEqual(wrongs, [])
  })
  return page
}

/** @returns {Promise<string>} the reference of what a learner sent */
async function submit(page, address, details, answerTo) {
  await fillDetails(page, address, details)
  await answerAll(page, answerTo)
  return send(page)
}

async function openLink(page, link) {
  await page.goto('about:blank')
  await page.goto(link)
  await page.getByRole('heading', { level: 2 }).first().waitFor()
}

let version = 3

/** Publishes the e-workbook as the next version, changed; after the test, as the one after that, it is as it was. */
async function publish(t, change) {
  const file = join(board.folder, 'quizzes/mixed.toml')
  const before = readFileSync(file, 'utf8')
  const write = (quiz) => {
    writeFileSync(file, quiz.replace(/^version = \d+$/m, `version = ${++version}`))
    return board.republish()
  }
  await write(change(before))
  t.after(() => write(before))
}

/** One question less, and another one in its place. */
function withoutOrder(quiz) {
  const [before, rest] = quiz.split('[[question]]\nid = "order"')
  return `${before}[[question]]\nid = "added"\ntype = "open"\nprompt = "What was added?"\n\n${rest.slice(rest.indexOf('[[question]]'))}`
}

/** The block of one question on the confirmer's page. */
const block = (page, number) => page.locator('.sheet-question').nth(number - 1)
const textOf = async (locator) => (await locator.innerText()).replace(/\s+/g, ' ').trim()

/** How a page is printed: the number of its sheets, and their words. */
async function printed(page) {
  const path = join(scratchFolder(), 'page.pdf')
  await page.pdf({ path, preferCSSPageSize: true })
  const [info, text] = [['pdfinfo', path], ['pdftotext', '-raw', path, '-']].map(([program, ...flags]) => {
    const { error, status, stdout, stderr } = spawnSync(program, flags, { encoding: 'utf8' })
    assert.equal(status, 0, `${program} (tests/all.sh says how to get it): ${error?.message ?? stderr}`)
    return stdout
  })
  return { nSheets: Number(info.match(/Pages:\s+(\d+)/)[1]), letters: text.normalize('NFKC').replace(/\s+/g, '') }
}

const SENTENCES = [
  'Early help means that a family gets support as soon as a need shows, before a problem grows and becomes harder to change.',
  'I would listen to the child and the parents first, ask what they want, and think about the whole family.',
  'With their consent I would speak with the school, the health visitor and anyone else who knows them.',
  'We write the assessment together, and agree what each of us does and by when.',
  'The lead professional brings the team together, keeps the plan moving, and makes sure that reviews happen in time.',
  'If I thought that a child might be at risk, I would not wait for a meeting, but talk with the safeguarding lead at once.',
]
const WORDS = SENTENCES.join(' ').split(' ')

/** An answer of so many words, each time another. */
const answerOf = (nWords, n) => Array.from({ length: nWords }, (_, at) => WORDS[(at + n * 17) % WORDS.length]).join(' ')

for (const [name, lengths] of [
  ['sixty to a hundred and twenty words', [60, 90, 120, 75, 110, 80, 95, 70, 100, 120, 85, 65]],
  ['a hundred and twenty words each', Array(12).fill(120)],
]) {
  test(`twelve answers of ${name} are a discussion sheet of four pages`, async (t) => {
    const learner = await open(t)
    let n = 0
    const answers = []
    const reference = await submit(learner, WORKBOOK, { 'Work email': `sheet${lengths[0]}@school.example` }, () => {
      answers.push(answerOf(lengths[n], n++))
      return answers.at(-1)
    })
    const confirmer = await open(t)
    await openLink(confirmer, await linkMailedTo(board, { to: 'ruth@school.example', reference, page: 'confirm/#t=' }))
    await confirmer.getByText('What the guidance says').first().waitFor()
    const { nSheets, letters } = await printed(confirmer)
    assert.ok(nSheets <= 4, `${nSheets} sheets`)
    const packed = (text) => text.normalize('NFKC').replace(/\s+/g, '')
    const { questions } = JSON.parse(readFileSync(join(board.release, 'workbooks/early-help-awareness/1.json'), 'utf8'))
    for (const [at, { prompt, look_for: points }] of questions.entries()) {
      for (const text of [prompt, answers[at], ...points]) assert.ok(letters.includes(packed(text)), text)
    }
    for (const text of ['Discussion sheet', reference, 'Ruth Carter, manager', 'Worried about a child?', 'Nothing is decided on this sheet']) assert.ok(letters.includes(packed(text)), text)
    assert.equal(letters.split('Notes').length - 1, 12, 'room for notes at each question')
    assert.ok(letters.includes(packed(`Guidance: How soon is the first review meeting?, ${board.origin}/guidance/timescales/#first-review`)))
    const passage = await block(confirmer, 8).locator('.sheet-passage p').first().textContent()
    assert.ok(!letters.includes(packed(passage)), 'a passage is named on paper, and not printed whole')
    for (const text of ['Type your full name', 'Print a discussion sheet', 'Somebody else should confirm']) assert.ok(!letters.includes(packed(text)), text)
  })
}

test('every kind of answer is read in words; after version 4, still as version 3 asked it', async (t) => {
  const learner = await open(t)
  const reference = await submit(learner, MIXED, {}, (id) => ANSWERS[id])
  const link = await linkMailedTo(board, { to: 'ruth@school.example', reference, page: 'confirm/#t=' })
  const confirmer = await open(t)
  await openLink(confirmer, link)
  await confirmer.getByText('What the guidance says').first().waitFor()

  const answerTo = (number) => block(confirmer, number).locator('.sheet-said')
  const answersIn = (selector) => Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((number) => answerTo(number).locator(selector).evaluateAll((all) => all.map((part) => part.textContent))))
  const said = await answersIn(':scope > .sheet-answer :is(p, li)')
  assert.deepEqual(said, [
    ['The family uses it.', 'So do we.'],
    ['A neighbour'],
    ['Red', 'Loud'],
    ['True'],
    ['a lead professional'],
    ['8'],
    ['Plan', 'Review', 'Assess'],
    ['Dog: Bark', 'Cat: Moo', 'Wolf: not answered'],
  ])
  assert.equal(await answerTo(7).locator('.sheet-answer ol').count(), 1, 'an order is a numbered list')
  const expected = await answersIn(':scope > [data-part="expected"] :is(p, li)')
  assert.deepEqual(expected, [
    [],
    ['The family'],
    ['Red', 'Green'],
    ['False'],
    ['lead professional'],
    ['7'],
    ['Assess', 'Plan', 'Review'],
    ['Dog: Bark', 'Cat: Miaow', 'Wolf: Bark'],
  ])
  assert.equal(await block(confirmer, 8).getByRole('heading', { level: 3 }).innerText(), 'Question 8\nWhich sound does each animal make?')
  assert.match(await textOf(block(confirmer, 8)), /Ada has three animals/)
  assert.equal(await confirmer.getByText('was published since').count(), 0)
  await assertAccessibleInAllLooks(confirmer)

  await publish(t, (quiz) =>
    withoutOrder(quiz)
      .replace('What is the plan for?', 'What is the new plan for?')
      .replace('It shows whether outcomes get better', 'Something new')
      .replace('guidance/help-and-advice.md#spoc', 'guidance/help-and-advice.md#disagreement')
      .replace('answer = 7', 'answer = 70'),
  )
  assert.throws(() => readFileSync(join(board.release, 'workbooks/mixed/3.passages.js')), 'version 3 is not on the site any more')

  await openLink(confirmer, link)
  await confirmer.getByText('Version 4 of this e-workbook was published since').waitFor()
  await confirmer.getByText('What the guidance says').first().waitFor()
  assert.equal(await confirmer.locator('.sheet-question').count(), 8)
  assert.match(await textOf(block(confirmer, 1)), /What is the plan for\?.*It shows whether outcomes get better.*What the guidance says: Who is the Early Help Plan for/)
  assert.deepEqual(await answersIn(':scope > .sheet-answer :is(p, li)'), said)
  // What is right now may be another answer; what the definition says itself is there still.
  assert.deepEqual(await answersIn(':scope > [data-part="expected"] :is(p, li)'), expected.map((lines, at) => ([1, 2, 6].includes(at) ? lines : [])))
  for (const [number, address] of [[2, 'guidance/help-and-advice/#spoc'], [7, 'guidance/closing/']]) {
    const link = block(confirmer, number).getByRole('link', { name: 'What the guidance says now' })
    assert.equal(await link.evaluate((element) => element.href), `${board.origin}/${address}`)
    assert.equal((await fetch(`${board.origin}/${address}`)).status, 200)
  }
  assert.doesNotMatch(await textOf(confirmer.locator('main')), /What was added|Something new|new plan/)
  await assertAccessibleInAllLooks(confirmer)

  await confirmer.getByRole('radio', { name: 'I have discussed it and they understand' }).check()
  await confirmer.getByLabel('I have read and discussed these answers').check()
  await confirmer.getByLabel('Type your full name').fill('Ruth Carter')
  await press(confirmer, 'Confirm')
  await confirmer.getByRole('heading', { name: 'Confirmed', exact: true }).waitFor()
  await assertAccessibleInAllLooks(confirmer)
  await learner.goto(`${board.origin}/learn/my-training/`)
  await learner.getByText('Confirmed. Certificate issued').waitFor()
  assert.match(await textOf(learner.locator('.training-certificate')), /Every kind of question, version 3/)
})

test('a return with comments reaches each question; what is sent next takes the place of it', async (t) => {
  const learner = await open(t)
  const reference = await submit(learner, MIXED, { 'Work email': 'zoe@school.example' }, (id) => ANSWERS[id])
  const link = await linkMailedTo(board, { to: 'ruth@school.example', reference, page: 'confirm/#t=' })
  const confirmer = await open(t)
  await openLink(confirmer, link)
  await confirmer.getByRole('radio', { name: 'More learning is needed' }).check()
  await press(confirmer, 'Return to the learner')
  await confirmer.getByRole('heading', { name: 'There is a problem' }).waitFor()
  await confirmer.getByText('Comments on single questions').click()
  await assertAccessibleInAllLooks(confirmer)
  await confirmer.getByLabel('What should they look at again?').fill('Nearly there.')
  await confirmer.getByLabel('1. What is the plan for?').fill('Whose plan is it?\nThink of the child.')
  await confirmer.getByLabel('7. Put the steps in order.').fill('What comes first?')
  await confirmer.getByLabel('Type your full name').fill('Ruth Carter')
  await press(confirmer, 'Return to the learner')
  await confirmer.getByRole('heading', { name: 'Returned to the learner' }).waitFor()
  await assertAccessibleInAllLooks(confirmer)

  await learner.goto(`${board.origin}/learn/my-training/`)
  const card = learner.locator('.training')
  await card.getByText('More learning is needed').waitFor()
  assert.match(await textOf(card), /What they wrote to you Nearly there\. What is the plan for\? Whose plan is it\? Think of the child\. Put the steps in order\. What comes first\?/)
  await assertAccessibleInAllLooks(learner)
  await card.getByRole('link', { name: 'Change my answers' }).click()
  await learner.waitForURL(MIXED)
  await press(learner, 'Change my answers')
  // At the first question with a comment, then the other; each comment stands at its own question.
  await heading(learner, /Question 1 of 8/).waitFor()
  assert.match(await textOf(learner.locator('[data-comment]:visible')), /Comment from Ruth Carter: Whose plan is it\?/)
  await assertAccessibleInAllLooks(learner)
  await learner.getByRole('textbox').filter({ visible: true }).last().fill('The child and the family.')
  await press(learner, 'Continue')
  await heading(learner, 'Check your answers').waitFor()
  await learner.getByRole('link', { name: 'Change answer to question 7' }).click()
  await heading(learner, /Question 7 of 8/).waitFor()
  assert.match(await textOf(learner.locator('[data-comment]:visible')), /What comes first\?/)
  await learner.getByRole('link', { name: 'Back', exact: true }).click()
  await heading(learner, 'Check your answers').waitFor()
  const second = await send(learner)

  const states = Object.fromEntries(board.records().map((record) => [record.reference, record.state]))
  assert.deepEqual([states[reference], states[second]], ['returned', 'awaiting_confirmation'])
  await openLink(confirmer, link)
  await confirmer.getByRole('heading', { name: 'Already returned' }).waitFor()
  await assertAccessibleInAllLooks(confirmer)
  await openLink(confirmer, await linkMailedTo(board, { to: 'ruth@school.example', reference: second, page: 'confirm/#t=' }))
  await confirmer.getByText('The child and the family.').waitFor()
  await learner.goto(`${board.origin}/learn/my-training/`)
  await learner.getByText('Sent. Waiting for Ruth Carter since today').waitFor()
  const old = learner.locator('.training').filter({ hasText: 'More learning is needed' })
  assert.match(await textOf(old), new RegExp(`You sent this e-workbook again. What counts is ${second}`))
  assert.equal(await old.getByRole('link', { name: 'Change my answers' }).count(), 0)
  await assertAccessibleInAllLooks(learner)
})

test('what came back is answered again in a newer version: what is asked in another way is asked anew', async (t) => {
  const learner = await open(t)
  const reference = await submit(learner, MIXED, { 'Work email': 'later@school.example' }, (id) => ANSWERS[id])
  const confirmer = await open(t)
  await openLink(confirmer, await linkMailedTo(board, { to: 'ruth@school.example', reference, page: 'confirm/#t=' }))
  await confirmer.getByRole('radio', { name: 'More learning is needed' }).check()
  await confirmer.getByText('Comments on single questions').click()
  await confirmer.getByLabel('1. What is the plan for?').fill('Say more.')
  await confirmer.getByLabel('7. Put the steps in order.').fill('Not quite.')
  await confirmer.getByLabel('Type your full name').fill('Ruth Carter')
  await press(confirmer, 'Return to the learner')
  await confirmer.getByRole('heading', { name: 'Returned to the learner' }).waitFor()
  // The same letters stand for other choices now, and the question of the last comment is gone.
  await publish(t, (quiz) => withoutOrder(quiz.replace('{ text = "The family", correct = true }, { text = "A neighbour" }', '{ text = "A neighbour" }, { text = "The family", correct = true }')))

  await learner.goto(`${board.origin}/learn/my-training/`)
  await learner.getByText('More learning is needed').waitFor()
  assert.match(await textOf(learner.locator('.training')), /What is the plan for\? Say more\. Put the steps in order\. Not quite\./)
  await learner.goto(MIXED)
  await learner.getByText('Say more.').waitFor()
  assert.match(await textOf(learner.locator('.callout')), /1\. What is the plan for\? Say more\. 7\. Put the steps in order\. Not quite\./)
  await press(learner, 'Change my answers')
  await heading(learner, /Question 1 of 8/).waitFor()
  await press(learner, 'Continue')
  await heading(learner, 'Check your answers').waitFor()
  const unanswered = await learner.locator('dl[data-part="open"]').innerText()
  assert.match(unanswered, /2\. Whom do you ask first\?/)
  assert.match(unanswered, /What was added\?/)
  assert.doesNotMatch(unanswered, /Which of these are colours|What is the plan for/, 'answers to what is asked as before stay')
  await learner.getByRole('link', { name: 'Answer question 2' }).click()
  await heading(learner, /Question 2 of 8/).waitFor()
  assert.equal(await learner.getByRole('radio', { checked: true }).count(), 0)
})

test('of questions that are drawn, those without an answer may not have been asked', async (t) => {
  await publish(t, (quiz) => quiz.replace('confirm = "manager"', 'confirm = "manager"\npool = 3'))
  const learner = await open(t)
  const reference = await submit(learner, MIXED, { 'Work email': 'drawn@school.example' }, (id) => ANSWERS[id])
  const confirmer = await open(t)
  await openLink(confirmer, await linkMailedTo(board, { to: 'ruth@school.example', reference, page: 'confirm/#t=' }))
  await confirmer.getByText('Not answered, or not asked').first().waitFor()
  assert.equal(await confirmer.getByText('Not answered, or not asked').count(), 5)
  assert.match(await textOf(confirmer.locator('.facts').first()), /3 of 8 questions/)
  const { letters } = await printed(confirmer)
  assert.equal(letters.split('Notes').length - 1, 3)
})

test('what a learner takes back is no more to be decided, and its link says so', async (t) => {
  const learner = await open(t)
  const reference = await submit(learner, MIXED, { 'Work email': 'twice@school.example' }, (id) => ANSWERS[id])
  const link = await linkMailedTo(board, { to: 'ruth@school.example', reference, page: 'confirm/#t=' })
  await learner.goto(`${board.origin}/learn/my-training/`)
  await press(learner, 'Withdraw Every kind of question')
  await assertAccessibleInAllLooks(learner)
  await press(learner, 'Yes, take it back')
  await learner.getByText('Withdrawn', { exact: true }).waitFor()
  const confirmer = await open(t)
  await openLink(confirmer, link)
  await confirmer.getByText('The learner took this e-workbook back').waitFor()
  await assertAccessibleInAllLooks(confirmer)
})

test('somebody else of the agency is asked in a confirmer’s place', async (t) => {
  const learner = await open(t)
  const reference = await submit(learner, MIXED, { 'Work email': 'pass@school.example' }, (id) => ANSWERS[id])
  const confirmer = await open(t)
  await openLink(confirmer, await linkMailedTo(board, { to: 'ruth@school.example', reference, page: 'confirm/#t=' }))
  await confirmer.getByText('Somebody else should confirm this').click()
  await press(confirmer, 'Pass it on')
  await confirmer.getByRole('heading', { name: 'There is a problem' }).waitFor()
  await assertAccessibleInAllLooks(confirmer)
  await confirmer.getByLabel('Their full name').fill('Sam Lead')
  await confirmer.getByLabel('Their work email').fill('sam@elsewhere.example')
  await confirmer.getByRole('radio', { name: 'Safeguarding lead' }).check()
  await press(confirmer, 'Pass it on')
  await confirmer.getByRole('link', { name: 'this is not a mail address of the learner\'s agency' }).waitFor()
  await confirmer.getByLabel('Their work email').fill('sam@school.example')
  await press(confirmer, 'Pass it on')
  await confirmer.getByText('Passed on. A link was mailed to s…@school.example').waitFor()
  await assertAccessibleInAllLooks(confirmer)
  await board.smtp.waitFor(({ to, subject, text }) => to[0] === 'ruth@school.example' && subject.includes('passed on') && text.includes(reference))

  await learner.goto(`${board.origin}/learn/my-training/`)
  await learner.getByText('Sent. Waiting for Sam Lead since today').waitFor()
  const other = await open(t)
  await openLink(other, await linkMailedTo(board, { to: 'sam@school.example', reference, page: 'confirm/#t=' }))
  await other.getByText('So do we.').waitFor()
  assert.match(await textOf(other.locator('.facts').first()), /Asked to confirm Ruth Carter, manager Link mailed to s…@school\.example/)
  await other.getByRole('radio', { name: 'I have discussed it and they understand' }).check()
  await other.getByLabel('I have read and discussed these answers').check()
  await other.getByLabel('Type your full name').fill('Sam Lead')
  await press(other, 'Confirm')
  await other.getByRole('heading', { name: 'Confirmed', exact: true }).waitFor()
  await openLink(confirmer, await linkMailedTo(board, { to: 'ruth@school.example', reference, page: 'confirm/#t=' }))
  await confirmer.getByText('Sam Lead confirmed this e-workbook').waitFor()
  await learner.reload()
  await learner.getByText('Confirmed. Certificate issued').waitFor()
  assert.match(await textOf(learner.locator('.training .facts').first()), /Asked to confirm Sam Lead/)
})

test('a colleague is told why it is them, and that the MARS team looks at it', async (t) => {
  const learner = await open(t)
  const reason = 'I work alone in a hamlet.'
  await learner.goto(`${MIXED}#details`)
  // Asked for once a colleague is chosen.
  await learner.locator('#details').getByLabel('Who will confirm').selectOption('peer')
  const details = { 'Work email': 'peer@school.example', 'Who will confirm': { value: 'peer' }, 'Why a peer or colleague confirms': reason }
  const colleague = { "Manager's name": 'Pat Colleague', "Manager's email": 'pat@school.example' }
  const reference = await submit(learner, MIXED, { ...details, ...colleague }, (id) => ANSWERS[id])
  const confirmer = await open(t)
  await openLink(confirmer, await linkMailedTo(board, { to: 'pat@school.example', reference, page: 'confirm/#t=' }))
  await confirmer.getByText('So do we.').waitFor()
  assert.match(await textOf(confirmer.locator('.facts').first()), /Asked to confirm Pat Colleague, peer or colleague Why a colleague I work alone in a hamlet\./)
  assert.ok(await confirmer.getByText('The MARS team looks at it before a certificate is issued').isVisible())
  await assertAccessibleInAllLooks(confirmer)
  await confirmer.getByRole('radio', { name: 'I have discussed it and they understand' }).check()
  await confirmer.getByLabel('I have read and discussed these answers').check()
  await confirmer.getByLabel('Type your full name').fill('Pat Colleague')
  await press(confirmer, 'Confirm')
  await confirmer.getByText('The MARS team will look at it before a certificate is issued').waitFor()
  await assertAccessibleInAllLooks(confirmer)
  assert.equal(board.records().find((record) => record.reference === reference).state, 'needs_mars_check')
})

test('whatever way leads in, the page says what it found, and is accessible', async (t) => {
  const learner = await open(t)
  await learner.goto(`${MIXED}#q1`)
  await answerAll(learner, (id) => ANSWERS[id])
  const copyOf = async (page) => {
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Save a copy')])
    return { name: 'mine.workbook.json', mimeType: 'application/json', buffer: readFileSync(await download.path()) }
  }
  // Nobody is named in it yet, so nobody can be asked.
  const unsent = await copyOf(learner)
  await fillDetails(learner, MIXED, { 'Work email': 'ways@school.example' })
  await answerAll(learner, (id) => ANSWERS[id])
  const reference = await send(learner)
  const sent = await copyOf(learner)
  const link = await linkMailedTo(board, { to: 'ruth@school.example', reference, page: 'confirm/#t=' })

  const page = await open(t)
  const sees = async (text) => {
    await page.getByText(text).first().waitFor()
    await assertAccessibleInAllLooks(page)
  }
  await page.goto(`${board.origin}/confirm/`)
  await sees('Open the answers')
  await press(page, 'Open')
  await sees('There is a problem')
  await page.getByLabel('Open the learner’s file').setInputFiles({ ...sent, buffer: Buffer.from('{}') })
  await sees('This is not an e-workbook’s file')
  await page.getByLabel('Code from the mail').fill(`${'A'.repeat(43)}.${'A'.repeat(43)}`)
  await press(page, 'Open')
  await sees('This link does not open anything')
  await press(page, 'Use a code or a file')

  await page.getByLabel('Open the learner’s file').setInputFiles(unsent)
  await sees('These answers were not sent yet')
  assert.match(await textOf(block(page, 8)), /Wolf: not answered/)
  await press(page, 'Open another e-workbook')
  await page.getByLabel('Open the learner’s file').setInputFiles(sent)
  await sees('the inbox mails a link to the one whom the learner named')
  await press(page, 'Mail the link')
  await sees('Look in your mail')

  // The whole code, pasted with a line break as mail programs make them.
  await press(page, 'Open another e-workbook')
  await page.context().route('**/api/open', (route) => route.abort())
  const code = link.split('#t=')[1]
  await page.getByLabel('Code from the mail').fill(`${code.slice(0, 60)} ${code.slice(60)}`)
  await press(page, 'Open')
  await sees('The inbox cannot be reached')
  await page.context().unroute('**/api/open')
  await press(page, 'Try again')
  await page.getByText('So do we.').waitFor()
  // Half of it decides, and does not open the answers: the learner's file does.
  await openLink(page, link.split('.').slice(0, -1).join('.'))
  await sees('The code is not complete')
  await page.getByLabel('Open the learner’s file').setInputFiles(sent)
  await page.getByText('So do we.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Confirm' }).count(), 1)

  await page.context().route('**/api/open', async (route) => {
    const reply = await route.fetch()
    const body = await reply.json()
    const [header, payload, signature] = body.record.split('.')
    await route.fulfill({ response: reply, json: { ...body, record: [header, payload.slice(0, -8) + 'AAAA' + payload.slice(-4), signature].join('.') } })
  })
  await openLink(page, link)
  await sees('Do not confirm this')
  assert.equal(await page.getByRole('button', { name: 'Confirm' }).count(), 0)
})
