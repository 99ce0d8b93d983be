import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerInLines, answersFit, countAnswered, expectedAnswer, listOf } from '../../themes/signpost/components/confirm/answers.mjs'
import { pageOf } from '../../themes/signpost/components/confirm/passages.mjs'
import { codeInAddress, readCode } from '../../themes/signpost/components/confirm/code.mjs'
import { isSameDecision } from '../../themes/signpost/components/confirm/decision.mjs'
import { Unusable, maskAddress, openAnswers, readDefinition, readRecord, readWorkbookFile } from '../../themes/signpost/components/confirm/request.mjs'
import { problemsIn } from '../../themes/signpost/components/confirm/sending.mjs'
import { canonical } from '../../themes/signpost/components/record/canonical.mjs'
import { digestOf, utf8 } from '../../themes/signpost/components/record/encoding.mjs'
import { signJws } from '../../themes/signpost/components/record/jws.mjs'
import { seal } from '../../themes/signpost/components/record/seal.mjs'
import { stateInWords } from '../../themes/signpost/components/record/states.mjs'

const T = 'T'.repeat(43)
const K = 'k_-'.repeat(14) + 'A'

test('a code is read as people paste it', () => {
  const whole = { token: T, key: K }
  assert.deepEqual(readCode(`${T}.${K}`), whole)
  assert.deepEqual(readCode(`  ${T}.\n${K.slice(0, 20)}\r\n ${K.slice(20)} `), whole)
  assert.deepEqual(readCode(`https://earlyhelp.example/confirm/#t=${T}.${K}`), whole)
  assert.deepEqual(readCode(T), { token: T, key: null })
  for (const cut of ['', T.slice(1), `${T}.`, `${T}.${K.slice(1)}`, `${T}.${K}.${K}`, `${T}.${K.slice(1)}!`, 'MARS-VG27-DS92']) {
    assert.equal(readCode(cut), null, cut)
  }
})

test('only a fragment that says so holds a code', () => {
  assert.equal(codeInAddress(`#t=${T}`), T)
  assert.equal(codeInAddress('#decide'), null)
  assert.equal(codeInAddress('#t='), '')
})

const QUESTIONS = [
  { id: 'open', type: 'open', prompt: 'Why?' },
  { id: 'one', type: 'single', prompt: 'Which?', choices: [{ id: 'c1', text: 'Tea', correct: true }, { id: 'c2', text: 'Milk' }] },
  { id: 'some', type: 'multi', prompt: 'Which?', choices: [{ id: 'c1', text: 'Tea' }, { id: 'c2', text: 'Milk' }] },
  { id: 'sure', type: 'true_false', prompt: 'Is it?' },
  { id: 'first', type: 'order', prompt: 'Sort', choices: [{ id: 'c1', text: 'Ask' }, { id: 'c2', text: 'Act' }] },
  { id: 'pairs', type: 'match', prompt: 'Pair', left: [{ id: 'l1', text: 'Cat' }, { id: 'l2', text: 'Cow' }], right: [{ id: 'r1', text: 'Mew' }] },
]
const ANSWERS = { open: 'Because.\nSo.', one: 'c2', some: ['c1', 'c2'], sure: 'true', first: ['c2', 'c1'], pairs: ['r1', ''] }
const EMPTY = { open: '', one: '', some: [], sure: '', first: '', pairs: ['', ''] }

test('answers are read in words', () => {
  const words = { yes: 'True', no: 'False', none: 'not answered' }
  const lines = QUESTIONS.map((question) => answerInLines(question, ANSWERS[question.id], words).join(' | '))
  assert.deepEqual(lines, ['Because. | So.', 'Milk', 'Tea | Milk', 'True', 'Act | Ask', 'Cat: Mew | Cow: not answered'])
  for (const question of QUESTIONS) assert.deepEqual(answerInLines(question, EMPTY[question.id], words), [], question.id)
  assert.deepEqual(QUESTIONS.map(listOf), ['', '', 'ul', '', 'ol', 'ul'])
})

test('what is expected is said where the definition or the site knows it', () => {
  const [open, one, , sure, first, pairs] = QUESTIONS
  const some = { type: 'multi', choices: [{ id: 'c1', correct: true }, { id: 'c2' }, { id: 'c3', correct: true }] }
  assert.deepEqual([open, one, some, sure, first, pairs].map((question) => expectedAnswer(question)), [null, 'c1', ['c1', 'c3'], null, ['c1', 'c2'], null])
  assert.equal(expectedAnswer(sure, 'false'), 'false')
  assert.deepEqual(expectedAnswer(pairs, ['r1', 'r1']), ['r1', 'r1'])
  assert.equal(expectedAnswer({ type: 'number' }, [20, 0.5]), '20')
  assert.equal(expectedAnswer({ type: 'short' }, ['lead professional', 'lead']), 'lead professional')
})

