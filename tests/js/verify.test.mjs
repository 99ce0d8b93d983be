import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toBase64url, utf8 } from '../../themes/signpost/components/record/encoding.mjs'
import { dayInWords, dayOfMoment, isDay, momentInWords, sinceInWords } from '../../themes/signpost/components/record/dates.mjs'
import { signJws } from '../../themes/signpost/components/record/jws.mjs'
import { codeIn, factsInWords, findCertificate, isNumberOfCertificate } from '../../themes/signpost/components/verify/certificate.mjs'
import { judge, statusIdOf } from '../../themes/signpost/components/verify/verdict.mjs'

const INBOX = 'https://inbox.example'
const ISSUED_AT = Date.UTC(2026, 2, 3, 12) / 1000
const NOW = Date.UTC(2026, 10, 25) / 1000

async function newKey(kid, nbf = 0, exp = 0) {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return { privateKey: pair.privateKey, jwk: { kty: 'EC', crv: 'P-256', x, y, kid, nbf, exp } }
}

const board = await newKey('board-2026')
const stranger = await newKey('board-2026')

const FACTS = {
  iss: INBOX, jti: '2345-6789-ABCD-EFGH', nam: 'Zoë O’Neill', wb: 'early-help-awareness/3', agy: 'Example School',
  job: 'Teacher', cap: 'manager', dat: '2026-03-03', iat: ISSUED_AT,
}

const certificateOf = (facts = {}, header = {}, key = board) =>
  signJws({ alg: 'ES256', typ: 'mars-cert+jwt', kid: 'board-2026', ...header }, { ...FACTS, ...facts }, key.privateKey)

const statusOf = (revoked = [], changes = {}, header = {}, key = board) =>
  signJws(
    { alg: 'ES256', typ: 'mars-status+jws', kid: 'board-2026', ...header },
    { v: 1, iss: INBOX, iat: NOW - 60, exp: NOW + 7 * 86400, revoked, ...changes },
    key.privateKey,
  )

const withdrawn = async (on = '2026-04-01') => [{ id: await statusIdOf(FACTS.jti), on }]

async function verdictOf(code, { keys = [board.jwk], isFresh = true, status, inbox = INBOX } = {}) {
  const info = { inbox, keys: { keys } }
  const list = status === undefined ? await statusOf() : status
  const world = { site: async () => ({ info, isFresh }), status: async () => list, now: NOW, pageDay: '1 March 2026' }
  const { verdict, sentence, reason } = await judge(code, world)
  return [verdict, sentence, reason]
}

const GENUINE = [1, 'Genuine and current.', '']
const CANNOT_TELL = [5, 'Genuine; cannot check withdrawal now.', '']
const notGenuine = (reason) => [4, 'Not genuine.', reason]

test('genuine and current', async () => {
  assert.deepEqual(await verdictOf(await certificateOf()), GENUINE)
  assert.deepEqual(await verdictOf(await certificateOf({ exp: NOW + 1 })), GENUINE)
})

test('expired and withdrawn are said with their day, and withdrawn outweighs', async () => {
  const expired = { exp: Date.UTC(2026, 2, 3, 23, 59, 59) / 1000 }
  assert.deepEqual(await verdictOf(await certificateOf(expired)), [2, 'Genuine, expired on 3 March 2026.', ''])
  assert.deepEqual(await verdictOf(await certificateOf({ exp: Date.UTC(2026, 6, 3, 23) / 1000 })), [2, 'Genuine, expired on 3 July 2026.', ''])
  assert.deepEqual(await verdictOf(await certificateOf(expired), { status: null }), [2, 'Genuine, expired on 3 March 2026.', ''])
  const status = await statusOf(await withdrawn())
  assert.deepEqual(await verdictOf(await certificateOf(), { status }), [3, 'Genuine, withdrawn on 1 April 2026.', ''])
  assert.deepEqual(await verdictOf(await certificateOf(expired), { status }), [3, 'Genuine, withdrawn on 1 April 2026.', ''])
})

