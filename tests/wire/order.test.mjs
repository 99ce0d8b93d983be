/** The order of checks: each request breaks two rules, and the reply says which one is looked at first. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bodyOf, forged, headerOf, makeKey, newDraft, signJws, b64url } from './client.mjs'
import { assertAnswered, assertFields, assertRefused, firstReply, head, post, raw, send, statusesIn } from './http.mjs'
import { confirming, startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const ELSEWHERE = 'https://elsewhere.example'
const JSON_TYPE = 'Content-Type: application/json'
const POST_ONLY = ['/api/submissions', '/api/open', '/api/decisions', '/api/forwards', '/api/learner']
const GET_ONLY = ['/status', '/log/checkpoint']

/** A reply to a head alone, as a server gives it that does not wait for a body. */
const replyToHead = async (line, headers) => firstReply(await raw(site.info.inbox, head(site.info.inbox, line, headers)))

/** A post of a record that was changed in some way, from anywhere. */
async function postChanged({ payload, header, record, body, origin = site.info.site }) {
  const draft = await newDraft(site)
  payload?.(draft.payload)
  const made = await bodyOf(draft)
  if (header) made.record = await signJws(draft.key, header(headerOf(draft.key)), draft.payload)
  if (record) made.record = record(made.record)
  return post(site, '/api/submissions', body?.(made) ?? made, { origin })
}

const withCrit = (header) => ({ ...header, crit: [] })
const withoutEmail = (payload) => delete payload.learner.email

test('An address that is not there comes before the method, the length, the type and the origin', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
    assertRefused(await send(site.info.inbox, { method, path: '/api/nothing' }), 404, 'not-found')
  }
  assertRefused(await replyToHead('POST /api/nothing', ['Transfer-Encoding: chunked']), 404, 'not-found')
  assertRefused(await replyToHead('POST /api/nothing', ['Content-Length: 999999999']), 404, 'not-found')
  assertRefused(await post(site, '/api/nothing', '{', { origin: ELSEWHERE }), 404, 'not-found')
})

test('An address is compared whole', async () => {
  for (const path of ['/api/submissions/', '/api/Submissions', '/api//submissions', '/api/submissions/1', '/api', '/log', '/status/']) {
    assertRefused(await post(site, path, '{}'), 404, 'not-found')
  }
})

test('Each other method is 405 and says which one is allowed', async () => {
  const allowed = (reply) => reply.headers.allow.split(',').map((method) => method.trim())
  for (const path of POST_ONLY) {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH']) {
      const reply = await send(site.info.inbox, { method, path })
      assert.equal(reply.status, 405)
      assert.ok(allowed(reply).includes('POST') && !allowed(reply).includes('GET'), reply.headers.allow)
      if (method !== 'HEAD') assertRefused(reply, 405, 'method')
    }
  }
  for (const path of GET_ONLY) {
    const reply = await post(site, path, '{}')
    assertRefused(reply, 405, 'method')
    assert.ok(allowed(reply).includes('GET') && !allowed(reply).includes('POST'), reply.headers.allow)
  }
})

test('The method comes before the length, the type and the origin', async () => {
  assertRefused(await replyToHead('PUT /api/submissions', ['Transfer-Encoding: chunked', 'Content-Type: text/plain']), 405, 'method')
  assertRefused(await replyToHead('PUT /api/submissions', ['Content-Length: 999999999', `Origin: ${ELSEWHERE}`]), 405, 'method')
})

test('A body without a length is 411, before its type and its origin are looked at', async () => {
  for (const path of POST_ONLY) {
    assertRefused(await replyToHead(`POST ${path}`, [JSON_TYPE, `Origin: ${site.info.site}`]), 411, 'length')
    assertRefused(await replyToHead(`POST ${path}`, ['Transfer-Encoding: chunked', JSON_TYPE]), 411, 'length')
  }
  assertRefused(
    await replyToHead('POST /api/submissions', ['Transfer-Encoding: chunked', 'Content-Type: text/plain', `Origin: ${ELSEWHERE}`]),
    411,
    'length',
  )
})

test('A body of more than 256 KiB is 413 before any of it is read or asked for', async () => {
  for (const length of ['262145', '1073741824', '99999999999']) {
    const heard = await raw(
      site.info.inbox,
      head(site.info.inbox, 'POST /api/submissions', [`Content-Length: ${length}`, 'Expect: 100-continue', JSON_TYPE]),
    )
    assert.deepEqual(statusesIn(heard), [413])
    assertRefused(firstReply(heard), 413, 'too-large')
    assert.equal(firstReply(heard).headers.connection, 'close')
  }
  assertRefused(
    await replyToHead('POST /api/submissions', ['Content-Length: 262145', 'Content-Type: text/plain', `Origin: ${ELSEWHERE}`]),
    413,
    'too-large',
  )
})

test('A body of 256 KiB exactly is read', async () => {
  const text = JSON.stringify(await bodyOf(await newDraft(site)))
  assertAnswered(await post(site, '/api/submissions', text + ' '.repeat(256 * 1024 - Buffer.byteLength(text))), 201)
})

