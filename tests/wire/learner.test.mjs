/** What a learner asks with the browser's key or with the mailed link: how it stands, and to take it back. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { b64url, boardSays, forged, headerOf, makeKey, newDraft, now, randomBytes, signJws, twinOf } from './client.mjs'
import { assertAnswered, assertFields, assertRefused, post } from './http.mjs'
import { confirm, confirming, startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const ask = (body) => post(site, '/api/learner', body)

/** A request signed with the key of a record, or with what was changed. */
async function signed(sent, { action = 'status', key = sent.key, header = headerOf(key, 'mars-request+jws'), ...changes } = {}) {
  return signJws(key, header, { v: 1, rid: sent.payload.rid, aud: site.info.inbox, iat: now(), action, ...changes })
}

const askSigned = async (sent, options) => ask({ request: await signed(sent, options) })
const askByLink = async (sent, action = 'status') => ask({ token: await sent.learnerToken(), action })

test('A learner sees by either way how the request stands', async () => {
  const before = now()
  const sent = await submit(site)
  for (const reply of [await askSigned(sent), await askByLink(sent)]) {
    const { since, ...status } = assertAnswered(reply, 200)
    assert.deepEqual(status, { rid: sent.rid, state: 'awaiting_confirmation', confirmer_name: sent.payload.confirmer.name })
    assert.ok(Number.isInteger(since) && since >= before - 1 && since <= now() + 1)
  }
})

test('Asking changes nothing and is not used up', async () => {
  const sent = await submit(site)
  const before = site.list()
  for (const _ of [1, 2, 3]) {
    assertAnswered(await askByLink(sent), 200)
    assertAnswered(await askSigned(sent), 200)
  }
  assert.deepEqual(site.list(), before)
})

test('The twin of a request is as good as the request', async () => {
  const sent = await submit(site)
  assertAnswered(await ask({ request: twinOf(await signed(sent)) }), 200)
})

test('An issued record comes with its certificate, by either way', async () => {
  const sent = await submit(site)
  await confirm(site, sent)
  const replies = [assertAnswered(await askSigned(sent), 200), assertAnswered(await askByLink(sent), 200)]
  for (const { rid, state, certificate } of replies) {
    assert.deepEqual([rid, state], [sent.rid, 'issued'])
    await boardSays(certificate, 'mars-cert+jwt', site.info.keys)
  }
  assert.equal(replies[0].certificate, replies[1].certificate)
})

test('The certificate comes again as a file, by either way, once there is one', async () => {
  const sent = await submit(site)
  for (const reply of [await askSigned(sent, { action: 'certificate' }), await askByLink(sent, 'certificate')]) {
    assert.equal(assertAnswered(reply, 200).pdf, undefined)
  }
  await confirm(site, sent)
  for (const reply of [await askSigned(sent, { action: 'certificate' }), await askByLink(sent, 'certificate')]) {
    const { state, certificate, pdf } = assertAnswered(reply, 200)
    const bytes = Buffer.from(pdf, 'base64url')
    assert.deepEqual([state, bytes.subarray(0, 5).toString(), bytes.includes(certificate)], ['issued', '%PDF-', true])
  }
})

test('A renewal takes the place of the certificate before it', async () => {
  const first = await submit(site)
  await confirm(site, first)
  const second = await submit(site, { change: (payload) => (payload.learner.email = first.payload.learner.email) })
  await confirm(site, second)
  const states = await Promise.all([first, second].map(async (sent) => assertAnswered(await askSigned(sent), 200).state))
  assert.deepEqual(states, ['superseded', 'issued'])
})

test('A request is taken back by either way, and once more without harm', async () => {
  for (const take of [(sent) => askSigned(sent, { action: 'withdraw' }), (sent) => askByLink(sent, 'withdraw')]) {
    const sent = await submit(site)
    for (const _ of [1, 2]) assert.equal(assertAnswered(await take(sent), 200).state, 'withdrawn')
    assert.equal(assertAnswered(await askByLink(sent, 'withdraw'), 200).state, 'withdrawn')
    assert.equal(assertAnswered(await askSigned(sent), 200).state, 'withdrawn')
    assert.equal(site.list()[sent.rid].state, 'withdrawn')
  }
})

test('A record that was taken back comes again with 200, its first receipt and its present state', async () => {
  const sent = await submit(site)
  assertAnswered(await askByLink(sent, 'withdraw'), 200)
  assert.deepEqual(assertAnswered(await post(site, '/api/submissions', sent.body), 200), {
    rid: sent.rid,
    state: 'withdrawn',
    receipt: sent.receipt,
  })
})

