/**
 * Packages for a learning system, unzipped and run in Chromium inside a frame, with scorm-again as the learning system around it. A
 * site of its own has a question of every kind.
 */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { assertAccessible, launch, openPage, scratchFolder, serveFolder, signpost, tabTo } from './helpers.mjs'

const TODAY = '2026-11-25'
const VERSIONS = ['1.2', '2004']

const SITE = {
  'site.toml': 'title = "Test toolkit"\nbase_url = "https://toolkit.example"\nlanguage = "en-GB"\n',
  'content/index.md': '+++\ntitle = "Home"\nsummary = "Where it begins."\n+++\n\n## One\n\n[Plan](plan.md)\n',
  'content/learn.md': '+++\ntitle = "Learn"\nsummary = "The e-workbook."\n+++\n\n:::workbook {id=awareness}\n:::\n',
  'content/more.md': '+++\ntitle = "More"\nsummary = "Not in the package."\n+++\n\n## Else\n\nText.\n',
  'content/plan.md': [
    '+++\ntitle = "The plan"\nsummary = "Who makes it, and when."\n+++\n',
    '## In short\n\nHold it on time. See [the review](review.md#in-short), [what else there is](more.md#else) and [a law](https://law.example/act).\n',
    '## Steps\n\n| Step | Who |\n|---|---|\n| First | Lead |\n\n![Two people at a table](table.png)\n',
    ':::question {quiz=checks id=number}\n:::\n',
  ].join('\n'),
  'content/review.md': '+++\ntitle = "The review"\nsummary = "How it goes on."\n+++\n\n## In short\n\nBack to [the steps](plan.md#steps).\n\n## Talk\n\nText.\n',
  'quizzes/awareness.toml': [
    'id = "awareness"\nversion = 3\ntitle = "Awareness & care"\nsummary = "What everybody should know."\n',
    '[[section]]\ntitle = "The plan"\npage = "plan.md"\n',
    '[[section.question]]\nid = "why"\ntype = "open"\nprompt = "A question for the manager?"\nsee = "review.md#talk"\n',
  ].join('\n'),
  'quizzes/checks.toml': [
    'id = "checks"\ntitle = "Checks"\nsummary = "One of each kind."\nconfirm = "none"\n',
    '[[question]]\nid = "single"\ntype = "single"\nprompt = "Who leads?"\nsee = "plan.md#steps"\nfeedback = "The lead leads."',
    'choices = [{ text = "Nobody", feedback = "Then it stands still." }, { text = "The lead", correct = true }]\n',
    '[[question]]\nid = "multi"\ntype = "multi"\nprompt = "Who is asked?"\nsee = "plan.md#steps"\nshuffle = true',
    'choices = [{ text = "The child", correct = true }, { text = "The press" }, { text = "The parents", correct = true }]\n',
    '[[question]]\nid = "true-false"\ntype = "true_false"\nprompt = "A plan is for ever."\nsee = "plan.md"\nanswer = false\n',
    '[[question]]\nid = "number"\ntype = "number"\nprompt = "How many days?"\nsee = "plan.md"\nanswer = 20\ntolerance = 0.5\n',
    '[[question]]\nid = "short"\ntype = "short"\nprompt = "What is the person called?"\nsee = "review.md#talk"\nanswers = ["lead professional", "lead"]\n',
    '[[question]]\nid = "order"\ntype = "order"\nprompt = "Put the steps in order."\nsee = "review.md#talk"\nitems = ["Talk", "Agree", "Write"]\n',
    '[[question]]\nid = "match"\ntype = "match"\nprompt = "Who does what?"\nsee = "review.md#talk"',
    'pairs = [{ left = "Lead", right = "Writes" }, { left = "Child", right = "Says" }]\nothers = ["Sleeps"]\n',
    '[[question]]\nid = "open"\ntype = "open"\nprompt = "What will you do?"\nsee = "review.md#talk"\nmodel_answer = "Ask the family."\n',
    '[[question]]\nid = "elsewhere"\ntype = "true_false"\nprompt = "This is about another page."\nsee = "more.md"\nanswer = true\n',
  ].join('\n'),
}