test('a question without its passage leads to its page', () => {
  assert.deepEqual(pageOf('guidance/plan.md#who'), { title: '', page: 'guidance/plan/', anchor: 'who', html: '' })
  assert.deepEqual(pageOf('guidance/index.md'), { title: '', page: 'guidance/', anchor: '', html: '' })
  assert.equal(pageOf('index.md').page, '')
  for (const other of ['../plan.md', '/plan.md', 'https://elsewhere.example/plan.md', 'plan', 'javascript:x.md']) assert.equal(pageOf(other), null, other)
})

test('empty answers are not counted', () => {
  assert.equal(countAnswered(ANSWERS), 6)
  assert.equal(countAnswered(EMPTY), 0)
})

test('answers fit the questions, each one and no other', () => {
  assert.ok(answersFit(QUESTIONS, ANSWERS))
  assert.ok(answersFit(QUESTIONS, EMPTY))
  const misfits = [
    null, [], 'x',
    { ...ANSWERS, more: 'x' },
    { ...ANSWERS, open: ['x'] },
    { ...ANSWERS, open: 7 },
    { ...ANSWERS, one: 'c3' },
    { ...ANSWERS, some: ['c3'] },
    { ...ANSWERS, some: [1] },
    { ...ANSWERS, sure: 'yes' },
    { ...ANSWERS, pairs: ['r2', ''] },
    (({ open, ...rest }) => ({ ...rest, other: open }))(ANSWERS),
  ]
  for (const answers of misfits) assert.equal(answersFit(QUESTIONS, answers), false, JSON.stringify(answers))
})

/** A submission as a learner's browser makes it, and its parts. */
async function submitted(changes = {}) {
  const rid = '3b241101-e2bb-4255-8caf-4136c566a962'
  const definition = { v: 1, id: 'w', version: 3, title: 'W', answers_on_server: true, questions: QUESTIONS }
  const definitionText = canonical(definition)
  const workbook = { id: 'w', version: 3, title: 'W', digest: await digestOf(utf8(definitionText)) }
  const object = { v: 1, rid, workbook, salt: 'AAAAAAAAAAAAAAAAAAAAAA', answers: ANSWERS, ...changes.object }
  const text = canonical(object)
  const payload = {
    v: 1, rid, aud: 'https://inbox.example', iat: 1, workbook,
    learner: { name: 'Zoë', email: 'z@school.example', job_title: 'Teacher', agency: { id: 'school', name: 'School' } },
    completed_on: '2026-03-03',
    answers: { count: 6, digest: await digestOf(utf8(text)), ...changes.answers },
    confirmer: { name: 'Ann', email: 'ann@school.example', capacity: 'manager' },
  }
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey)
  const header = { alg: 'ES256', typ: 'mars-submission+jws', jwk: { kty: 'EC', crv: 'P-256', x, y }, ...changes.header }
  const jws = await signJws(header, payload, keys.privateKey)
  const { key, ...sealed } = await seal(text, rid)
  return { jws, payload, definition, definitionText, workbook, object, text, key, sealed }
}

const refused = (work, reason) => assert.rejects(work, (error) => error instanceof Unusable && error.reason === reason)

test('what was signed and sealed is opened', async () => {
  const { jws, payload, definition, definitionText, workbook, key, sealed } = await submitted()
  assert.deepEqual(await readRecord(jws), payload)
  assert.deepEqual(await readDefinition(definitionText, workbook), definition)
  assert.deepEqual((await openAnswers(sealed, key, { record: payload, definition })).answers, ANSWERS)
})

test('a record that was changed, or is none, is refused', async () => {
  const { jws } = await submitted()
  const [header, payload, signature] = jws.split('.')
  const flipped = (text) => text.slice(0, -5) + (text.at(-5) === 'A' ? 'B' : 'A') + text.slice(-4)
  for (const bad of ['', 'x', `${header}.${flipped(payload)}.${signature}`, `${header}.${payload}.${flipped(signature)}`, `${header}.${payload}`]) {
    await refused(readRecord(bad), 'altered')
  }
  await refused(readRecord((await submitted({ header: { typ: 'mars-request+jws' } })).jws), 'altered')
  await refused(readRecord((await submitted({ header: { kid: 'x' } })).jws), 'altered')
})

test('another definition than the one answered is refused', async () => {
  const { definitionText, workbook } = await submitted()
  await refused(readDefinition(`${definitionText} `, workbook), 'definition')
  await refused(readDefinition(definitionText, { ...workbook, version: 4 }), 'definition')
})