test('The media type comes before what the body says and where it comes from', async () => {
  for (const path of POST_ONLY) {
    assertRefused(await post(site, path, '{', { 'content-type': 'text/plain', origin: ELSEWHERE }), 415, 'media-type')
    assertRefused(await post(site, path, '{}', { 'content-type': undefined }), 415, 'media-type')
  }
  for (const type of [
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'application/json5',
    'text/json',
    'application/problem+json',
    'application',
  ]) {
    assertRefused(await post(site, '/api/submissions', '{}', { 'content-type': type }), 415, 'media-type')
  }
})

test('A malformed body comes before its origin, on every endpoint', async () => {
  for (const path of POST_ONLY) {
    for (const body of [
      '',
      '{',
      '[]',
      'null',
      '"{}"',
      '{}x',
      '{"a":1,"a":1}',
      '{"a":{"b":1,"\\u0062":2}}',
      '\ufeff{}',
      '{"a":"\\ud800"}',
      Buffer.of(0x7b, 0xff, 0x7d),
    ]) {
      assertRefused(await post(site, path, body, { origin: ELSEWHERE }), 400, 'malformed')
    }
    assertRefused(await post(site, path, '[]', { origin: undefined }), 400, 'malformed')
  }
})

test('A body that is nested without end is refused, and the inbox lives on', async () => {
  const deep = (open, close) => open.repeat(40_000) + close.repeat(40_000)
  for (const body of [deep('[', ']'), `{"record":${deep('[', ']')}}`, `{"record":${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}}`]) {
    const { status } = await post(site, '/api/submissions', body)
    assert.ok(status === 400 || status === 422, `${status}`)
  }
  assertAnswered(await postChanged({}), 201)
})

test('Malformed comes before a fault of the header', async () => {
  assertRefused(await postChanged({ header: withCrit, record: (record) => `${record}=` }), 400, 'malformed')
  for (const name of ['key', 'iv', 'ciphertext']) {
    for (const value of ['AAA=', '*', 'A', 'AB']) {
      const body = (made) => ({ ...made, sealed: { ...made.sealed, [name]: value } })
      assertRefused(await postChanged({ header: withCrit, body }), 400, 'malformed')
    }
  }
  const key = await makeKey()
  const record = await signJws(key, withCrit(headerOf(key)), '[]')
  assertRefused(await post(site, '/api/submissions', { record }), 400, 'malformed')
})

test('A fault of the header comes before the origin, the signature and the fields', async () => {
  const everything = { header: withCrit, record: forged, payload: withoutEmail, origin: ELSEWHERE }
  assertRefused(await postChanged(everything), 400, 'header')
  assertRefused(await postChanged({ ...everything, origin: undefined }), 400, 'header')
})

test('The origin comes before the signature and the fields', async () => {
  for (const origin of [ELSEWHERE, 'null']) {
    assertRefused(await postChanged({ record: forged, payload: withoutEmail, origin }), 403, 'origin')
    assertRefused(await postChanged({ payload: withoutEmail, origin }), 403, 'origin')
  }
  const { body } = await submit(site)
  assertRefused(await post(site, '/api/submissions', body, { origin: ELSEWHERE }), 403, 'origin')
  assertRefused(await post(site, '/api/submissions', {}, { origin: ELSEWHERE }), 403, 'origin')
})

test('The signature comes before the fields, of the payload as of the body', async () => {
  assertRefused(await postChanged({ record: forged, payload: withoutEmail }), 401, 'signature')
  assertRefused(await postChanged({ record: forged, body: (made) => ({ ...made, extra: 1 }) }), 401, 'signature')
  assertRefused(await postChanged({ record: forged, body: ({ record }) => ({ record }) }), 401, 'signature')
  const { body } = await submit(site)
  assertRefused(await post(site, '/api/submissions', { ...body, record: forged(body.record) }), 401, 'signature')
})

test('A record that is there comes before the fields', async () => {
  const { body } = await submit(site)
  assertAnswered(await post(site, '/api/submissions', { record: body.record }), 200)
})

test('The fields come before a conflict', async () => {
  const sent = await submit(site)
  const draft = { ...sent, payload: { ...sent.payload, completed_on: 'yesterday' } }
  assertFields(await post(site, '/api/submissions', await bodyOf(draft)), '/completed_on')
})

test('Decisions and forwards: the origin comes before the fields, the fields before the token, the token before the state', async () => {
  const sent = await submit(site)
  const T = await sent.token()
  const unknown = b64url(Buffer.alloc(32, 7))
  const forward = { token: unknown, name: 'Kim Lead', email: 'kim.lead@school.example', capacity: 'manager' }
  for (const [path, good] of [
    ['/api/decisions', confirming(unknown)],
    ['/api/forwards', forward],
  ]) {
    assertRefused(await post(site, path, { ...good, extra: 1 }, { origin: undefined }), 403, 'origin')
    assertRefused(await post(site, path, { ...good, extra: 1 }, { origin: ELSEWHERE }), 403, 'origin')
    assertFields(await post(site, path, { ...good, extra: 1 }), '/extra')
    assertRefused(await post(site, path, good), 404, 'not-found')
  }
  assertAnswered(await post(site, '/api/decisions', confirming(T)), 200)
  assertFields(await post(site, '/api/decisions', { ...confirming(T), extra: 1 }), '/extra')
  assertRefused(await post(site, '/api/decisions', confirming(T)), 409, 'decided')
  assertFields(await post(site, '/api/forwards', { ...forward, token: T, capacity: 'peer' }), '/capacity')
  assertRefused(await post(site, '/api/forwards', { ...forward, token: T }), 409, 'decided')
})