SITE['quizzes/practice.toml'] = [
  'id = "practice"\ntitle = "Practice"\nsummary = "A few of many."\nconfirm = "none"\n',
  '[[section]]\ntitle = "A case"\ntext = "Sam is **nine**."\npool = 2\n',
  ...[1, 2, 3, 4, 5, 6].map((n) => `[[section.question]]\nid = "q${n}"\ntype = "true_false"\nprompt = "Sentence ${n} is true."\nanswer = true\n`),
  '[[section]]\ntitle = "The review"\npage = "review.md"\n',
  '[[section.question]]\nid = "last"\ntype = "true_false"\nprompt = "It goes on."\nanswer = true\n',
].join('\n')

/** Each question with an answer that is not right, one that is, and what the learning system has of both. */
const QUESTIONS = [
  {
    id: 'single', page: 'plan', type: { 1.2: 'choice', 2004: 'choice' },
    wrong: (step) => step.getByLabel('Nobody').check(), right: (step) => step.getByLabel('The lead').check(),
    told: { 1.2: ['a', 'b'], 2004: ['c1', 'c2'] }, reason: 'Then it stands still.',
  },
  {
    id: 'multi', page: 'plan', type: { 1.2: 'choice', 2004: 'choice' },
    wrong: (step) => step.getByLabel('The press').check(),
    right: async (step) => {
      await step.getByLabel('The press').uncheck()
      await step.getByLabel('The parents').check()
      await step.getByLabel('The child').check()
    },
    told: { 1.2: ['b', 'a,c'], 2004: ['c2', 'c1[,]c3'] }, reason: '0 of the 2',
  },
  {
    id: 'true-false', page: 'plan', type: { 1.2: 'true-false', 2004: 'true-false' },
    wrong: (step) => step.getByLabel('True').check(), right: (step) => step.getByLabel('False').check(),
    told: { 1.2: ['t', 'f'], 2004: ['true', 'false'] },
  },
  {
    id: 'number', page: 'plan', type: { 1.2: 'numeric', 2004: 'numeric' },
    wrong: (step) => step.getByRole('textbox').fill('12'), right: (step) => step.getByRole('textbox').fill('20 days'),
    told: { 1.2: ['12', '20'], 2004: ['12', '20'] },
  },
  {
    id: 'short', page: 'review', type: { 1.2: 'fill-in', 2004: 'fill-in' },
    wrong: (step) => step.getByRole('textbox').fill('boss'), right: (step) => step.getByRole('textbox').fill('The lead'),
    told: { 1.2: ['boss', 'The lead'], 2004: ['boss', 'The lead'] },
  },
  {
    id: 'order', page: 'review', type: { 1.2: 'sequencing', 2004: 'sequencing' },
    // They stand in the order of the alphabet: Agree, Talk, Write.
    wrong: (step) => step.getByRole('button', { name: 'Move down: Talk' }).click(),
    right: async (step) => {
      await step.getByRole('button', { name: 'Move up: Talk' }).click()
      await step.getByRole('button', { name: 'Move up: Talk' }).click()
      await step.getByRole('button', { name: 'Move down: Write' }).click()
    },
    told: { 1.2: ['b,c,a', 'a,b,c'], 2004: ['c2[,]c3[,]c1', 'c1[,]c2[,]c3'] }, reason: '0 of 3',
  },
  {
    id: 'match', page: 'review', type: { 1.2: 'matching', 2004: 'matching' },
    wrong: async (step) => {
      await step.getByLabel('Lead').selectOption('Sleeps')
      await step.getByLabel('Child').selectOption('Says')
    },
    right: async (step) => {
      await step.getByLabel('Lead').selectOption('Writes')
      await step.getByLabel('Child').selectOption('Says')
    },
    told: { 1.2: ['a.c,b.b', 'a.a,b.b'], 2004: ['l1[.]r3[,]l2[.]r2', 'l1[.]r1[,]l2[.]r2'] },
  },
]
const OWN_WORDS = 'I will ask Mrs Carter first.'