test('What was decided cannot be taken back', async () => {
  const [confirmed, returned] = [await submit(site), await submit(site)]
  await confirm(site, confirmed)
  assertAnswered(await post(site, '/api/decisions', { token: await returned.token(), decision: 'returned', typed_name: 'Sam Head' }), 200)
  for (const sent of [confirmed, returned]) {
    assertRefused(await askSigned(sent, { action: 'withdraw' }), 409, 'decided')
    assertRefused(await askByLink(sent, 'withdraw'), 409, 'decided')
  }
  assert.equal(site.list()[confirmed.rid].state, 'issued')
  assert.equal(site.list()[returned.rid].state, 'returned')
})

test('Of a decision and a withdrawal at once, one counts', async () => {
  for (let round = 0; round < 5; round += 1) {
    const sent = await submit(site)
    const [token, request] = [await sent.token(), await signed(sent, { action: 'withdraw' })]
    const [decision, withdrawal] = await Promise.all([post(site, '/api/decisions', confirming(token)), ask({ request })])
    assert.deepEqual([decision.status, withdrawal.status].sort(), [200, 409])
    assert.equal(site.list()[sent.rid].state, decision.status === 200 ? 'issued' : 'withdrawn')
  }
})

test('Another key than the record’s is 401, and so is a signature that does not hold', async () => {
  const sent = await submit(site)
  const key = await makeKey()
  for (const action of ['status', 'withdraw']) {
    assertRefused(await askSigned(sent, { action, key }), 401, 'signature')
    assertRefused(await askSigned(sent, { action, key, header: headerOf(sent.key, 'mars-request+jws') }), 401, 'signature')
    assertRefused(await ask({ request: forged(await signed(sent, { action })) }), 401, 'signature')
  }
  assert.equal(site.list()[sent.rid].state, 'awaiting_confirmation')
})

test('A record that is not there is 404, and so is a link that was never sent', async () => {
  assertRefused(await askSigned(await newDraft(site)), 404, 'not-found')
  for (const action of ['status', 'withdraw']) assertRefused(await ask({ token: b64url(randomBytes(32)), action }), 404, 'not-found')
})

test('The header of a request is as strict as a record’s', async () => {
  const sent = await submit(site)
  const good = headerOf(sent.key, 'mars-request+jws')
  const faults = [
    headerOf(sent.key),
    { ...good, crit: [] },
    { ...good, kid: 'mine' },
    { alg: good.alg, typ: good.typ },
    { ...good, jwk: sent.key.exported },
  ]
  for (const header of faults) assertRefused(await askSigned(sent, { header }), 400, 'header')
  const request = await signed(sent)
  for (const bad of [`${request}==`, request.split('.').slice(0, 2).join('.'), '', `${request}.x`])
    assertRefused(await ask({ request: bad }), 400, 'malformed')
  assertRefused(await ask({ request: await signJws(sent.key, good, '{"v":1,"v":1}') }), 400, 'malformed')
  assertRefused(await ask({ request: sent.body.record }), 400, 'header')
})

test('The payload of a request is checked, member by member', async () => {
  const sent = await submit(site)
  const day = 86_400
  for (const iat of [now() - day - 60, now() + day + 60, `${now()}`, null]) assertFields(await askSigned(sent, { iat }), '/iat')
  for (const iat of [now() - day + 60, now() + day - 60]) assertAnswered(await askSigned(sent, { iat }), 200)
  for (const aud of ['', site.info.site, `${site.info.inbox}/`]) assertFields(await askSigned(sent, { aud }), '/aud')
  for (const action of ['', 'Status', 'delete', null, 5]) assertFields(await askSigned(sent, { action }), '/action')
  assertFields(await askSigned(sent, { v: 2 }), '/v')
  assertFields(await askSigned(sent, { rid: 'none' }), '/rid')
  assertFields(await askSigned(sent, { extra: 1, action: 'x', aud: 'y' }), '/extra', '/action', '/aud')
})

test('A body is a request alone, or a token and an action', async () => {
  const sent = await submit(site)
  const [request, token] = [await signed(sent), await sent.learnerToken()]
  for (const body of [
    {},
    { token },
    { action: 'status' },
    { request, action: 'status' },
    { request, token, action: 'status' },
    { request: 5 },
    { token: 5, action: 'status' },
  ]) {
    assertRefused(await ask(body), 422, 'field')
  }
  for (const action of ['', 'delete', null, 5]) assertFields(await ask({ token, action }), '/action')
  assertFields(await ask({ token, action: 'status', extra: 1 }), '/extra')
  assertFields(await ask({ request, extra: 1 }), '/extra')
})

test('One learner’s key says nothing about another’s record', async () => {
  const [one, two] = [await submit(site), await submit(site)]
  assertRefused(await askSigned(one, { rid: two.rid, action: 'withdraw' }), 401, 'signature')
  assert.equal(site.list()[two.rid].state, 'awaiting_confirmation')
})
