/** Which pages may talk to the inbox, and what each reply says of it (CORS). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bodyOf, newDraft } from './client.mjs'
import { assertAnswered, assertRefused, firstReply, head, post, raw, send } from './http.mjs'
import { confirming, startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const port = new URL(site.info.site).port
const ALLOWED = [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
const REFUSED = [
  'null',
  'https://elsewhere.example',
  `https://127.0.0.1:${port}`,
  `http://127.0.0.1:${Number(port) + 1}`,
  'http://127.0.0.1',
  `http://127.0.0.1.elsewhere.example:${port}`,
  `http://elsewhere.example#http://127.0.0.1:${port}`,
  `${ALLOWED[0]}/`,
  ALLOWED[1].toUpperCase(),
]
const POSTED = ['/api/submissions', '/api/open', '/api/decisions', '/api/forwards', '/api/learner']

const varies = (reply) =>
  assert.ok(
    reply.headers.vary?.split(',').some((name) => /^\s*origin\s*$/i.test(name)),
    `Vary: ${reply.headers.vary}`,
  )
const opened = (reply, origin) => assert.equal(reply.headers['access-control-allow-origin'], origin)

test('The preview as 127.0.0.1 and as localhost is allowed, and told so', async () => {
  for (const origin of ALLOWED) {
    const reply = await post(site, '/api/submissions', await bodyOf(await newDraft(site)), { origin })
    assertAnswered(reply, 201)
    opened(reply, origin)
    varies(reply)
  }
})

test('Every refusal to an allowed origin names that origin, so that the page can read it', async () => {
  const { body, payload } = await submit(site)
  const { record } = body
  const chunked = head(site.info.inbox, 'POST /api/submissions', ['Transfer-Encoding: chunked', `Origin: ${ALLOWED[1]}`])
  const large = head(site.info.inbox, 'POST /api/submissions', ['Content-Length: 262145', `Origin: ${ALLOWED[1]}`])
  const from = { origin: ALLOWED[1] }
  const replies = [
    [404, await post(site, '/api/nothing', '{}', from)],
    [405, await send(site.info.inbox, { path: '/api/submissions', headers: from })],
    [411, firstReply(await raw(site.info.inbox, chunked))],
    [413, firstReply(await raw(site.info.inbox, large))],
    [415, await post(site, '/api/submissions', '{}', { ...from, 'content-type': 'text/plain' })],
    [400, await post(site, '/api/submissions', '[]', from)],
    [401, await post(site, '/api/submissions', { ...body, record: `${record.split('.').slice(0, 2).join('.')}.${'A'.repeat(86)}` }, from)],
    [422, await post(site, '/api/submissions', {}, from)],
    [409, await post(site, '/api/submissions', await bodyOf({ ...(await newDraft(site)), payload: { ...payload, iat: 1 } }), from)],
    [404, await post(site, '/api/open', { token: 'A'.repeat(43) }, from)],
  ]
  for (const [status, reply] of replies) {
    assert.equal(reply.status, status, reply.text)
    opened(reply, ALLOWED[1])
    varies(reply)
  }
})

test('A page from elsewhere is refused on every endpoint, and is not told that it may read', async () => {
  const { body } = await submit(site)
  for (const origin of REFUSED) {
    for (const path of POSTED) {
      const reply = await post(site, path, path === '/api/submissions' ? body : {}, { origin })
      assertRefused(reply, 403, 'origin')
      opened(reply, undefined)
      varies(reply)
    }
  }
})

test('A preflight of an allowed origin is answered with what the page needs and no more', async () => {
  for (const origin of ALLOWED) {
    for (const path of POSTED) {
      const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
      const reply = await send(site.info.inbox, { method: 'OPTIONS', path, headers })
      assert.equal(reply.status, 204, reply.text)
      assert.equal(reply.text, '')
      opened(reply, origin)
      varies(reply)
      assert.equal(reply.headers['access-control-allow-methods'], 'GET, POST')
      assert.equal(reply.headers['access-control-allow-headers'].toLowerCase(), 'content-type')
      assert.equal(reply.headers['access-control-max-age'], '600')
      assert.equal(reply.headers['access-control-allow-credentials'], undefined)
    }
  }
})

test('A preflight from elsewhere is 403', async () => {
  for (const origin of REFUSED) {
    const headers = { origin, 'access-control-request-method': 'POST' }
    const reply = await send(site.info.inbox, { method: 'OPTIONS', path: '/api/submissions', headers })
    assertRefused(reply, 403, 'origin')
    opened(reply, undefined)
    varies(reply)
  }
})

test('A program, which sends no Origin, may submit, open and ask, but not decide or forward', async () => {
  const sent = await submit(site)
  const [T, W] = [await sent.token(), await sent.learnerToken()]
  const from = { origin: undefined }
  const replies = [
    await post(site, '/api/submissions', sent.body, from),
    await post(site, '/api/open', { token: T }, from),
    await post(site, '/api/learner', { token: W, action: 'status' }, from),
  ]
  for (const reply of replies) {
    assertAnswered(reply, 200)
    opened(reply, undefined)
    varies(reply)
  }
  const forward = { token: T, name: 'Kim Lead', email: 'kim.lead@school.example', capacity: 'manager' }
  assertRefused(await post(site, '/api/decisions', confirming(T), from), 403, 'origin')
  assertRefused(await post(site, '/api/forwards', forward, from), 403, 'origin')
  assert.equal(site.list()[sent.rid].state, 'awaiting_confirmation')
})

test('The status list and the checkpoint may be read from anywhere', async () => {
  for (const path of ['/status', '/log/checkpoint']) {
    for (const origin of ['https://elsewhere.example', 'null', undefined]) {
      const reply = await send(site.info.inbox, { path, headers: { origin } })
      assert.equal(reply.status, 200)
      opened(reply, '*')
      varies(reply)
      assert.equal(reply.headers['access-control-allow-credentials'], undefined)
    }
  }
})