const NAMES = {
  1.2: {
    api: 'API', launch: 'Scorm12API', calls: { set: 'LMSSetValue', commit: 'LMSCommit', end: 'LMSFinish', error: 'LMSGetLastError' }, file: 'scorm12.js', status: 'cmi.core.lesson_status', location: 'cmi.core.lesson_location',
    exit: 'cmi.core.exit', time: 'cmi.core.session_time', response: 'student_response', wrong: 'wrong', timeSpan: /^\d{2,4}:\d\d:\d\d$/,
  },
  2004: {
    api: 'API_1484_11', launch: 'Scorm2004API', calls: { set: 'SetValue', commit: 'Commit', end: 'Terminate', error: 'GetLastError' }, file: 'scorm2004.js', status: 'cmi.completion_status', location: 'cmi.location',
    exit: 'cmi.exit', time: 'cmi.session_time', response: 'learner_response', wrong: 'incorrect', timeSpan: /^PT\d+H\d+M\d+S$/,
  },
}

/** A picture of one pixel. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

/** Every file of a zip, by its name. */
function unzipped(zip) {
  const files = new Map()
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  let at = zip.readUInt32LE(end + 16)
  for (let n = zip.readUInt16LE(end + 10); n > 0; n--) {
    const [method, size, nameLength, extra, comment] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), ...[28, 30, 32].map((place) => zip.readUInt16LE(at + place))]
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const bytes = zip.subarray(start, start + size)
    files.set(zip.toString('utf8', at + 46, at + 46 + nameLength), method === 0 ? bytes : inflateRawSync(bytes))
    at += 46 + nameLength + extra + comment
  }
  return files
}

function put(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}

/**
 * A page that is the learning system. What is committed outlasts it, in `localStorage`, as in a database; what it will not take is
 * noted. With `#deaf` it takes nothing.
 */
const systemPage = ({ api, launch, file, calls }) => `<!DOCTYPE html><title>Learning system</title>
<script src="/${file}"></script>
<script>
const api = window.${api} = new ${launch}({ autocommit: false, logLevel: 5 })
const kept = localStorage.getItem('${api}')
if (kept) api.loadFromJSON(JSON.parse(kept).cmi)
api.on('${calls.commit}', () => localStorage.setItem('${api}', api.renderCMIToJSONString()))
window.refused = []
window.ended = 0
api.on('${calls.end}', () => window.ended++)
const { ${calls.set}: set, ${calls.commit}: commit } = api
api.${calls.set} = (name, value) => {
  const answer = set.call(api, name, value)
  if (answer !== 'true') window.refused.push([name, value, api.${calls.error}()])
  return answer
}
api.${calls.commit} = (nothing) => (window.isDeaf ? 'false' : commit.call(api, nothing))
</script>
`

const site = join(scratchFolder(), 'site')
put(site, SITE)
put(site, { 'content/table.png': PNG })
const served = scratchFolder()
const require = createRequire(import.meta.url)
const packages = {}
for (const version of VERSIONS) {
  const file = join(served, `${version}.zip`)
  signpost('export', 'scorm', 'awareness', '--site', site, '--scorm', version, '--today', TODAY, '--output', file)
  packages[version] = unzipped(readFileSync(file))
  put(join(served, version), Object.fromEntries(packages[version]))
  const { file: library } = NAMES[version]
  cpSync(join(dirname(require.resolve('scorm-again')), library), join(served, library))
  put(served, { [`system-${version}.html`]: systemPage(NAMES[version]) })
}
{
  const file = join(served, 'practice.zip')
  signpost('export', 'scorm', 'practice', '--site', site, '--scorm', '2004', '--today', TODAY, '--output', file)
  put(join(served, 'practice'), Object.fromEntries(unzipped(readFileSync(file))))
}
put(served, { '404.html': '<title>Nothing is here</title>', 'favicon.ico': '' })
const web = await serveFolder(served)
const browser = await launch()
after(async () => {
  await browser.close()
  web.close()
})

/** The package as a learning system shows it: in a frame. */
async function launched(page, version, folder = version) {
  await page.goto(`${web.origin}/system-${version}.html`)
  await page.evaluate((source) => {
    const frame = document.createElement('iframe')
    frame.style = 'width: 100%; height: 90vh; border: 0'
    frame.src = source
    document.body.append(frame)
  }, `/${folder}/index.html`)
  return page.frameLocator('iframe')
}

