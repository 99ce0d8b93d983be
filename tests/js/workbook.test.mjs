/** The e-workbook's rules: details, answers, drafts, the submission and its receipt. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonical } from '../../themes/signpost/components/record/canonical.mjs'
import { digestOf, fromBase64url, utf8 } from '../../themes/signpost/components/record/encoding.mjs'
import { parseJws, signJws, verifyJws } from '../../themes/signpost/components/record/jws.mjs'
import { openSeal } from '../../themes/signpost/components/record/seal.mjs'
import { newDeviceKey } from '../../themes/signpost/components/record/store.mjs'
import { marksIn, questionsOf } from '../../themes/signpost/components/workbook-after/asked.mjs'
import { readCopy } from '../../themes/signpost/components/workbook-after/copy.mjs'
import { detailsOf, faultsOfDetails, tidyDetails } from '../../themes/signpost/components/workbook/details.mjs'
import { fieldAt, partiesOf } from '../../themes/signpost/components/workbook-after/parties.mjs'
import { withChanges } from '../../themes/signpost/components/workbook/draft.mjs'
import { isSpoken } from '../../themes/signpost/components/question/hints.mjs'
import { personalDataIn } from '../../themes/signpost/components/question/personal-data.mjs'
import { nextStep, tasksOf } from '../../themes/signpost/components/workbook/overview.mjs'
import { answerInWords, finalAnswer, isEmptyAnswer, questionIn } from '../../themes/signpost/components/question/kinds.mjs'
import { isPassing, send, verifiedReceipt, waitInWords } from '../../themes/signpost/components/workbook-after/sending.mjs'
import { answersObject, makeSubmission, saysTheSame } from '../../themes/signpost/components/workbook-after/submission.mjs'
import { newRid, newSalt } from '../../themes/signpost/components/workbook/identity.mjs'

const INBOX = 'https://inbox.example'
const WORKBOOK = { id: 'early-help', version: 3, title: 'Early Help', digest: 'sha-256:x' }
const DETAILS = {
  name: 'Zoë Bell', email: 'zoe@school.example', job_title: 'Teacher', agency: 'school', agency_other: '', capacity: 'manager',
  reason: '', confirmer_name: 'Jo Hill', confirmer_email: 'jo@school.example',
}

/** As a form of the page would give it. */
function question(name, id, type, choices = []) {
  const texts = choices.map(([id, text]) => ({ textContent: text, querySelector: () => ({ value: id }) }))
  return questionIn({
    id: name,
    dataset: { question: id, type },
    querySelectorAll: (selector) => (selector === '.choice' ? texts : []),
    querySelector: (selector) => (selector === '[data-prompt]' ? { textContent: `${id}?` } : null),
  })
}

const QUESTIONS = [
  question('q1', 'plan', 'open'),
  question('q2', 'who', 'single', [['c1', 'Anyone'], ['c2', 'Nobody']]),
  question('q3', 'which', 'multi', [['c1', 'This'], ['c2', 'That']]),
]

const faults = (changes) => faultsOfDetails(tidyDetails({ ...DETAILS, ...changes })).map(({ field, fault }) => `${field} ${fault}`)

test('details are asked for by the rules of the inbox', () => {
  assert.deepEqual(faults({}), [])
  assert.deepEqual(faults({ name: ' \u200e ', email: '', agency: '' }), ['name missing', 'email missing', 'agency missing'])
  assert.deepEqual(faults({ name: 'x'.repeat(101), job_title: '\u{1f600}'.repeat(50) }), ['name long'])
  assert.deepEqual(faults({ email: 'zoe at school', confirmer_email: 'jo@school' }), ['email wrong', 'confirmer_email wrong'])
  assert.deepEqual(faults({ confirmer_email: 'ZOE+jo@School.example' }), ['confirmer_email same'])
})

test('two fields are asked for with one choice only', () => {
  assert.deepEqual(faults({ agency: 'other', capacity: 'peer' }), ['agency_other missing', 'reason missing'])
  assert.deepEqual(faults({ agency_other: 'x'.repeat(200), reason: 'x'.repeat(400) }), [])
})

test('details become parts of the record and come back', () => {
  const agencies = [{ id: 'school', name: 'A school' }]
  assert.deepEqual(partiesOf(tidyDetails({ ...DETAILS, reason: 'left over' }), agencies), {
    learner: { name: 'Zoë Bell', email: 'zoe@school.example', job_title: 'Teacher', agency: { id: 'school', name: 'A school' } },
    confirmer: { name: 'Jo Hill', email: 'jo@school.example', capacity: 'manager' },
  })
  const other = tidyDetails({ ...DETAILS, agency: 'other', agency_other: 'A club', capacity: 'peer', reason: 'No manager' })
  assert.deepEqual(detailsOf(partiesOf(other, agencies)), other)
})

