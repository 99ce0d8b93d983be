/** Requests whose end can be read in two ways, and a server that must never answer one as two. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bodyOf, newDraft } from './client.mjs'
import { assertAnswered, head, post, raw, send, statusesIn } from './http.mjs'
import { startSignpost } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const HIDDEN = head(site.info.inbox, 'GET /status', ['Connection: close'])
const START = ['Content-Type: application/json', `Origin: ${site.info.site}`]

/** What follows the head looks like a request of its own to whoever takes the other reading. */
const AMBIGUOUS = {
  'two lengths':
    head(site.info.inbox, 'POST /api/open', [...START, 'Content-Length: 2', `Content-Length: ${2 + HIDDEN.length}`]) + `{}${HIDDEN}`,
  'a length and chunks':
    head(site.info.inbox, 'POST /api/open', [...START, `Content-Length: ${5 + HIDDEN.length}`, 'Transfer-Encoding: chunked']) +
    `0\r\n\r\n${HIDDEN}`,
  'chunks and a length':
    head(site.info.inbox, 'POST /api/open', [...START, 'Transfer-Encoding: chunked', `Content-Length: ${5 + HIDDEN.length}`]) +
    `0\r\n\r\n${HIDDEN}`,
  'a list of lengths': head(site.info.inbox, 'POST /api/open', [...START, 'Content-Length: 2, 9']) + `{}${HIDDEN}`,
  'a length with a sign': head(site.info.inbox, 'POST /api/open', [...START, 'Content-Length: +2']) + `{}${HIDDEN}`,
  'a negative length': head(site.info.inbox, 'POST /api/open', [...START, 'Content-Length: -1']) + `{}${HIDDEN}`,
  'a length in hexadecimal': head(site.info.inbox, 'POST /api/open', [...START, 'Content-Length: 0x2']) + `{}${HIDDEN}`,
  'a length beyond every number': head(site.info.inbox, 'POST /api/open', [...START, `Content-Length: ${'9'.repeat(40)}`]) + `{}${HIDDEN}`,
  'an unknown coding': head(site.info.inbox, 'POST /api/open', [...START, 'Transfer-Encoding: xchunked']) + `0\r\n\r\n${HIDDEN}`,
  'a space before the colon': head(site.info.inbox, 'POST /api/open', [...START, 'Content-Length : 2']) + `{}${HIDDEN}`,
  'a folded header': head(site.info.inbox, 'POST /api/open', [...START, 'X-One: a', ' Content-Length: 2']) + `{}${HIDDEN}`,
}

for (const [what, bytes] of Object.entries(AMBIGUOUS)) {
  test(`A request with ${what} is refused once, and what follows is not answered`, async () => {
    const statuses = statusesIn(await raw(site.info.inbox, bytes))
    assert.equal(statuses.length, 1, `${statuses}`)
    assert.ok(statuses[0] >= 400 && statuses[0] < 500, `${statuses}`)
  })
}

test('Headers of more than 16 KiB, and more than 64 of them, are refused', async () => {
  const long = head(site.info.inbox, 'GET /status', ['Connection: close', `X-Long: ${'a'.repeat(64 * 1024)}`])
  const many = head(site.info.inbox, 'GET /status', ['Connection: close', ...Array.from({ length: 70 }, (_, n) => `X-${n}: 1`)])
  for (const bytes of [long, many]) {
    const statuses = statusesIn(await raw(site.info.inbox, bytes))
    assert.ok(statuses.length === 1 && statuses[0] >= 400 && statuses[0] < 500, `${statuses}`)
  }
})

test('A refusal closes its connection, so that a body that was not read is no request', async () => {
  const heard = await raw(
    site.info.inbox,
    head(site.info.inbox, 'POST /api/open', ['Content-Type: text/plain', `Content-Length: ${HIDDEN.length}`]) + HIDDEN,
  )
  assert.deepEqual(statusesIn(heard), [415])
})

test('One connection carries several honest requests, one after another', async () => {
  const text = JSON.stringify(await bodyOf(await newDraft(site)))
  const one = head(site.info.inbox, 'POST /api/submissions', [...START, `Content-Length: ${Buffer.byteLength(text)}`]) + text
  assert.deepEqual(statusesIn(await raw(site.info.inbox, `${one}${one}${HIDDEN}`)), [201, 200, 200])
})

test('After all this the inbox answers as before', async () => {
  assertAnswered(await post(site, '/api/submissions', await bodyOf(await newDraft(site))), 201)
  assert.equal((await send(site.info.inbox, { path: '/health/live' })).status, 200)
  assert.equal((await send(site.info.inbox, { path: '/health/ready' })).status, 200)
})