/** What the learning system has, as it would be in its database. */
const committed = (page, version) => page.evaluate((api) => JSON.parse(localStorage.getItem(api)).cmi, NAMES[version].api)
const valueOf = (cmi, name) => name.split('.').slice(1).reduce((part, key) => part[key], cmi)
const interactionsOf = ({ interactions }) => Object.keys(interactions).filter((key) => /^\d+$/.test(key)).map((key) => interactions[key])

const press = (frame, name) => frame.getByRole('button', { name, exact: true }).click()
const heading = (frame, name) => frame.getByRole('heading', { level: 1, name })
const goOn = (frame) => press(frame, 'Continue')

/** Answers a question of the step that is shown wrong, then right. */
async function answer(frame, { id, wrong, right, reason }) {
  const step = frame.locator(`[id="question/checks/${id}"]`)
  const said = step.getByRole('status').filter({ hasText: /^\s*(Right|Not quite)/ })
  await wrong(step)
  await press(step, 'Check my answer')
  await said.waitFor()
  assert.match(await said.innerText(), new RegExp(`^Not quite[^]*${reason ?? ''}`))
  await press(step, 'Try again')
  await right(step)
  await press(step, 'Check my answer')
  await said.filter({ hasText: /^\s*Right/ }).waitFor()
}

