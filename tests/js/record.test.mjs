import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonical } from '../../themes/signpost/components/record/canonical.mjs'
import { digestOf, fromBase64url, randomBytes, textOf, toBase64url, utf8 } from '../../themes/signpost/components/record/encoding.mjs'
import { parseStrict } from '../../themes/signpost/components/record/json.mjs'
import { parseJws, publicJwk, signJws, verifyJws } from '../../themes/signpost/components/record/jws.mjs'
import { referenceOf } from '../../themes/signpost/components/record/reference.mjs'
import { openSeal, seal } from '../../themes/signpost/components/record/seal.mjs'
import { isAddress, lengthOf, mailboxOf, tidy, tidyAddress, tidyAnswer } from '../../themes/signpost/components/record/text.mjs'

const RID = '00000000-0000-4000-8000-000000000000'
const P256 = { name: 'ECDSA', namedCurve: 'P-256' }

test('a reference is the one that the records page gives', async () => {
  assert.equal(await referenceOf(RID), 'MARS-VG27-DS92')
})

test('base64url has one spelling for each bytes', () => {
  for (const n of [0, 1, 2, 3, 31, 32, 20_000]) {
    const bytes = randomBytes(n)
    assert.deepEqual(fromBase64url(toBase64url(bytes)), bytes)
  }
  assert.equal(toBase64url(new Uint8Array([251, 255])), '-_8')
  for (const wrong of ['-_8=', '-_9', '+/8', 'A', 'a b', 'AA\n']) assert.throws(() => fromBase64url(wrong), undefined, wrong)
})

test('bytes that are no UTF-8 are no text, and a byte-order mark is kept', () => {
  assert.throws(() => textOf(new Uint8Array([0xff])))
  assert.equal(textOf(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])), '\ufeffa')
})

test('a digest is written as the records write it', async () => {
  assert.equal(await digestOf(utf8('')), 'sha-256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU')
})

test('canonical JSON sorts names by their units and writes text as text', () => {
  assert.equal(canonical({ b: [1, true, null], a: 'é“\n\u001f\u{1f600}' }), '{"a":"é“\\n\\u001f\u{1f600}","b":[1,true,null]}')
  assert.equal(canonical({ '\ufb33': 1, '\u{1f600}': 2, '\r': 3, 1: 4 }), '{"\\r":3,"1":4,"\u{1f600}":2,"\ufb33":1}')
  for (const wrong of [1.5, undefined, NaN, 2 ** 53, '\ud800', { a: undefined }, [, 1], new Date(0), () => 1]) {
    assert.throws(() => canonical(wrong), TypeError)
  }
})

test('JSON that repeats a member is refused at any depth', () => {
  assert.deepEqual(parseStrict('{"a":{"b":1},"b":["}{",{"a":2}]}'), { a: { b: 1 }, b: ['}{', { a: 2 }] })
  assert.deepEqual(parseStrict('[{"a":1},{"a":2}]'), [{ a: 1 }, { a: 2 }])
  for (const wrong of ['{"a":1,"a":1}', '{"x":[{"a":1,"\\u0061":2}]}', '{"a":{"b":1,"b":2}}', '"\\ud800"', '\ufeff{}', '{} {}', '']) {
    assert.throws(() => parseStrict(wrong), SyntaxError, wrong)
  }
})

test('what was signed verifies by its key alone', async () => {
  const pair = await crypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
  assert.deepEqual(Object.keys(publicJwk(jwk)), ['kty', 'crv', 'x', 'y'])
  const compact = await signJws({ alg: 'ES256', typ: 'mars-submission+jws' }, { name: 'Zoë' }, pair.privateKey)
  const parsed = parseJws(compact)
  assert.deepEqual(parsed.payload, { name: 'Zoë' })
  assert.equal(parsed.payloadText, '{"name":"Zoë"}', 'UTF-8 and no escapes')
  assert.equal(parsed.signature.length, 64)
  assert.ok(await verifyJws(parsed, jwk))

  const other = await crypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  assert.equal(await verifyJws(parsed, await crypto.subtle.exportKey('jwk', other.publicKey)), false)
  assert.equal(await verifyJws({ ...parsed, signed: parsed.signed.replace('.', '.A') }, jwk), false)
  assert.equal(await verifyJws(parsed, { x: 'AA', y: 'AA' }), false)
})

