/** The limit on requests, as a proxy’s clients meet it; there is none on loopback. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bodyOf, newDraft } from './client.mjs'
import { assertAnswered, assertRefused, post } from './http.mjs'
import { startInboxAlone } from './server.mjs'

const site = await startInboxAlone({ settings: 'trusted_proxies = ["127.0.0.1"]' })
after(() => site.stop())

/** So many malformed posts from an address behind the proxy, one after another. */
async function statusesOf(addresses, from = site) {
  const statuses = []
  for (const address of addresses) statuses.push((await post(from, '/api/open', '{', { 'x-forwarded-for': address })).status)
  return statuses
}

const times = (number, address) => Array.from({ length: number }, (_, n) => (typeof address === 'string' ? address : address(n)))

/** That the first sixty were let through and not all others: on a slow machine some time passes, and lets more in. */
function assertLimited(statuses) {
  assert.deepEqual(new Set(statuses.slice(0, 60)), new Set([400]))
  assert.ok(statuses.slice(60).includes(429), `${statuses.slice(60)}`)
}

test('Sixty requests a minute are let through, then it is 429 before the body is read, with a time to come back', async () => {
  assertLimited(await statusesOf(times(70, '203.0.113.7')))
  const from = { 'x-forwarded-for': '203.0.113.7' }
  // In a second that has passed meanwhile one more may have been let in.
  let reply = await post(site, '/api/open', '{', from)
  for (let more = 0; more < 70 && reply.status === 400; more += 1) reply = await post(site, '/api/open', '{', from)
  assertRefused(reply, 429, 'busy')
  assert.match(reply.headers['retry-after'], /^\d+$/)
  assert.equal(reply.headers['access-control-allow-origin'], site.info.site)
  assertRefused(await post(site, '/api/open', '{', { ...from, 'content-type': 'text/plain' }), 415, 'media-type')
  assertRefused(await post(site, '/api/nothing', '{', from), 404, 'not-found')
})

test('Neighbours in a /24 share a limit, and others are not held up', async () => {
  assertLimited(await statusesOf(times(70, (n) => `198.51.100.${n + 1}`)))
  const from = { 'x-forwarded-for': '198.51.101.1' }
  assertAnswered(await post(site, '/api/submissions', await bodyOf(await newDraft(site)), from), 201)
})

test('Neighbours in a /64 share a limit, and the next /64 has its own', async () => {
  assertLimited(await statusesOf(times(70, (n) => `2001:db8:0:1::${(n + 1).toString(16)}`)))
  assert.deepEqual(await statusesOf(['2001:db8:0:2::1']), [400])
})

test('Only the last address that the proxy adds counts, so that a client cannot choose its own', async () => {
  assertLimited(await statusesOf(times(70, (n) => `10.${n}.0.1, 192.0.2.1`)))
})

test('Where no proxy is trusted the header says nothing, and loopback has no limit', async () => {
  const direct = await startInboxAlone()
  try {
    assert.deepEqual(new Set(await statusesOf(times(90, '203.0.113.7'), direct)), new Set([400]))
  } finally {
    await direct.stop()
  }
})