for (const version of VERSIONS) {
  const names = NAMES[version]

  test(`SCORM ${version}: from start, with a pause, to completed`, async (t) => {
    const page = await openPage(browser)
    t.after(() => page.context().close())
    const refused = async () => assert.deepEqual(await page.evaluate(() => window.refused), [], 'the system takes all it is told')
    let frame = await launched(page, version)
    await heading(frame, 'Awareness & care: reading and knowledge checks').waitFor()
    await frame.getByText('a manager confirms it there').waitFor()
    assert.equal(await frame.getByRole('link', { name: 'https://toolkit.example/learn/' }).getAttribute('target'), '_blank')
    assert.equal(valueOf(await committed(page, version), names.status), 'incomplete')

    await frame.getByRole('link', { name: 'Start' }).click()
    await heading(frame, 'The plan').waitFor()
    await frame.getByText('Page 1 of 2').waitFor()
    assert.equal(await frame.getByRole('button', { name: 'Check my answer' }).count(), 0, 'the question within the page is asked behind it')
    assert.ok(await frame.getByRole('img', { name: 'Two people at a table' }).evaluate((picture) => picture.naturalWidth), 'its picture is packed')
    await goOn(frame)
    const ofPlan = QUESTIONS.filter(({ page: of }) => of === 'plan')
    for (const [n, question] of ofPlan.entries()) {
      await frame.getByText(`Question ${n + 1} of 8`).waitFor()
      await answer(frame, question)
      if (n < ofPlan.length - 1) await goOn(frame)
    }
    await refused()

    // The window is closed in the middle.
    await page.goto('about:blank')
    await page.goto(`${web.origin}/system-${version}.html`)
    const paused = await committed(page, version)
    assert.equal(valueOf(paused, names.location), 'question/checks/number')
    assert.equal(valueOf(paused, names.status), 'incomplete')
    assert.equal(valueOf(paused, names.exit), 'suspend')
    assert.match(valueOf(paused, names.time), names.timeSpan)

    frame = await launched(page, version)
    await frame.getByText('Question 4 of 8').waitFor()
    assert.equal(await frame.getByRole('textbox').inputValue(), '20 days', 'the answer is there again')
    await frame.getByText(/^Right\b/).filter({ visible: true }).waitFor()
    await frame.getByRole('link', { name: 'Contents' }).click()
    await frame.getByText('Read, 4 of 4 questions answered').waitFor()
    await frame.getByText('Not read yet, 0 of 4 questions answered').waitFor()
    await frame.getByRole('link', { name: 'Continue' }).click()
    await heading(frame, 'The review').waitFor()
    await goOn(frame)
    for (const question of QUESTIONS.filter(({ page: of }) => of === 'review')) {
      await answer(frame, question)
      await goOn(frame)
    }

    // One is left: nothing is completed by coming to the end.
    await goOn(frame)
    await heading(frame, 'Not completed yet').waitFor()
    assert.equal(valueOf(await committed(page, version), names.status), 'incomplete')
    await frame.getByRole('link', { name: 'What will you do?' }).click()
    await frame.getByRole('textbox').fill(OWN_WORDS)
    await press(frame, 'Check my answer')
    await frame.getByText('Compare your answer with this').waitFor()
    await goOn(frame)
    await heading(frame, 'Completed').waitFor()
    await frame.getByText('Your learning system has recorded that.').waitFor()
    await refused()

    const done = await committed(page, version)
    assert.equal(valueOf(done, names.status), 'completed')
    assert.ok(done.suspend_data.length <= 4096)
    assert.ok(!JSON.stringify(done).includes(OWN_WORDS), 'words of one’s own are handed to nobody')
    if (version === '2004') assert.equal(done.success_status, 'unknown', 'there is no score')
    else assert.equal(done.core.score.raw, '')
    const tried = interactionsOf(done)
    const told = tried.map((one) => [one.id, one.type, one[names.response], one.result])
    const expected = QUESTIONS.flatMap(({ id, type, told: { [version]: [wrong, right] } }) => [
      [`checks_${id}`, type[version], wrong, names.wrong],
      [`checks_${id}`, type[version], right, 'correct'],
    ])
    assert.deepEqual(told.slice(0, -1), expected)
    assert.deepEqual(told.at(-1), ['checks_open', version === '2004' ? 'long-fill-in' : 'fill-in', '', 'neutral'])

    // Who comes back later takes nothing away.
    await page.goto('about:blank')
    frame = await launched(page, version)
    await heading(frame, 'Completed').waitFor()
    await frame.getByRole('link', { name: 'Contents' }).click()
    await frame.getByRole('link', { name: 'The plan' }).click()
    await heading(frame, 'The plan').waitFor()
    assert.equal(valueOf(await committed(page, version), names.status), 'completed')
  })

  test(`SCORM ${version}: what the system does not take is said, and tried again`, async (t) => {
    const page = await openPage(browser)
    t.after(() => page.context().close())
    const frame = await launched(page, version)
    await heading(frame, /^Awareness/).waitFor()
    await page.evaluate(() => (window.isDeaf = true))
    await frame.getByRole('link', { name: 'Start' }).click()
    await frame.getByRole('alert').filter({ hasText: 'did not take this' }).waitFor()
    await page.evaluate(() => (window.isDeaf = false))
    await press(frame, 'Try again')
    await frame.getByText(/^Kept in your learning system at/).waitFor()
    assert.equal(await frame.getByRole('alert').count(), 0)
    assert.equal(valueOf(await committed(page, version), names.location), 'plan')
    assert.equal(await page.evaluate(() => window.ended), 0)
    await page.evaluate(() => document.querySelector('iframe').remove())
    assert.equal(await page.evaluate(() => window.ended), 1, 'the session is ended with the window')
  })

  test(`SCORM ${version}: the package needs nothing outside of it, and the manifest names all of it`, () => {
    const files = packages[version]
    const text = (name) => files.get(name).toString('utf8')
    const manifest = text('imsmanifest.xml')
    const named = [...manifest.matchAll(/<file href="([^"]+)"\/>/g)].map(([, name]) => name)
    assert.deepEqual([...named, 'imsmanifest.xml'].sort(), [...files.keys()].sort())
    assert.match(manifest, /<title>Awareness &amp; care<\/title>/)
    const document = text('index.html')
    const loaded = [...document.matchAll(/<(?:script|link|img)[^>]* (?:src|href)="([^"]+)"/g)].map(([, name]) => name)
    assert.deepEqual(loaded.filter((name) => !files.has(name)), [])
    assert.doesNotMatch(document, /<script>|<style|\son\w+="|style="/)
    for (const [, href, rest] of document.matchAll(/<a [^>]*href="([^"]*)"([^>]*)>/g)) {
      if (href.startsWith('https:')) assert.match(rest, /target="_blank" rel="noopener"/, href)
      else if (href.startsWith('#')) assert.ok(href === '#main' || document.includes(` id="${href.slice(1)}"`), href)
      else assert.match(href, /^tel:|^mailto:/)
    }
    for (const href of ['https://toolkit.example/more/#else', 'https://law.example/act', '#review:in-short', '#plan:steps']) assert.ok(document.includes(`href="${href}"`), href)
  })
}

