/** Every trick with a JWS: its header, its key, its encoding, its length and its signature. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  ORDER,
  b64url,
  bodyOf,
  derOf,
  forged,
  fromB64url,
  headerOf,
  makeKey,
  newDraft,
  numbersOf,
  signJws,
  signParts,
  signatureOf,
  withSignature,
} from './client.mjs'
import { assertAnswered, assertRefused, post } from './http.mjs'
import { startSignpost } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

/** Posts a draft whose record was made in another way. */
async function postRecord(make) {
  const draft = await newDraft(site)
  const { record, ...rest } = await bodyOf(draft)
  return post(site, '/api/submissions', { record: await make(draft, record), ...rest })
}

/** Posts a draft under such a header, signed honestly. */
const underHeader = (make) =>
  postRecord(({ key, payload }) => {
    const header = make(headerOf(key), key)
    return signJws(key, header, payload)
  })

const HEADER_FAULTS = {
  'a member crit': (header) => ({ ...header, crit: ['exp'] }),
  'a member kid': (header) => ({ ...header, kid: 'board-2026' }),
  'a member x5u': (header) => ({ ...header, x5u: 'https://evil.example/' }),
  'a member x5c': (header) => ({ ...header, x5c: [] }),
  'a member jku': (header) => ({ ...header, jku: 'https://evil.example/' }),
  'a member b64': (header) => ({ ...header, b64: false }),
  'a member cty': (header) => ({ ...header, cty: 'JWT' }),
  'no alg': ({ alg: _, ...header }) => header,
  'no typ': ({ typ: _, ...header }) => header,
  'no jwk': ({ jwk: _, ...header }) => header,
  'a kid in place of a jwk': ({ jwk: _, ...header }) => ({ ...header, kid: 'board-2026' }),
  'no member at all': () => ({}),
  'alg none': (header) => ({ ...header, alg: 'none' }),
  'alg HS256': (header) => ({ ...header, alg: 'HS256' }),
  'alg in small letters': (header) => ({ ...header, alg: 'es256' }),
  'alg null': (header) => ({ ...header, alg: null }),
  'the typ of a request': (header) => ({ ...header, typ: 'mars-request+jws' }),
  'the typ of a receipt': (header) => ({ ...header, typ: 'mars-receipt+jws' }),
  'typ in capitals': (header) => ({ ...header, typ: 'MARS-SUBMISSION+JWS' }),
  'typ with its media type in front': (header) => ({ ...header, typ: 'application/mars-submission+jws' }),
  'typ as a list': (header) => ({ ...header, typ: [header.typ] }),
  'a jwk that is null': (header) => ({ ...header, jwk: null }),
  'a jwk that is text': (header) => ({ ...header, jwk: JSON.stringify(header.jwk) }),
  'a jwk as WebCrypto exports it': (header, key) => ({ ...header, jwk: key.exported }),
  'a jwk with ext': (header) => ({ ...header, jwk: { ...header.jwk, ext: true } }),
  'a jwk with key_ops': (header) => ({ ...header, jwk: { ...header.jwk, key_ops: ['verify'] } }),
  'a jwk with kid': (header) => ({ ...header, jwk: { ...header.jwk, kid: 'mine' } }),
  'a jwk with a private part': (header) => ({ ...header, jwk: { ...header.jwk, d: header.jwk.x } }),
  'a jwk without kty': ({ jwk: { kty: _, ...jwk }, ...header }) => ({ ...header, jwk }),
  'a jwk without y': ({ jwk: { y: _, ...jwk }, ...header }) => ({ ...header, jwk }),
  'a jwk of another curve': (header) => ({ ...header, jwk: { ...header.jwk, crv: 'P-384' } }),
  'a jwk of another kind': (header) => ({ ...header, jwk: { ...header.jwk, kty: 'OKP' } }),
  'an x of 31 bytes': (header) => ({ ...header, jwk: { ...header.jwk, x: b64url(fromB64url(header.jwk.x).subarray(1)) } }),
  'an x of 33 bytes': (header) => ({
    ...header,
    jwk: { ...header.jwk, x: b64url(Buffer.concat([Buffer.of(0), fromB64url(header.jwk.x)])) },
  }),
  'a y of 31 bytes': (header) => ({ ...header, jwk: { ...header.jwk, y: b64url(fromB64url(header.jwk.y).subarray(0, 31)) } }),
  'an empty x': (header) => ({ ...header, jwk: { ...header.jwk, x: '' } }),
  'x and y exchanged': (header) => ({ ...header, jwk: { ...header.jwk, x: header.jwk.y, y: header.jwk.x } }),
  'the point 0, 0': (header) => ({ ...header, jwk: { ...header.jwk, x: b64url(Buffer.alloc(32)), y: b64url(Buffer.alloc(32)) } }),
  'coordinates above the prime': (header) => ({ ...header, jwk: { ...header.jwk, x: b64url(Buffer.alloc(32, 255)) } }),
}

