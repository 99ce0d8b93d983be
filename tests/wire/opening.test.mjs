/** What a confirmer's token opens, and what becomes of it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { answersTo, b64url, boardSays, decodeJws, digestOf, holds, jcs, openSeal, randomBytes } from './client.mjs'
import { assertAnswered, assertFields, assertRefused, post } from './http.mjs'
import { tokenFor } from './mail.mjs'
import { confirm, confirming, startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const open = (token) => post(site, '/api/open', { token })
const withdraw = async (sent) => post(site, '/api/learner', { token: await sent.learnerToken(), action: 'withdraw' })

test('A token opens the record, the definition, the seal and where the link was sent', async () => {
  const sent = await submit(site)
  const { received_at } = await boardSays(sent.receipt, 'mars-receipt+jws', site.info.keys)
  const opened = assertAnswered(await open(await sent.token()), 200)
  const { email } = sent.payload.confirmer
  assert.deepEqual(opened, {
    record: sent.body.record,
    definition: site.texts['early-help-awareness'],
    sealed: { iv: sent.body.sealed.iv, ciphertext: sent.body.sealed.ciphertext },
    state: 'awaiting_confirmation',
    received_at,
    sent_to: `${email[0]}…@${email.split('@')[1]}`,
  })
})

test('A confirmer’s client can check all that it is shown', async () => {
  const answers = answersTo(site.definitions['early-help-awareness'], 'Zoë’s word: “now” — 🙂\n\tand more')
  const sent = await submit(site, { answers })
  const { T, K } = await tokenFor(site, sent.payload.confirmer.email)
  const { record, definition, sealed } = assertAnswered(await open(T), 200)
  const { header, payload } = decodeJws(record)
  assert.ok(await holds(record, header.jwk))
  const plaintext = await openSeal(sealed, K, payload.rid)
  assert.equal(digestOf(plaintext), payload.answers.digest)
  const object = JSON.parse(plaintext)
  assert.deepEqual([object.rid, object.workbook], [payload.rid, payload.workbook])
  assert.equal(digestOf(definition), payload.workbook.digest)
  assert.deepEqual(
    Object.keys(object.answers).sort(),
    JSON.parse(definition)
      .questions.map(({ id }) => id)
      .sort(),
  )
  assert.deepEqual(object.answers, answers)
})

test('Without sealed answers there is null in their place', async () => {
  const sent = await submit(site, { workbook: 'wire-choices' })
  const opened = assertAnswered(await open(await sent.token()), 200)
  assert.equal(opened.sealed, null)
  assert.equal(jcs(JSON.parse(opened.definition)), opened.definition)
  assert.equal(opened.definition, site.texts['wire-choices'])
})

test('Opening changes nothing, however often', async () => {
  const sent = await submit(site)
  const T = await sent.token()
  const before = site.list()
  const replies = []
  for (const _ of [1, 2, 3]) replies.push((await open(T)).text)
  assert.equal(new Set(replies).size, 1)
  assert.deepEqual(site.list(), before)
  assertAnswered(await post(site, '/api/decisions', confirming(T)), 200)
})

test('A record of which the other twin was posted later opens as it first came', async () => {
  const sent = await submit(site)
  const { record } = assertAnswered(await open(await sent.token()), 200)
  assert.equal(record, sent.body.record)
})

test('After the decision the token still opens the record and says what was decided, and the answers are gone', async () => {
  const sent = await submit(site)
  const T = await sent.token()
  const decided = assertAnswered(await post(site, '/api/decisions', { ...confirming(T), typed_name: 'S. Head' }), 200)
  const { iat } = await boardSays(decided.confirmation, 'mars-confirmation+jws', site.info.keys)
  const opened = assertAnswered(await open(T), 200)
  assert.equal(opened.state, 'issued')
  assert.deepEqual(opened.decided, { decision: 'confirmed', at: iat, by: 'S. Head' })
  assert.equal(opened.sealed, null)
})

test('A token that was never issued gets one text, whatever it is', async () => {
  const replies = []
  for (const path of ['/api/open', '/api/open', '/api/decisions']) {
    const token = b64url(randomBytes(32))
    const reply = await post(site, path, path === '/api/open' ? { token } : confirming(token))
    assertRefused(reply, 404, 'not-found')
    replies.push(reply.json.detail)
  }
  assert.equal(new Set(replies).size, 1)
})

test('A body of another shape is refused by its members', async () => {
  for (const token of [null, 5, [], {}, true]) assertFields(await open(token), '/token')
  assertFields(await post(site, '/api/open', {}), '/token')
  assertFields(await post(site, '/api/open', { token: b64url(randomBytes(32)), extra: 1 }), '/extra')
})

test('The token of one record opens and decides no other', async () => {
  const [one, two] = [await submit(site), await submit(site)]
  const opened = assertAnswered(await open(await one.token()), 200)
  assert.equal(decodeJws(opened.record).payload.rid, one.rid)
  assert.equal((await confirm(site, one)).rid, one.rid)
  assert.equal(site.list()[two.rid].state, 'awaiting_confirmation')
})

test('A withdrawn request is not hidden from the confirmer who was asked, and cannot be decided or forwarded', async () => {
  const sent = await submit(site)
  const T = await sent.token()
  assertAnswered(await withdraw(sent), 200)
  const reply = await open(T)
  assert.notEqual(reply.status, 404, 'a holder of a token that was issued is told what became of the request')
  if (reply.status === 200) assert.equal(reply.json.state, 'withdrawn')
  const forward = { token: T, name: 'Kim Lead', email: 'kim.lead@school.example', capacity: 'manager' }
  for (const refused of [await post(site, '/api/decisions', confirming(T)), await post(site, '/api/forwards', forward)]) {
    assertRefused(refused, 409, 'conflict')
    assert.match(refused.json.detail, /withdr[ae]w/i)
  }
  assert.equal(site.list()[sent.rid].state, 'withdrawn')
})

test('The learner’s link is no confirmer’s, and the confirmer’s is no learner’s', async () => {
  const sent = await submit(site)
  const [T, W] = [await sent.token(), await sent.learnerToken()]
  assertRefused(await open(W), 404, 'not-found')
  assertRefused(await post(site, '/api/decisions', confirming(W)), 404, 'not-found')
  assertRefused(await post(site, '/api/learner', { token: T, action: 'status' }), 404, 'not-found')
  assertRefused(await post(site, '/api/learner', { token: T, action: 'withdraw' }), 404, 'not-found')
  assert.equal(site.list()[sent.rid].state, 'awaiting_confirmation')
})