test('a quiz that nobody confirms: its own words, and so many of a pool, the same ones each time', async (t) => {
  const page = await openPage(browser)
  t.after(() => page.context().close())
  const drawn = async (frame) => {
    await heading(frame, 'Practice: reading and knowledge checks').waitFor()
    return frame.locator('[data-pool]').evaluateAll((steps) => steps.map((step) => step.id))
  }
  let frame = await launched(page, '2004', 'practice')
  const first = await drawn(frame)
  assert.equal(first.length, 2)
  assert.equal(await frame.getByText('manager').count(), 0, 'no word of a manager')
  await frame.getByText('Answer 3 questions about what you read').waitFor()
  await frame.getByRole('link', { name: 'Start' }).click()
  await heading(frame, 'A case').waitFor()
  await frame.getByText('Sam is nine.').waitFor()
  await goOn(frame)
  await frame.getByText('Question 1 of 3').waitFor()
  await frame.getByRole('link', { name: 'Contents' }).click()
  await frame.getByText('Read, 0 of 2 questions answered').waitFor()
  await frame.getByText('Not read yet, 0 of 1 question answered').waitFor()
  await page.goto('about:blank')
  frame = await launched(page, '2004', 'practice')
  assert.deepEqual(await drawn(frame), first)
})

test('alone, on a small screen, it says that nothing is recorded, and works by keyboard', async (t) => {
  const page = await openPage(browser, { viewport: { width: 320, height: 640 } })
  t.after(() => page.context().close())
  const complaints = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  const sound = async () => {
    await assertAccessible(page)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320), 'nothing stands out to the side')
  }
  await page.goto(`${web.origin}/1.2/index.html`)
  await page.getByText('No learning system was found.').waitFor()
  await sound()
  await tabTo(page, page.getByRole('link', { name: 'Start' }))
  await page.keyboard.press('Enter')
  await heading(page, 'The plan').waitFor()
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'The plan', 'the heading is read first')
  await sound()
  await tabTo(page, page.getByRole('button', { name: 'Continue' }))
  await page.keyboard.press('Enter')
  await page.getByText('Question 1 of 8').waitFor()
  await tabTo(page, page.getByLabel('Nobody'))
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  await page.getByText(/^Not quite\b/).waitFor()
  await sound()
  // The passage is a part of the package, and its way back is Back.
  await page.getByRole('link', { name: 'Read: Steps' }).first().press('Enter')
  await heading(page, 'The plan').waitFor()
  assert.ok(await page.getByRole('heading', { name: 'Steps' }).evaluate((element) => element === document.activeElement))
  await page.goBack()
  await page.getByText('Question 1 of 8').waitFor()
  for (const { id } of QUESTIONS) {
    await page.goto(`${web.origin}/1.2/index.html#question/checks/${id}`)
    await page.reload()
    await page.getByText(/^Question \d of 8$/).waitFor()
    await sound()
    await press(page, 'Check my answer')
    await page.getByText('Answer the question, then check your answer').first().waitFor()
    await sound()
  }
  await page.goto(`${web.origin}/1.2/index.html#end`)
  await heading(page, 'Not completed yet').waitFor()
  await sound()
  assert.deepEqual(complaints, [])
})

test('without script all of it can be read', async (t) => {
  const page = await openPage(browser, { javaScriptEnabled: false })
  t.after(() => page.context().close())
  await page.goto(`${web.origin}/2004/index.html`)
  await page.getByText('nothing you do here is recorded').waitFor()
  for (const name of ['The plan', 'The review', /What will you do/]) assert.ok(await page.getByRole('heading', { level: 1, name }).isVisible())
  await page.getByRole('link', { name: 'The review' }).first().click()
  assert.match(page.url(), /#review$/)
})