test('what the inbox points to is found in the form', () => {
  assert.equal(fieldAt('/learner/email'), 'email')
  assert.equal(fieldAt('/learner/agency'), 'agency')
  assert.equal(fieldAt('/learner/agency/name'), 'agency_other')
  assert.equal(fieldAt('/confirmer/reason'), 'reason')
  for (const other of ['/learner', '/replaces', '', '/workbook']) assert.equal(fieldAt(other), undefined)
})

test('answers are tidied and told empty as the records tell it', () => {
  assert.equal(finalAnswer(QUESTIONS[0], ' one\r\n\u0007two '), 'one\ntwo')
  assert.equal(finalAnswer(QUESTIONS[0], undefined), '')
  assert.deepEqual(finalAnswer(QUESTIONS[2], 'c1'), [], 'a text is no answer to a question of many')
  assert.equal(finalAnswer(QUESTIONS[0], ['c1']), '')
  for (const empty of ['', [], ['', '']]) assert.ok(isEmptyAnswer(empty))
  for (const answer of ['0', ['', 'x']]) assert.ok(!isEmptyAnswer(answer))
  assert.equal(answerInWords(QUESTIONS[1], 'c2'), 'Nobody')
  assert.equal(answerInWords(QUESTIONS[2], ['c1', 'c2']), 'This\nThat')
  assert.equal(answerInWords(QUESTIONS[0], 'c1'), 'c1')
})

test('characters left are spoken at 200, 50 and 0, and once past the end', () => {
  for (const [before, now] of [[201, 200], [300, 199], [51, 50], [1, 0], [0, -1], [40, -5]]) assert.ok(isSpoken(before, now), `${before} ${now}`)
  for (const [before, now] of [[4000, 3999], [200, 199], [50, 49], [-1, -2], [199, 201]]) assert.ok(!isSpoken(before, now), `${before} ${now}`)
})

test('what could tell who a child is, is noticed; what guidance is full of, is not', () => {
  for (const [text, kinds] of [
    ['NHS 943 476 5919', 'nhs'],
    ['9434765919', 'nhs'],
    ['943-476-5918', ''],
    ['ring 01724 296500 or 0800 1111', ''],
    ['born 3/4/2015', 'birth'],
    ['born on 3rd March 2015', 'birth'],
    ['in DN15 6NL', 'postcode'],
    ['dn156nl, 03.04.15', 'birth postcode'],
    ['within 45 days, in 2015, levels 1-4, section 47', ''],
    ['I spoke with Mrs Okafor about it', 'name'],
    ['a boy called Kacper Nowak', 'name'],
    ['Emily Green goes to our school', 'name'],
    ['Early Help, the Family Hub and Children’s Services', ''],
    ['The Lead Professional, Dr or nurse, and North Lincolnshire Council', ''],
    ['will grace the day, a lily pond, mark the Place', ''],
  ]) {
    assert.equal(personalDataIn(text).join(' '), kinds, text)
  }
})

test('a changed answer leaves the others and the draft it came from alone', () => {
  const draft = { at: '', answers: { a: '1', b: '2' }, details: {}, marks: {} }
  const changed = withChanges(draft, [['answers.a', 'x'], ['details.name', 'Zoë'], ['marks.a', 'm1'], ['at', 'q2']])
  assert.deepEqual(changed, { at: 'q2', answers: { a: 'x', b: '2' }, details: { name: 'Zoë' }, marks: { a: 'm1' } })
  assert.deepEqual(draft.answers, { a: '1', b: '2' })
})

test('who comes back goes on at the first step not done from where they were', () => {
  const stepAfter = (answers, at, details = DETAILS) => nextStep(tasksOf({ questions: QUESTIONS, confirms: true, draft: { answers, details } }), at)
  assert.equal(stepAfter({}, 'details', {}), 'details')
  assert.equal(stepAfter({ plan: 'x' }, 'details'), 'q2')
  assert.equal(stepAfter({ plan: 'x' }, 'q3'), 'q3')
  assert.equal(stepAfter({ which: ['c1'], plan: ' ' }, 'q3'), 'q1')
  assert.equal(stepAfter({ plan: 'x', who: 'c1', which: ['c2'] }, 'q2'), 'check')
})