for (const [what, make] of Object.entries(HEADER_FAULTS)) {
  test(`A header with ${what} is refused as a header`, async () => {
    assertRefused(await underHeader(make), 400, 'header')
  })
}

test('A coordinate that is written as itself and the prime is refused, although its point is on the curve', async () => {
  const prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
  const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn
  const power = (base, exponent) =>
    exponent === 0n ? 1n : (power((base * base) % prime, exponent / 2n) * (exponent % 2n ? base : 1n)) % prime
  const square = (x) => (x ** 3n - 3n * x + b) % prime
  const root = (x) => power(square(x), (prime + 1n) / 4n)
  let x = 5n
  while ((root(x) ** 2n - square(x)) % prime !== 0n) x += 1n
  const coordinate = (n) => b64url(Buffer.from(n.toString(16).padStart(64, '0'), 'hex'))
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(x), y: coordinate(root(x)) }
  assertRefused(await underHeader((header) => ({ ...header, jwk })), 401, 'signature')
  assertRefused(await underHeader((header) => ({ ...header, jwk: { ...jwk, x: coordinate(x + prime) } })), 400, 'header')
})

test('The members of a header may stand in any order', async () => {
  assertAnswered(await underHeader(({ alg, typ, jwk: { kty, crv, x, y } }) => ({ jwk: { y, x, crv, kty }, typ, alg })), 201)
})

const repeating = (text, member) => text.replace(/^\{/, `{${member},`)

test('A repeated member of a header is malformed, at any depth and however it is spelt', async () => {
  for (const member of ['"alg":"ES256"', '"typ":"other"', '"\\u0061lg":"ES256"', '"jwk":{}']) {
    assertRefused(await underHeader((header) => repeating(JSON.stringify(header), member)), 400, 'malformed')
  }
  assertRefused(await underHeader((header) => JSON.stringify(header).replace('"jwk":{', '"jwk":{"kty":"EC",')), 400, 'malformed')
})

const NO_OBJECTS = {
  'no JSON': '{',
  'a list': '[]',
  text: '"ES256"',
  null: 'null',
  'an object with text after it': '{} {}',
  'an object after a byte-order mark': '\ufeff{}',
  'an object with a comma too many': '{"v":1,}',
  'an object with a comment': '{/* */}',
  'a name in single quotes': "{'v':1}",
  'no number of JSON': '{"v":01}',
  NaN: '{"v":NaN}',
  'a raw line feed in a text': '{"v":"\n"}',
  'a lone surrogate': '{"v":"\\ud800"}',
  'a surrogate in a name': '{"\\udc00":1}',
  'surrogates the wrong way round': '{"v":"\\udc00\\ud800"}',
}

for (const [what, text] of Object.entries(NO_OBJECTS)) {
  test(`A header or payload that is ${what} is malformed`, async () => {
    assertRefused(await underHeader(() => text), 400, 'malformed')
    assertRefused(await postRecord(({ key }) => signJws(key, headerOf(key), text)), 400, 'malformed')
  })
}

test('Bytes that are no UTF-8 are malformed in a payload and in a header', async () => {
  const bytes = Buffer.concat([Buffer.from('{"v":"'), Buffer.of(0xc3, 0x28), Buffer.from('"}')])
  assertRefused(await underHeader(() => bytes), 400, 'malformed')
  assertRefused(await postRecord(({ key }) => signJws(key, headerOf(key), bytes)), 400, 'malformed')
  const overlong = Buffer.concat([Buffer.from('{"v":"'), Buffer.of(0xc0, 0xaf), Buffer.from('"}')])
  assertRefused(await postRecord(({ key }) => signJws(key, headerOf(key), overlong)), 400, 'malformed')
})

test('A repeated member of a payload is malformed, at any depth and however it is spelt', async () => {
  const faults = [
    (text) => repeating(text, '"v":1'),
    (text) => repeating(text, '"\\u0076":1'),
    (text) => text.replace('"learner":{', '"learner":{"name":"Other",'),
    (text) => text.replace('"agency":{', '"agency":{"id":"other",'),
  ]
  for (const fault of faults) {
    const reply = await postRecord(({ key, payload }) => signJws(key, headerOf(key), fault(JSON.stringify(payload))))
    assertRefused(reply, 400, 'malformed')
  }
})

/** A part whose last letter carries bits that belong to no byte. */
function withStrayBits(part) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  assert.ok(part.length % 4 === 2 || part.length % 4 === 3)
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1)) + 1]
}