test('each letter of the code counts', async () => {
  const code = await certificateOf()
  for (let at = 0; at < code.length; at += 1) {
    const other = code[at] === '.' ? 'A' : code[at] === 'A' ? 'B' : 'A'
    const [verdict] = await verdictOf(code.slice(0, at) + other + code.slice(at + 1))
    assert.equal(verdict, 4, `letter ${at}`)
  }
  for (const other of [`${code}A`, code.slice(0, -1), `${code}.`, '']) assert.equal((await verdictOf(other))[0], 4)
})

test('a header says exactly what the board says', async () => {
  for (const header of [{ typ: 'JWT' }, { alg: 'none' }, { alg: 'es256' }, { jwk: board.jwk }, { crit: [] }, { kid: 7 }, { kid: undefined }]) {
    assert.deepEqual(await verdictOf(await certificateOf({}, header)), notGenuine('unreadable'), JSON.stringify(header))
  }
})

test('a payload has exactly its members', async () => {
  const bad = [
    { jti: '2345-6789-ABCD-EFG0' }, { jti: '2345-6789' }, { wb: 'early-help-awareness' }, { wb: '../x/1' }, { dat: '2026-02-30' }, { dat: '3 March' },
    { iat: '1' }, { iat: 1.5 }, { exp: 'never' }, { exp: null }, { nam: 7 }, { cap: undefined }, { more: 'x' },
  ]
  for (const facts of bad) assert.deepEqual(await verdictOf(await certificateOf(facts)), notGenuine('unreadable'), JSON.stringify(facts))
})

test('another key, another board, another time', async () => {
  assert.deepEqual(await verdictOf(await certificateOf({}, {}, stranger)), notGenuine('altered'))
  assert.deepEqual(await verdictOf(await certificateOf({ iss: 'https://elsewhere.example' })), notGenuine('another-board'))
  assert.deepEqual(await verdictOf(await certificateOf(), { inbox: null }), notGenuine('another-board'))
  const window = (nbf, exp) => ({ keys: [{ ...board.jwk, nbf, exp }] })
  assert.deepEqual(await verdictOf(await certificateOf(), window(ISSUED_AT + 1, 0)), notGenuine('another-board'))
  assert.deepEqual(await verdictOf(await certificateOf(), window(0, ISSUED_AT)), notGenuine('another-board'))
  // Retired since: what it signed before still counts, though not the status list of today.
  assert.deepEqual(await verdictOf(await certificateOf(), window(ISSUED_AT, ISSUED_AT + 1)), CANNOT_TELL)
})

test('a key that is not known is no proof, unless the page could not ask', async () => {
  const code = await certificateOf({}, { kid: 'board-2027' })
  assert.deepEqual(await verdictOf(code), notGenuine('unknown-key'))
  const words = 'Cannot check: this copy of the page is from 1 March 2026 and does not know the key board-2027; open it when online.'
  assert.deepEqual(await verdictOf(code, { isFresh: false }), [6, words, 'offline'])
  // A known key is enough without a network.
  assert.deepEqual(await verdictOf(await certificateOf(), { isFresh: false, status: null }), CANNOT_TELL)
  assert.deepEqual(await verdictOf(await certificateOf({}, {}, stranger), { isFresh: false }), notGenuine('altered'))
})

test('a status list that cannot be trusted is none', async () => {
  const revoked = await withdrawn()
  const lists = [
    null, '', 'x',
    await statusOf(revoked, { exp: NOW }),
    await statusOf(revoked, { iss: 'https://elsewhere.example' }),
    await statusOf(revoked, { v: 2 }),
    await statusOf(revoked, { revoked: undefined }),
    await statusOf(revoked, {}, { typ: 'JWT' }),
    await statusOf(revoked, {}, { kid: 'board-2027' }),
    await statusOf(revoked, {}, {}, stranger),
  ]
  for (const status of lists) assert.deepEqual(await verdictOf(await certificateOf(), { status }), CANNOT_TELL)
  assert.deepEqual(await verdictOf(await certificateOf(), { status: `${await statusOf()}\n` }), GENUINE)
})