test('ids are UUIDs of version 4', () => {
  for (let n = 0; n < 50; n++) assert.match(newRid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(fromBase64url(newSalt()).length, 16)
})

async function submission(changes = {}) {
  const object = answersObject(WORKBOOK, QUESTIONS, { rid: newRid(), salt: newSalt(), answers: { plan: ' Für alle ', gone: 'x' } })
  const parties = partiesOf(DETAILS, [{ id: 'school', name: 'A school' }])
  const key = await newDeviceKey()
  const now = Date.UTC(2026, 5, 30, 23, 30, 0, 999)
  return { object, parties, entry: await makeSubmission({ object, parties, replaces: null, sendsAnswers: true, inbox: INBOX, key, now, ...changes }) }
}

test('a submission is what the records say, and its seal holds the very bytes of its digest', async () => {
  const { object, parties, entry } = await submission()
  const { header, payload, ...parsed } = parseJws(entry.record)
  assert.deepEqual(Object.keys(header), ['alg', 'typ', 'jwk'])
  assert.deepEqual(Object.keys(header.jwk), ['kty', 'crv', 'x', 'y'])
  assert.ok(await verifyJws(parsed, header.jwk))
  assert.deepEqual(payload, {
    v: 1, rid: object.rid, aud: INBOX, iat: Date.UTC(2026, 5, 30, 23, 30) / 1000, workbook: WORKBOOK, ...parties,
    // Summer time: in London the next day has begun.
    completed_on: '2026-07-01',
    answers: { count: 1, digest: await digestOf(utf8(canonical(object))) },
  })
  assert.deepEqual(object.answers, { plan: 'Für alle', who: '', which: '' })
  const { sealed } = entry.body
  assert.equal(await openSeal(sealed, sealed.key, entry.rid), canonical(object))
  assert.deepEqual(entry.body, { record: entry.record, sealed })
  assert.equal(entry.receipt, null)
})

test('answers stay here where the inbox takes none, and an earlier submission is named', async () => {
  const replaces = newRid()
  const { entry } = await submission({ sendsAnswers: false, replaces })
  assert.deepEqual(entry.body, { record: entry.record })
  assert.equal(parseJws(entry.record).payload.replaces, replaces)
})

test('only the same words are sent again as they are', async () => {
  const { object, parties, entry } = await submission()
  assert.ok(saysTheSame(entry, { ...object, rid: newRid() }, parties))
  assert.ok(!saysTheSame(entry, { ...object, answers: { ...object.answers, plan: 'x' } }, parties))
  assert.ok(!saysTheSame(entry, object, { ...parties, confirmer: { ...parties.confirmer, name: 'x' } }))
})

/** A board with one key, and receipts as it would write them. */
async function board() {
  const { privateKey, publicJwk } = await newDeviceKey()
  const info = { inbox: INBOX, keys: { keys: [{ ...publicJwk, kid: 'board-2026', nbf: 100, exp: 0 }] } }
  const receipt = async (entry, { payload, header } = {}) =>
    signJws({ alg: 'ES256', typ: 'mars-receipt+jws', kid: 'board-2026', ...header }, {
      v: 1, iss: INBOX, rid: entry.rid, sub_digest: await digestOf(utf8(parseJws(entry.record).payloadText)),
      reference: entry.reference, state: 'awaiting_confirmation', received_at: 200, ...payload,
    }, privateKey)
  return { info, receipt }
}

test('only a receipt of the board for this record means sent', async () => {
  const [{ info, receipt }, { entry }, other] = [await board(), await submission(), await submission()]
  const taken = async (compact, site = info) => (await verifiedReceipt(compact, entry, site)) !== null
  assert.ok(await taken(await receipt(entry)))
  assert.ok(!(await taken(await receipt(other.entry))))
  for (const payload of [{ rid: newRid() }, { iss: 'https://x.example' }, { received_at: 99 }, { received_at: '200' }, { v: 2 }, { reference: 'MARS-2222-2222' }]) {
    assert.ok(!(await taken(await receipt(entry, { payload }))), JSON.stringify(payload))
  }
  for (const header of [{ kid: 'board-2025' }, { typ: 'mars-cert+jwt' }, { crit: [] }, { alg: 'none' }]) {
    assert.ok(!(await taken(await receipt(entry, { header }))), JSON.stringify(header))
  }
  assert.ok(!(await taken(await receipt(entry), (await board()).info)), 'another board')
  const retired = { ...info, keys: { keys: [{ ...info.keys.keys[0], exp: 200 }] } }
  assert.ok(!(await taken(await receipt(entry), retired)), 'a key that was retired')
  for (const none of [undefined, '', 'a.b.c']) assert.ok(!(await taken(none)))
})

/** What `send` makes of one reply. */
async function sent(t, entry, info, status, body, headers) {
  const bodies = []
  t.mock.method(globalThis, 'fetch', async (address, options) => {
    bodies.push(`${address} ${options.body}`)
    if (!status) throw new TypeError('no network')
    return new Response(JSON.stringify(body), { status, headers })
  })
  const result = await send(entry, info)
  t.mock.restoreAll()
  return { result, bodies }
}

test('a submission is sent byte for byte, and its key is forgotten once there is a receipt', async (t) => {
  const [{ info, receipt }, { entry }] = [await board(), await submission()]
  const first = await sent(t, entry, info, 0)
  assert.deepEqual(first.result, { reason: 'unreachable' })
  const kept = structuredClone(entry)
  const second = await sent(t, kept, info, 201, { rid: entry.rid, state: 'awaiting_confirmation', receipt: await receipt(entry) })
  assert.deepEqual(second.bodies, first.bodies)
  assert.ok(first.bodies[0].startsWith(`${INBOX}/api/submissions {"record":`))
  const { body, state, sent_at } = second.result.sent
  assert.deepEqual({ body, state, sent_at }, { body: null, state: 'awaiting_confirmation', sent_at: 200_000 })
  assert.ok(!JSON.stringify(second.result).includes(entry.body.sealed.key))
  assert.deepEqual((await sent(t, entry, info, 201, { state: 'awaiting_confirmation' })).result, { reason: 'unverified' })
})

test('refusals that pass keep the submission, others end it', async (t) => {
  const [{ info }, { entry }] = [await board(), await submission()]
  for (const [status, reason, passes] of [
    [429, 'busy', true], [503, 'busy', true], [507, 'full', true], [409, 'again', false], [413, 'large', false],
    [400, 'refused', false], [401, 'refused', false], [422, 'refused', false],
  ]) {
    const { result } = await sent(t, entry, info, status, { detail: 'words', errors: [{ pointer: '/replaces', detail: 'x' }] }, { 'retry-after': '61' })
    assert.deepEqual([result.reason, result.wait, result.detail, result.errors.length], [reason, 61, 'words', 1])
    assert.equal(isPassing(result.reason), passes)
  }
  assert.deepEqual([null, 5, 60, 61, 600].map(waitInWords), ['in a minute', 'in a minute', 'in a minute', 'in 2 minutes', 'in 10 minutes'])
})

test('a saved copy gives its answers back, and details once it was sent', async () => {
  const { object, entry } = await submission()
  const copy = (changes) => new Blob([JSON.stringify({ v: 1, kind: 'workbook', object, definition: '{}', record: null, ...changes })])
  assert.deepEqual(await readCopy(copy(), 'early-help'), { answers: object.answers, details: null, marks: {} })
  const { details } = await readCopy(copy({ record: entry.record }), 'early-help')
  assert.equal(details.confirmer_email, 'jo@school.example')
  const answers = { plan: 'x', who: 3, which: [1], other: { a: 1 } }
  assert.deepEqual((await readCopy(copy({ object: { ...object, answers } }), 'early-help')).answers, { plan: 'x' })
  await assert.rejects(readCopy(copy(), 'another'), /^Error: other$/)
  for (const wrong of [copy({ kind: 'x' }), copy({ object: null }), new Blob(['{']), new Blob(['x'.repeat(600_000)])]) {
    await assert.rejects(readCopy(wrong, 'early-help'), /^Error: wrong$/)
  }
})

const ASKED = {
  questions: [
    { id: 'a', type: 'match', prompt: 'Pair?\n\nA case.', left: [{ id: 'l1', text: 'Cat' }], right: [{ id: 'r1', text: 'Mew' }], look_for: ['x'] },
    { id: 'gone', type: 'order', prompt: 'Sort', choices: [{ id: 'c1', text: 'Ask' }, { id: 'c2', text: 'Act' }] },
  ],
}

test('what was sent is read with the questions that were asked then', () => {
  const entry = { workbook: { digest: 'old' }, definition: JSON.stringify(ASKED) }
  assert.equal(questionsOf(entry, QUESTIONS, 'old'), QUESTIONS, 'the page asks the same')
  assert.equal(questionsOf({ workbook: { digest: 'old' } }, QUESTIONS, 'new'), QUESTIONS, 'nothing else is known')
  const [pair, gone] = questionsOf(entry, QUESTIONS, 'new')
  assert.deepEqual([pair.name, pair.prompt, answerInWords(pair, ['r1'])], ['q1', 'Pair?', 'Cat: Mew'])
  assert.deepEqual([gone.name, answerInWords(gone, ['c2', 'c1'])], ['q2', '1. Act\n2. Ask'])
})

test('a question has another mark once it asks something else, and the same when only its points are others', async () => {
  const marks = await marksIn(JSON.stringify(ASKED))
  assert.match(marks.a, /^[\w-]{8}$/)
  const changed = structuredClone(ASKED)
  changed.questions[0].look_for = ['y']
  changed.questions[1].choices.reverse()
  const later = await marksIn(JSON.stringify(changed))
  assert.equal(later.a, marks.a)
  assert.notEqual(later.gone, marks.gone)
  assert.deepEqual(await marksIn(undefined), {})
})