/** JSON that grows by spaces until its base64url has bits to spare. */
function uneven(value) {
  const text = JSON.stringify(value)
  return b64url(Buffer.byteLength(text) % 3 ? text : `${text} `)
}

test('Bits that belong to no byte are malformed in each part', async () => {
  const inSignature = (_, record) => record.replace(/[^.]+$/, withStrayBits)
  assertRefused(await postRecord(inSignature), 400, 'malformed')
  const inPayload = ({ key, payload }) => signParts(key, b64url(JSON.stringify(headerOf(key))), withStrayBits(uneven(payload)))
  assertRefused(await postRecord(inPayload), 400, 'malformed')
  const inHeader = ({ key, payload }) => signParts(key, withStrayBits(uneven(headerOf(key))), uneven(payload))
  assertRefused(await postRecord(inHeader), 400, 'malformed')
})

const NO_COMPACT_JWS = {
  padding: (record) => `${record}==`,
  'a part too few': (record) => record.split('.').slice(0, 2).join('.'),
  'a part too many': (record) => `${record}.${record.split('.')[2]}`,
  'a line feed at the end': (record) => `${record}\n`,
  'a space in front': (record) => ` ${record}`,
  'a letter of the other alphabet': (record) => `${record.slice(0, -2)}+${record.slice(-1)}`,
  'a slash': (record) => `${record.slice(0, -2)}/${record.slice(-1)}`,
  'a letter that is no ASCII': (record) => `${record.slice(0, -2)}é${record.slice(-1)}`,
  'a length that base64url cannot have': (record) => `${record}AAA`,
}

for (const [what, change] of Object.entries(NO_COMPACT_JWS)) {
  test(`A record with ${what} is malformed`, async () => {
    assertRefused(await postRecord((_, record) => change(record)), 400, 'malformed')
  })
}

test('An empty record and a JWS in JSON are malformed', async () => {
  assertRefused(await postRecord(() => ''), 400, 'malformed')
  assertRefused(
    await postRecord((_, record) => {
      const [header, payload, signature] = record.split('.')
      return JSON.stringify({ protected: header, payload, signature })
    }),
    400,
    'malformed',
  )
})

test('A record of 8,192 bytes is read, one that is longer is malformed', async () => {
  const draft = await newDraft(site)
  const { sealed, record } = await bodyOf(draft)
  // Spaces are no fault of a payload, so that the length alone decides.
  const ofLength = async (spaces) => signJws(draft.key, headerOf(draft.key), JSON.stringify(draft.payload) + ' '.repeat(spaces))
  let spaces = Math.floor(((8192 - record.length) * 3) / 4) - 2
  while ((await ofLength(spaces + 1)).length <= 8192) spaces += 1
  assertRefused(await post(site, '/api/submissions', { record: await ofLength(spaces + 1), sealed }), 400, 'malformed')
  assertAnswered(await post(site, '/api/submissions', { record: await ofLength(spaces), sealed }), 201)
})

const BAD_SIGNATURES = {
  'of 63 bytes': (record) => withSignature(record, fromB64url(record.split('.')[2]).subarray(0, 63)),
  'of 65 bytes': (record) => withSignature(record, Buffer.concat([fromB64url(record.split('.')[2]), Buffer.of(0)])),
  'in DER': derOf,
  'with r = 0': (record) => withSignature(record, signatureOf({ ...numbersOf(record), r: 0n })),
  'with s = 0': (record) => withSignature(record, signatureOf({ ...numbersOf(record), s: 0n })),
  'of zeros': (record) => withSignature(record, Buffer.alloc(64)),
  'with r = n': (record) => withSignature(record, signatureOf({ ...numbersOf(record), r: ORDER })),
  'with s = n': (record) => withSignature(record, signatureOf({ ...numbersOf(record), s: ORDER })),
  'of ones': (record) => withSignature(record, Buffer.alloc(64, 255)),
  'with r and s exchanged': (record) => withSignature(record, signatureOf({ r: numbersOf(record).s, s: numbersOf(record).r })),
  'that is one off': forged,
}

for (const [what, change] of Object.entries(BAD_SIGNATURES)) {
  test(`A signature ${what} does not hold`, async () => {
    assertRefused(await postRecord((_, record) => change(record)), 401, 'signature')
  })
}

test('A signature of another key, or over another payload, does not hold', async () => {
  const other = await makeKey()
  assertRefused(await postRecord(({ key, payload }) => signJws(other, headerOf(key), payload)), 401, 'signature')
  assertRefused(
    await postRecord((draft, record) => {
      const [header, , signature] = record.split('.')
      return [header, b64url(JSON.stringify({ ...draft.payload, iat: draft.payload.iat - 1 })), signature].join('.')
    }),
    401,
    'signature',
  )
})