test('a signed text is read strictly', () => {
  const part = (text) => toBase64url(utf8(text))
  const whole = [part('{"alg":"ES256"}'), part('{}'), 'AA'].join('.')
  assert.deepEqual(parseJws(whole).header, { alg: 'ES256' })
  for (const wrong of [
    `${whole}.AA`,
    'e30.e30',
    `${part('{"a":1,"a":2}')}.e30.AA`,
    `e30.${part('[]')}.AA`,
    `e30.${part('null')}.AA`,
    `e30.${toBase64url(new Uint8Array([0xff]))}.AA`,
    'e30.e30=.AA',
    'e30.e30.AB',
    `e30.${part(`{"a":"${'x'.repeat(7000)}"}`)}.AA`,
  ]) {
    assert.throws(() => parseJws(wrong), undefined, wrong.slice(0, 60))
  }
  assert.ok(parseJws(`e30.${part(`{"a":"${'x'.repeat(7000)}"}`)}.AA`, 1024 * 1024))
})

test('a seal opens by its key, for its record, unaltered', async () => {
  const sealed = await seal('an answer', RID)
  assert.deepEqual([fromBase64url(sealed.key).length, fromBase64url(sealed.iv).length], [32, 12])
  assert.equal(await openSeal(sealed, sealed.key, RID), 'an answer')
  await assert.rejects(openSeal(sealed, sealed.key, RID.replace(/0$/, '1')))
  await assert.rejects(openSeal(sealed, (await seal('', RID)).key, RID))
  const altered = fromBase64url(sealed.ciphertext)
  altered[0] ^= 1
  await assert.rejects(openSeal({ ...sealed, ciphertext: toBase64url(altered) }, sealed.key, RID))
  assert.notEqual((await seal('an answer', RID)).key, sealed.key)
})

test('names are tidied to what the inbox takes', () => {
  for (const [typed, tidied] of [
    ['  Zoe\u0308 O’Neil \u00a0', 'Zoë O’Neil'],
    ['Anne\tMarie\r\nBell', 'Anne Marie Bell'],
    ['\u202eeman\u202c\u200e', 'eman'],
    ['a\u0000b\u0085c\ud800d', 'ab cd'],
    ['क्\u200dष', 'क्\u200dष'],
    ['\u{1f600}', '\u{1f600}'],
    ['\u2028 \ufeff', ''],
  ]) {
    assert.equal(tidy(typed), tidied)
    assert.equal(tidy(tidied), tidied, 'once is enough')
  }
  assert.equal(lengthOf('\u{1f600}'), 2)
})

test('answers keep their lines and tabs', () => {
  assert.equal(tidyAnswer('one\r\ntwo\rthree\tfour\u0000\u0007\ud800 \n'), 'one\ntwo\nthree\tfour')
  assert.equal(tidyAnswer(' \n\t'), '')
})

test('addresses are those that the inbox takes', () => {
  for (const address of ['a@b.uk', 'first.last+x@sub.school.example', "o'neil@x-1.example", `${'a'.repeat(64)}@b.uk`]) {
    assert.ok(isAddress(address), address)
  }
  for (const wrong of [
    '', 'a', '@b.uk', 'a@b', 'a@B.uk', '.a@b.uk', 'a.@b.uk', 'a..b@c.uk', 'a@-b.uk', 'a@b-.uk', 'a@b..uk', 'a@b.uk.', 'a b@c.uk', 'a@b@c.uk',
    'é@b.uk', `${'a'.repeat(65)}@b.uk`, `a@${'b'.repeat(64)}.uk`, `a@${'b.'.repeat(130)}uk`, 'a@b.uk\n',
  ]) {
    assert.equal(isAddress(wrong), false, wrong)
  }
  assert.equal(tidyAddress(' Sam.Bell@School.EXAMPLE '), 'Sam.Bell@school.example')
  assert.equal(mailboxOf('Sam+a+b@school.example'), mailboxOf('sam@school.example'))
  assert.notEqual(mailboxOf('sam@school.example'), mailboxOf('sam@office.school.example'))
})
