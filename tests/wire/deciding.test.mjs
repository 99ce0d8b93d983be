/** The confirmer's decision: what it needs, what it answers, and that there is only one. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { b64url, boardSays, digestOf, fromB64url, now, randomBytes } from './client.mjs'
import { assertAnswered, assertFields, assertRefused, post } from './http.mjs'
import { mailsTo, waitForMail } from './mail.mjs'
import { confirm, confirming, startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const decide = (body) => post(site, '/api/decisions', body)
const returning = (token, more) => ({ token, decision: 'returned', typed_name: 'Sam Head', ...more })
const unknown = b64url(randomBytes(32))
const QUESTION = 'what-is-early-help'

test('A confirmed record is issued at once when every check passes, and the confirmation is signed', async () => {
  const sent = await submit(site)
  const T = await sent.token()
  const before = now()
  const decided = assertAnswered(await decide({ ...confirming(T), typed_name: 'S. J. Head' }), 200)
  assert.deepEqual(Object.keys(decided).sort(), ['confirmation', 'rid', 'state'])
  assert.deepEqual([decided.rid, decided.state], [sent.rid, 'issued'])
  const { iat, ...confirmation } = await boardSays(decided.confirmation, 'mars-confirmation+jws', site.info.keys)
  assert.deepEqual(confirmation, {
    v: 1,
    iss: site.info.inbox,
    rid: sent.rid,
    sub_digest: digestOf(fromB64url(sent.body.record.split('.')[1])),
    decision: 'confirmed',
    statement: 'discussed-and-sufficient/1',
    confirmer: { name: sent.payload.confirmer.name, typed_name: 'S. J. Head', capacity: 'manager' },
    method: 'mail-link',
  })
  assert.ok(Number.isInteger(iat) && iat >= before - 1 && iat <= now() + 1)
  assert.equal(site.list()[sent.rid].state, 'issued')
})

test('A returned record is returned, with a confirmation that says so', async () => {
  const sent = await submit(site)
  const decided = assertAnswered(await decide(returning(await sent.token(), { comment: 'Please say more.' })), 200)
  assert.deepEqual([decided.rid, decided.state], [sent.rid, 'returned'])
  const { decision, method } = await boardSays(decided.confirmation, 'mars-confirmation+jws', site.info.keys)
  assert.deepEqual([decision, method], ['returned', 'mail-link'])
  assert.equal(site.list()[sent.rid].state, 'returned')
  assert.ok(!decided.confirmation.includes(b64url('Please say more.')))
})

test('A second decision is told of the first: which, when and by whom', async () => {
  const sent = await submit(site)
  const T = await sent.token()
  const { confirmation } = assertAnswered(await decide(confirming(T)), 200)
  const { iat } = await boardSays(confirmation, 'mars-confirmation+jws', site.info.keys)
  for (const body of [confirming(T), { ...confirming(T), typed_name: 'Another Name' }, returning(T)]) {
    const reply = await decide(body)
    assertRefused(reply, 409, 'decided')
    const { decision, at, by } = reply.json
    assert.deepEqual({ decision, at, by }, { decision: 'confirmed', at: iat, by: 'Sam Head' })
  }
})

test('Of two who decide at once one does, and the other is told', async () => {
  for (let round = 0; round < 10; round += 1) {
    const T = await (await submit(site)).token()
    const bodies = [confirming(T), returning(T), confirming(T), returning(T)]
    const replies = await Promise.all(bodies.map((body) => decide(body)))
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409, 409])
    const won = bodies[replies.findIndex(({ status }) => status === 200)].decision
    for (const reply of replies.filter(({ status }) => status === 409)) {
      assertRefused(reply, 409, 'decided')
      assert.equal(reply.json.decision, won)
    }
  }
})

test('The statement is needed to confirm, word for word, and refused to return', async () => {
  const { statement: _, ...without } = confirming(unknown)
  assertFields(await decide(without), '/statement')
  for (const statement of ['', 'discussed-and-sufficient', 'discussed-and-sufficient/2', 'Discussed-and-sufficient/1', true, null]) {
    assertFields(await decide({ ...without, statement }), '/statement')
  }
  assertFields(await decide(returning(unknown, { statement: 'discussed-and-sufficient/1' })), '/statement')
})

test('The members of a decision are checked, all at once', async () => {
  for (const decision of ['', 'Confirmed', 'refused', null, 1]) {
    const reply = await decide({ ...confirming(unknown), decision })
    assertRefused(reply, 422, 'field')
    assert.ok(
      reply.json.errors.some(({ pointer }) => pointer === '/decision'),
      reply.text,
    )
  }
  for (const typed_name of ['', ' ', ' Sam', 'Sam ', 'Ze\u0308', 'Sam\nHead', 'Sam\u202eHead', null, 5]) {
    assertFields(await decide({ ...confirming(unknown), typed_name }), '/typed_name')
  }
  assertFields(await decide({ decision: 'returned', comment: '', typed_name: '', extra: 1 }), '/token', '/comment', '/typed_name', '/extra')
})

test('Comments have 1 to 500 characters, and only questions of the definition have one', async () => {
  const refused = async (more, ...pointers) => assertFields(await decide(returning((await waiting).T, more)), ...pointers)
  const waiting = submit(site).then(async (sent) => ({ ...sent, T: await sent.token() }))
  for (const comment of ['', 'x'.repeat(501), `${'🙂'.repeat(250)}x`, null, 5]) {
    await refused({ comment }, '/comment')
    await refused({ comments: { [QUESTION]: comment } }, `/comments/${QUESTION}`)
  }
  for (const comments of [null, 'text', []]) await refused({ comments }, '/comments')
  await refused({ comments: { [QUESTION]: 'Good.', 'no-such-question': 'Why?' } }, '/comments/no-such-question')
  await refused({ comments: { 'a/b~c': 'Why?' } }, '/comments/a~1b~0c')
  assert.equal(site.list()[(await waiting).rid].state, 'awaiting_confirmation')
})

test('Comments of every allowed length reach the learner as they were written', async () => {
  const sent = await submit(site)
  const given = { comment: `${'🙂'.repeat(249)}\nx`, comments: { [QUESTION]: 'One.\nTwo: “why”?', plan: 'x' } }
  assertAnswered(await decide(returning(await sent.token(), given)), 200)
  const { comment, comments } = assertAnswered(
    await post(site, '/api/learner', { token: await sent.learnerToken(), action: 'status' }),
    200,
  )
  assert.deepEqual({ comment, comments }, given)
})

test('A confirmed record may have comments too', async () => {
  const sent = await submit(site)
  assertAnswered(await decide({ ...confirming(await sent.token()), comment: 'Well done.' }), 200)
  const { state, comment } = assertAnswered(await post(site, '/api/learner', { token: await sent.learnerToken(), action: 'status' }), 200)
  assert.deepEqual([state, comment], ['issued', 'Well done.'])
})

test('The typed name is recorded and not compared', async () => {
  const sent = await submit(site)
  const decided = assertAnswered(await decide({ ...confirming(await sent.token()), typed_name: 'Someone Else' }), 200)
  const { confirmer } = await boardSays(decided.confirmation, 'mars-confirmation+jws', site.info.keys)
  assert.deepEqual(confirmer, { name: sent.payload.confirmer.name, typed_name: 'Someone Else', capacity: 'manager' })
  assert.equal(decided.state, 'issued')
})

test('A record that was decided comes again with 200, its first receipt and its present state', async () => {
  const sent = await submit(site)
  await confirm(site, sent)
  assert.deepEqual(assertAnswered(await post(site, '/api/submissions', sent.body), 200), {
    rid: sent.rid,
    state: 'issued',
    receipt: sent.receipt,
  })
})

test('The learner’s letter about a returned record has no comment in it', async () => {
  const sent = await submit(site)
  await sent.learnerToken()
  const before = mailsTo(site.mailFolder, sent.payload.learner.email).length
  assertAnswered(await decide(returning(await sent.token(), { comment: 'Unmistakable' })), 200)
  const mails = await waitForMail(site.mailFolder, sent.payload.learner.email, (mails) => (mails.length > before ? mails : undefined))
  assert.ok(!JSON.stringify(mails).includes('Unmistakable'))
})