test('a long status list is read', async () => {
  const revoked = Array.from({ length: 5000 }, (_, n) => ({ id: toBase64url(utf8(`list entry ${n}`.padEnd(16))), on: '2026-04-01' }))
  assert.deepEqual(await verdictOf(await certificateOf(), { status: await statusOf([...revoked, ...(await withdrawn())]) }), [
    3, 'Genuine, withdrawn on 1 April 2026.', '',
  ])
})

test('the id in a status list is made of the number', async () => {
  assert.equal(await statusIdOf('2345-6789-ABCD-EFGH'), 'fM2dEy1kEUls-HjdMQbvwA')
})

test('the code is found in what was pasted', () => {
  assert.equal(codeIn(' eyJ.a.b \n'), 'eyJ.a.b')
  assert.equal(codeIn('https://earlyhelp.example/verify/#c=eyJ\n.a.b'), 'eyJ.a.b')
  assert.ok(isNumberOfCertificate('2345-6789-ABCD-EFGH'))
  assert.ok(!isNumberOfCertificate('2345-6789-ABCD-EFG1'))
})

test('the certificate is found in a file, and only one is believed', async () => {
  const code = await certificateOf()
  const other = await certificateOf({ nam: 'Somebody Else' })
  const file = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))))
  const noise = Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 97) % 256))
  assert.deepEqual(findCertificate(file('%PDF-1.7\n', noise, '\nstream\n', code, '\nendstream\n', noise)), { code, isOne: true })
  assert.deepEqual(findCertificate(file('#c=', code, ') (', code, ' ')), { code, isOne: true })
  assert.deepEqual(findCertificate(file(code, '\n', other)), { code: null, isOne: false })
  // A changed header makes it unreadable; it is not passed over for an unchanged copy elsewhere.
  assert.deepEqual(findCertificate(file(code, '\n', `eyJA${code.slice(4)}`)), { code: null, isOne: false })
  assert.deepEqual(findCertificate(file('%PDF-1.7\n', noise)), { code: null, isOne: true })
  const receipt = await certificateOf({}, { typ: 'mars-receipt+jws' })
  assert.deepEqual(findCertificate(file(receipt, '\n', code)), { code, isOne: true })
  assert.deepEqual(findCertificate(file('eyJ.eyJ.x', '\n', code)), { code, isOne: true })
})

test('the facts are said in words', () => {
  const workbooks = [{ id: 'early-help-awareness', title: 'Early Help Awareness' }]
  assert.equal(factsInWords(FACTS, { workbooks }).workbook, 'Early Help Awareness, version 3')
  assert.equal(factsInWords(FACTS, {}).workbook, 'early-help-awareness/3')
  assert.equal(factsInWords(FACTS, {}).date, '3 March 2026')
})

test('days are days in the United Kingdom', () => {
  assert.equal(dayInWords('2026-03-03'), '3 March 2026')
  assert.equal(dayInWords('someday'), 'someday')
  assert.equal(dayOfMoment(Date.UTC(2026, 5, 30, 23, 30) / 1000), '1 July 2026')
  assert.equal(momentInWords(Date.UTC(2026, 11, 31, 0, 5) / 1000), '31 December 2026 at 00:05')
  assert.ok(isDay('2028-02-29'))
  assert.ok(!isDay('2026-02-29'))
})

test('since when is said by the weekday for six days, then by the day', () => {
  // Thursday, 31 December 2026, five minutes past midnight in London.
  const since = Date.UTC(2026, 11, 31, 0, 5) / 1000
  const words = (nDays, seconds = 0) => sinceInWords(since, since + nDays * 86_400 + seconds)
  assert.deepEqual([words(0), words(0, 86_000), words(1), words(6), words(7)], ['today', 'today', 'Thursday', 'Thursday', '31 December 2026'])
  assert.equal(words(-1), 'today', 'a clock that is behind')
  // Six days later by the calendar, in summer time, though not quite six times 24 hours.
  assert.equal(sinceInWords(Date.UTC(2026, 5, 1, 23, 30) / 1000, Date.UTC(2026, 5, 7, 22, 59) / 1000), 'Tuesday')
})
