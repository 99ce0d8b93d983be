/** A new submission in place of an earlier one. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { randomUUID } from 'node:crypto'
import { bodyOf, newDraft } from './client.mjs'
import { assertAnswered, assertFields, assertRefused, post } from './http.mjs'
import { confirm, confirming, startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const stateOf = ({ rid }) => site.list()[rid].state
const giveBack = async (sent) =>
  assertAnswered(await post(site, '/api/decisions', { token: await sent.token(), decision: 'returned', typed_name: 'Sam Head' }), 200)

/** A draft that replaces a record of the same learner, unless it is changed. */
async function replacing({ rid, payload }, options, change = () => {}) {
  const draft = await newDraft(site, options)
  draft.payload.replaces = rid
  draft.payload.learner.email = payload.learner.email
  change(draft.payload)
  return bodyOf(draft)
}

const postBody = (body) => post(site, '/api/submissions', body)

test('A record that still waits is withdrawn by the one that replaces it, and its token decides nothing more', async () => {
  const old = await submit(site)
  const T = await old.token()
  const { rid, state } = assertAnswered(await postBody(await replacing(old)), 201)
  assert.equal(state, 'awaiting_confirmation')
  assert.equal(stateOf(old), 'withdrawn')
  const reply = await post(site, '/api/decisions', confirming(T))
  assertRefused(reply, 409, 'conflict')
  assert.equal(stateOf(old), 'withdrawn')
  assert.equal(stateOf({ rid }), 'awaiting_confirmation')
})

test('A returned record is replaced, with the same key or with another', async () => {
  for (const sameKey of [true, false]) {
    const old = await submit(site)
    await giveBack(old)
    assertAnswered(await postBody(await replacing(old, sameKey ? { key: old.key } : {})), 201)
    assert.equal(stateOf(old), 'returned')
  }
})

test('A replacement can be confirmed, and replaced in its turn', async () => {
  const old = await submit(site)
  await giveBack(old)
  const newer = await submit(site, {
    change: (payload) => Object.assign(payload, { replaces: old.rid, learner: { ...payload.learner, email: old.payload.learner.email } }),
  })
  const newest = await submit(site, {
    change: (payload) => Object.assign(payload, { replaces: newer.rid, learner: { ...payload.learner, email: old.payload.learner.email } }),
  })
  assert.equal((await confirm(site, newest)).state, 'issued')
  assert.deepEqual([stateOf(old), stateOf(newer), stateOf(newest)], ['returned', 'withdrawn', 'issued'])
})

test('A record that is not known is replaced without effect', async () => {
  assertAnswered(await postBody(await replacing({ rid: randomUUID(), payload: (await newDraft(site)).payload })), 201)
})

test('A record of another learner or of another e-workbook is not replaced', async () => {
  const old = await submit(site)
  assertFields(await postBody(await replacing(old, {}, ({ learner }) => (learner.email = `other.${learner.email}`))), '/replaces')
  assertFields(await postBody(await replacing(old, { workbook: 'wire-choices' })), '/replaces')
  assert.equal(stateOf(old), 'awaiting_confirmation')
})

test('A record that is issued, waits for the MARS team or was withdrawn is not replaced', async () => {
  const [issued, checked, withdrawn] = [
    await submit(site),
    await submit(site, { change: ({ confirmer }) => (confirmer.email = `x.${confirmer.email}`.replace('school', 'health')) }),
    await submit(site),
  ]
  await confirm(site, issued)
  await confirm(site, checked)
  assertAnswered(await post(site, '/api/learner', { token: await withdrawn.learnerToken(), action: 'withdraw' }), 200)
  for (const old of [issued, checked, withdrawn]) assertFields(await postBody(await replacing(old)), '/replaces')
  assert.deepEqual([issued, checked, withdrawn].map(stateOf), ['issued', 'needs_mars_check', 'withdrawn'])
})

test('A refused replacement leaves the earlier record as it was', async () => {
  const old = await submit(site)
  assertFields(await postBody(await replacing(old, {}, (payload) => (payload.completed_on = 'today'))), '/completed_on')
  assert.equal(stateOf(old), 'awaiting_confirmation')
  assertAnswered(await post(site, '/api/decisions', confirming(await old.token())), 200)
})

test('A replacement posted twice is one record', async () => {
  const old = await submit(site)
  const body = await replacing(old)
  const { receipt } = assertAnswered(await postBody(body), 201)
  assert.equal(assertAnswered(await postBody(body), 200).receipt, receipt)
})

test('Of two replacements at once one is accepted', async () => {
  const old = await submit(site)
  const bodies = [await replacing(old), await replacing(old)]
  const replies = await Promise.all(bodies.map(postBody))
  assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 422])
  assert.equal(stateOf(old), 'withdrawn')
})

test('Of a replacement and a decision at once one counts', async () => {
  for (let round = 0; round < 5; round += 1) {
    const old = await submit(site)
    const [T, body] = [await old.token(), await replacing(old)]
    const [decision, replacement] = await Promise.all([post(site, '/api/decisions', confirming(T)), postBody(body)])
    const outcome = [decision.status, replacement.status, stateOf(old)].join()
    assert.ok(['200,422,issued', '409,201,withdrawn'].includes(outcome), outcome)
  }
})
