/** A confirmer who is not the right person sends the request on, within the learner's own agency. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { b64url, boardSays, freshAddress, openSeal, jcs, randomBytes } from './client.mjs'
import { assertAnswered, assertFields, assertRefused, post } from './http.mjs'
import { mailsTo, tokenFor, waitForMail } from './mail.mjs'
import { confirming, startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const forward = (body) => post(site, '/api/forwards', body)
const to = (token, email, more) => ({ token, name: 'Kim Lead', email, capacity: 'safeguarding_lead', ...more })
const unknown = b64url(randomBytes(32))

test('A request goes on to a colleague of the learner’s agency, who gets a token of their own and decides', async () => {
  const sent = await submit(site)
  const [first, email] = [await sent.token(), freshAddress('lead')]
  const reply = assertAnswered(await forward(to(first, email)), 202)
  assert.deepEqual(Object.keys(reply).sort(), ['rid', 'sent_to', 'state'])
  assert.deepEqual([reply.rid, reply.state], [sent.rid, 'awaiting_confirmation'])
  assert.ok(reply.sent_to.endsWith('@school.example'))
  const { T, K } = await tokenFor(site, email)
  assert.notEqual(T, first)
  const opened = assertAnswered(await post(site, '/api/open', { token: T }), 200)
  assert.equal(opened.sent_to, 'l…@school.example')
  assert.equal(await openSeal(opened.sealed, K, sent.rid), jcs(sent.object))
  const decided = assertAnswered(await post(site, '/api/decisions', { ...confirming(T), typed_name: 'Kim Lead' }), 200)
  assert.equal(decided.state, 'issued')
  const { confirmer } = await boardSays(decided.confirmation, 'mars-confirmation+jws', site.info.keys)
  assert.deepEqual(confirmer, { name: 'Kim Lead', typed_name: 'Kim Lead', capacity: 'safeguarding_lead' })
})

test('The first confirmer is told, and may still decide', async () => {
  const sent = await submit(site)
  const first = await sent.token()
  const before = mailsTo(site.mailFolder, sent.payload.confirmer.email).length
  const email = freshAddress('lead')
  assertAnswered(await forward(to(first, email)), 202)
  await waitForMail(site.mailFolder, sent.payload.confirmer.email, (mails) => (mails.length > before ? mails : undefined))
  const { T } = await tokenFor(site, email)
  const decided = assertAnswered(await post(site, '/api/decisions', confirming(first)), 200)
  const { confirmer } = await boardSays(decided.confirmation, 'mars-confirmation+jws', site.info.keys)
  assert.deepEqual(confirmer, { name: sent.payload.confirmer.name, typed_name: 'Sam Head', capacity: 'manager' })
  assertRefused(await post(site, '/api/decisions', confirming(T)), 409, 'decided')
})

test('Of the first and the second confirmer, deciding at once, one does', async () => {
  const sent = await submit(site)
  const [first, email] = [await sent.token(), freshAddress('lead')]
  assertAnswered(await forward(to(first, email)), 202)
  const { T } = await tokenFor(site, email)
  const replies = await Promise.all([first, T].map((token) => post(site, '/api/decisions', confirming(token))))
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409])
})

test('The second confirmer may send it on again', async () => {
  const sent = await submit(site)
  const [second, third] = [freshAddress('lead'), freshAddress('lead')]
  assertAnswered(await forward(to(await sent.token(), second)), 202)
  assertAnswered(await forward(to((await tokenFor(site, second)).T, third)), 202)
  const { T } = await tokenFor(site, third)
  assertAnswered(await post(site, '/api/decisions', confirming(T)), 200)
})

test('Any mail domain of the learner’s agency will do, and no other', async () => {
  const sent = await submit(site, {
    change: ({ learner, confirmer }) => {
      learner.agency = { id: 'wire-health', name: 'Wire Health' }
      learner.email = freshAddress('learner', 'health.example')
      confirmer.email = freshAddress('confirmer', 'health.example')
    },
  })
  const T = await sent.token()
  for (const domain of ['school.example', 'free-mail.example', 'sub.health.example', 'xhealth.example', 'example']) {
    assertFields(await forward(to(T, freshAddress('lead', domain))), '/email')
  }
  assertAnswered(await forward(to(T, freshAddress('lead', 'nhs.example'))), 202)
})

test('A learner of another agency than the listed ones has no domain to forward to', async () => {
  const sent = await submit(site, { change: ({ learner }) => (learner.agency = { id: 'other', name: 'A small charity' }) })
  const T = await sent.token()
  for (const domain of ['school.example', 'health.example', 'charity.example'])
    assertFields(await forward(to(T, freshAddress('lead', domain))), '/email')
})

test('Nobody sends a request on to the learner, under whatever spelling', async () => {
  const sent = await submit(site, { change: ({ learner }) => (learner.email = freshAddress('Learner')) })
  const T = await sent.token()
  const [local, domain] = sent.payload.learner.email.split('@')
  for (const email of [`${local}@${domain}`, `${local.toLowerCase()}@${domain}`, `${local}+manager@${domain}`])
    assertFields(await forward(to(T, email)), '/email')
  assert.ok(!JSON.stringify(mailsTo(site.mailFolder, sent.payload.learner.email)).includes('#t='))
})

test('The members of a forward are checked, all at once', async () => {
  for (const capacity of ['peer', '', 'Manager', null, 5])
    assertFields(await forward(to(unknown, 'kim@school.example', { capacity })), '/capacity')
  for (const name of ['', ' Kim', 'Kim\n', 'x'.repeat(101), null, 5])
    assertFields(await forward(to(unknown, 'kim@school.example', { name })), '/name')
  for (const email of ['', 'kim', 'kim@School.example', null, 5]) assertFields(await forward(to(unknown, email)), '/email')
  assertFields(await forward({ extra: 1, email: 'kim' }), '/token', '/name', '/email', '/capacity', '/extra')
  assertFields(await forward(to(unknown, 'kim@school.example', { reason: 'Because' })), '/reason')
})

test('A token that was never issued forwards nothing, and a decided request goes nowhere', async () => {
  assertRefused(await forward(to(unknown, 'kim@school.example')), 404, 'not-found')
  const sent = await submit(site)
  const T = await sent.token()
  assertAnswered(await post(site, '/api/decisions', confirming(T)), 200)
  assertRefused(await forward(to(T, freshAddress('lead'))), 409, 'decided')
})
