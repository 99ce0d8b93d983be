/** The tests' own client against itself and against published vectors, before it judges anything. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  ORDER, b64url, boardSays, decodeJws, derOf, digestOf, forged, fromB64url, headerOf, holds, jcs, makeKey, numbersOf, openSeal,
  randomBytes, referenceOf, seal, signJws, signatureOf, twinOf, withSignature,
} from './client.mjs'
import { parseMail, tokenFor } from './mail.mjs'

test('The canonical form is the one of RFC 8785, section 3.2.2', () => {
  const literals = String.raw`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`
  const expected = String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`
  assert.equal(jcs(JSON.parse(literals)), expected)
})

test('Members are sorted by their UTF-16 units, as in RFC 8785, section 3.2.3', () => {
  const unsorted = { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', 1: 'One',
    '\u{1f600}': 'Emoji: Grinning Face', '\u0080': 'Control', '\u00f6': 'Latin Small Letter O With Diaeresis' }
  assert.deepEqual(jcs(unsorted).match(/:"[^"]+/g).map((value) => value.slice(2)), ['Carriage Return', 'One', 'Control',
    'Latin Small Letter O With Diaeresis', 'Euro Sign', 'Emoji: Grinning Face', 'Hebrew Letter Dalet With Dagesh'])
})

test('A number of RFC 8785, appendix B, is written as it says, and what JSON cannot say is refused', () => {
  const double = (hex) => Buffer.from(hex, 'hex').readDoubleBE()
  const cases = { '8000000000000000': '0', '44b52d02c7e14af6': '1e+23', '3eb0c6f7a0b5ed8d': '0.000001', '4340000000000001': '9007199254740994' }
  for (const [hex, text] of Object.entries(cases)) assert.equal(jcs(double(hex)), text)
  assert.throws(() => jcs(NaN))
  assert.throws(() => jcs('\ud800'))
})

test('The digest of the empty text is the known one', () => {
  assert.equal(digestOf(''), 'sha-256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU')
})

test('The reference of the specification’s vector comes out', () => {
  assert.equal(referenceOf('00000000-0000-4000-8000-000000000000'), 'MARS-VG27-DS92')
})

test('A record holds under its own key, its twin too, and a forged one does not', async () => {
  const key = await makeKey()
  const jws = await signJws(key, headerOf(key), { v: 1, name: 'Zoë' })
  assert.deepEqual(Object.keys(decodeJws(jws).header), ['alg', 'typ', 'jwk'])
  assert.deepEqual(Object.keys(decodeJws(jws).header.jwk), ['kty', 'crv', 'x', 'y'])
  assert.equal(await holds(jws, key.jwk), true)
  const twin = twinOf(jws)
  assert.notEqual(twin, jws)
  assert.equal(numbersOf(jws).s + numbersOf(twin).s, ORDER)
  assert.equal(await holds(twin, key.jwk), true)
  assert.equal(await holds(forged(jws), key.jwk), false)
  assert.equal(await holds(jws, (await makeKey()).jwk), false)
})

test('Signatures are taken apart and put together without loss, and DER is another text', async () => {
  const key = await makeKey()
  const jws = await signJws(key, headerOf(key), {})
  assert.equal(withSignature(jws, signatureOf(numbersOf(jws))), jws)
  const der = fromB64url(derOf(jws).split('.')[2])
  assert.equal(der[0], 0x30)
  assert.equal(der.length, der[1] + 2)
  assert.equal(signatureOf({ r: 1n, s: ORDER }).length, 64)
})

test('What was sealed opens with its key and its record’s id, and with nothing else', async () => {
  const rid = '00000000-0000-4000-8000-000000000000'
  const sealed = await seal('{"answers":"Ünïcödé"}', rid)
  assert.equal(await openSeal(sealed, sealed.key, rid), '{"answers":"Ünïcödé"}')
  await assert.rejects(openSeal(sealed, b64url(randomBytes(32)), rid))
  await assert.rejects(openSeal(sealed, sealed.key, rid.replace('4', '5')))
})

test('Only an object of the board counts: its type, its header, its key and the key’s dates', async () => {
  const board = await makeKey()
  const keys = { keys: [{ ...board.jwk, kid: 'board-2026', nbf: 100, exp: 200 }] }
  const header = { alg: 'ES256', typ: 'mars-receipt+jws', kid: 'board-2026' }
  const says = async (given, payload) => boardSays(await signJws(board, given, payload), 'mars-receipt+jws', keys)
  assert.deepEqual(await says(header, { received_at: 100 }), { received_at: 100 })
  await assert.rejects(says(header, { received_at: 200 }))
  await assert.rejects(says(header, { iat: 99 }))
  await assert.rejects(says({ ...header, crit: [] }, { iat: 100 }))
  await assert.rejects(says({ ...header, kid: 'board-2025' }, { iat: 100 }))
  await assert.rejects(says({ ...header, typ: 'mars-cert+jwt' }, { iat: 100 }))
  await assert.rejects(async () => boardSays(forged(await signJws(board, header, { iat: 100 })), 'mars-receipt+jws', keys))
})

test('Letters are read in quoted-printable, in base64 and in several parts', () => {
  const mail = parseMail([
    'To: Sam =?utf-8?q?H=C3=A9ad?= <sam@school.example>', 'Subject: =?utf-8?b?UGxlYXNl?=', ' =?utf-8?b?IGRlY2lkZQ==?=',
    'Content-Type: multipart/mixed; boundary="outer"', '', 'Not read.', '--outer',
    'Content-Type: multipart/alternative; boundary=inner', '', '--inner', 'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable', '', 'One=20caf=C3=A9 #t=3Dabc=', 'def', '--inner', 'Content-Type: text/html',
    'Content-Transfer-Encoding: base64', '', Buffer.from('<p>Zoë</p>').toString('base64'), '--inner--', '--outer',
    'Content-Type: application/pdf', '', '%PDF', '--outer--', '',
  ].join('\r\n'))
  assert.equal(mail.headers.to, 'Sam Héad <sam@school.example>')
  assert.equal(mail.headers.subject, 'Please decide')
  assert.deepEqual(mail.texts.map(({ text }) => text.trim()), ['One café #t=abcdef', '<p>Zoë</p>'])
})

test('A letter is waited for, and the link in it is cut at the dot', async () => {
  const mailFolder = mkdtempSync(join(tmpdir(), 'signpost-mail-'))
  const [T, K] = [b64url(randomBytes(32)), b64url(randomBytes(32))]
  const waiting = tokenFor({ mailFolder }, 'sam@school.example')
  mkdirSync(join(mailFolder, 'new'))
  writeFileSync(join(mailFolder, 'new/1.eml'), `To: sam@school.example\r\n\r\nhttps://site.example/confirm/#t=${T}.${K}\r\n`)
  renameSync(join(mailFolder, 'new/1.eml'), join(mailFolder, '1.eml'))
  assert.deepEqual(await waiting, { T, K, link: `https://site.example/confirm/#t=${T}.${K}` })
  rmSync(mailFolder, { recursive: true })
})

test('A key that the browser made cannot be taken out of it', async () => {
  const { privateKey } = await makeKey()
  assert.equal(privateKey.extractable, false)
})