test('answers that are not the ones signed for are refused', async () => {
  const { payload: record, definition, key, sealed } = await submitted()
  const other = await submitted({ object: { salt: 'BBBBBBBBBBBBBBBBBBBBBA' } })
  await refused(openAnswers(sealed, other.key, { record, definition }), 'damaged')
  await refused(openAnswers(other.sealed, other.key, { record, definition }), 'damaged')
  await refused(openAnswers(sealed, key, { record: { ...record, rid: '3b241101-e2bb-4255-8caf-4136c566a963' }, definition }), 'damaged')
  await refused(openAnswers(sealed, 'short', { record, definition }), 'damaged')
})

test('each promise about the answers is checked by itself', async () => {
  const lies = [
    { answers: { count: 5 } },
    { object: { rid: '3b241101-e2bb-4255-8caf-4136c566a963' } },
    { object: { workbook: { id: 'w', version: 2, title: 'W', digest: 'x' } } },
    { object: { answers: { ...ANSWERS, one: 'c3' } } },
    { object: { v: 2 } },
  ]
  for (const lie of lies) {
    const { payload: record, definition, key, sealed } = await submitted(lie)
    await refused(openAnswers(sealed, key, { record, definition }), 'damaged')
  }
})

test('a learner’s file is opened, sent or not', async () => {
  const { jws, payload, definitionText, object } = await submitted()
  const file = { v: 1, kind: 'workbook', object, definition: definitionText, record: jws }
  const opened = await readWorkbookFile(`\ufeff${JSON.stringify(file, null, 2)}`)
  assert.deepEqual(opened.record, payload)
  assert.deepEqual(opened.object, object)
  const unsent = await readWorkbookFile(JSON.stringify({ ...file, record: null }))
  assert.equal(unsent.record, null)
  const broken = [
    ['', 'not-workbook'], ['[]', 'not-workbook'], ['null', 'not-workbook'],
    [{ ...file, kind: 'quiz' }, 'not-workbook'],
    [{ ...file, object: null }, 'not-workbook'],
    [{ ...file, definition: `${definitionText} ` }, 'definition'],
    [{ ...file, record: 'x' }, 'altered'],
    [{ ...file, object: { ...object, answers: { ...ANSWERS, open: 'Mended' } } }, 'damaged'],
    [{ ...file, record: null, object: { ...object, answers: {} } }, 'damaged'],
  ]
  for (const [bad, reason] of broken) await refused(readWorkbookFile(typeof bad === 'string' ? bad : JSON.stringify(bad)), reason)
})

test('an address is masked', () => {
  assert.equal(maskAddress('ann.lee@school.example'), 'a…@school.example')
})

test('our own decision, found at the inbox, is told from another', () => {
  const sent = { decision: 'confirmed', typed_name: 'Ann Lee' }
  const refusal = { type: 'urn:signpost:decided', decision: 'confirmed', at: 1, by: 'Ann Lee' }
  assert.ok(isSameDecision(refusal, sent))
  assert.ok(!isSameDecision({ ...refusal, by: 'Bob' }, sent))
  assert.ok(!isSameDecision({ ...refusal, decision: 'returned' }, sent))
  assert.ok(!isSameDecision({ type: 'urn:signpost:conflict', detail: 'withdrawn' }, sent))
})

test('a refused body is told at its fields', () => {
  const body = { errors: [{ pointer: '/email', detail: 'not of the agency' }, { pointer: '/token', detail: 'odd' }] }
  const fieldAt = (pointer) => ({ '/email': 'E' })[pointer]
  assert.deepEqual(problemsIn({ status: 422, body }, fieldAt), [{ field: 'E', message: 'not of the agency' }])
  assert.deepEqual(problemsIn({ status: 409, body }, fieldAt), [])
  assert.deepEqual(problemsIn({ status: 422, body: {} }, fieldAt), [])
})

test('every state has words, and a name stays as it was typed', () => {
  assert.equal(stateInWords('awaiting_confirmation', '$& Ann', 'Tuesday'), 'Sent. Waiting for $& Ann since Tuesday')
  assert.equal(stateInWords('awaiting_confirmation', '', 'today'), 'Sent. Waiting for your manager since today')
  assert.equal(stateInWords('issued', 'Ann'), 'Confirmed. Certificate issued')
  assert.equal(stateInWords('constructor', 'Ann'), 'Unknown. Ask the MARS team')
})

test('a definition made by anybody is looked at before it is drawn', async () => {
  const strange = [
    {}, { questions: 'x' }, { questions: [7] }, { questions: [{ id: 'a', type: 'open' }] },
    { questions: [{ id: 'a', type: 'open', prompt: 'P', look_for: 'x' }] },
    { questions: [{ id: 'a', type: 'single', prompt: 'P', choices: [{ id: 'c1' }] }] },
  ]
  for (const members of strange) {
    const text = JSON.stringify({ id: 'w', version: 3, title: 'W', ...members })
    const workbook = { id: 'w', version: 3, title: 'W', digest: await digestOf(utf8(text)) }
    await refused(readDefinition(text, workbook), 'definition')
  }
})
