/** When a confirmed record waits for the MARS team, and what the operator then does. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { boardSays, freshAddress } from './client.mjs'
import { assertAnswered, post } from './http.mjs'
import { tokenFor } from './mail.mjs'
import { confirm, confirming, startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const certificateOf = async (sent) =>
  assertAnswered(await post(site, '/api/learner', { token: await sent.learnerToken(), action: 'status' }), 200).certificate

/** The state straight after a confirmation. */
async function stateAfter(change) {
  const sent = await submit(site, { change })
  const { state, confirmation } = await confirm(site, sent)
  await boardSays(confirmation, 'mars-confirmation+jws', site.info.keys)
  assert.equal(site.list()[sent.rid].state, state)
  const certificate = await certificateOf(sent)
  assert.equal(certificate === undefined || certificate === null, state !== 'issued')
  return state
}

const health = (payload) => (payload.learner.agency = { id: 'wire-health', name: 'Wire Health' })

const ISSUED = {
  'a manager of the learner’s agency confirms': () => {},
  'a safeguarding lead confirms': ({ confirmer }) => (confirmer.capacity = 'safeguarding_lead'),
  'the confirmer writes from the second domain of the agency': (payload) => {
    health(payload)
    payload.confirmer.email = freshAddress('confirmer', 'nhs.example')
  },
  'the learner writes from a domain of another agency': ({ learner }) => (learner.email = freshAddress('learner', 'health.example')),
  'the learner’s domain is in no register': ({ learner }) => (learner.email = freshAddress('learner', 'private.example')),
  'the record’s name for a known agency is another': ({ learner }) => (learner.agency.name = 'Free-Mail Ltd'),
}

for (const [what, change] of Object.entries(ISSUED)) {
  test(`A certificate is issued at once when ${what}`, async () => {
    assert.equal(await stateAfter(change), 'issued')
  })
}

const CHECKED = {
  'the confirmer’s domain is another agency’s': ({ confirmer }) => (confirmer.email = freshAddress('confirmer', 'health.example')),
  'the confirmer’s domain is in no register': ({ confirmer }) => (confirmer.email = freshAddress('confirmer', 'unknown.example')),
  'the confirmer’s domain is a sub-domain of the agency’s': ({ confirmer }) =>
    (confirmer.email = freshAddress('confirmer', 'staff.school.example')),
  'the confirmer’s domain only ends like the agency’s': ({ confirmer }) =>
    (confirmer.email = freshAddress('confirmer', 'myschool.example')),
  'the confirmer has free mail': ({ confirmer }) => (confirmer.email = freshAddress('confirmer', 'free-mail.example')),
  'the learner has free mail': ({ learner }) => (learner.email = freshAddress('learner', 'free-mail.example')),
  'the learner’s agency is another than the listed ones': ({ learner }) => (learner.agency = { id: 'other', name: 'Wire School' }),
  'a peer confirms': ({ confirmer }) => Object.assign(confirmer, { capacity: 'peer', reason: 'There is no manager' }),
  'no font draws the learner’s name': ({ learner }) => (learner.name = 'Ann 𓀀'),
}

for (const [what, change] of Object.entries(CHECKED)) {
  test(`A record waits for the MARS team when ${what}`, async () => {
    assert.equal(await stateAfter(change), 'needs_mars_check')
  })
}

test('Two people who confirm one another are looked at', async () => {
  const [ann, sam] = [freshAddress('ann'), freshAddress('sam')]
  const between = (learner, confirmer) => (payload) => {
    payload.learner.email = learner
    payload.confirmer.email = confirmer
  }
  assert.equal(await stateAfter(between(ann, sam)), 'issued')
  assert.equal(await stateAfter(between(sam, ann)), 'needs_mars_check')
})

test('A confirmer to whom the request was forwarded counts by their own address', async () => {
  const sent = await submit(site, { change: ({ confirmer }) => (confirmer.email = freshAddress('confirmer', 'health.example')) })
  const [T, email] = [await sent.token(), freshAddress('lead')]
  assertAnswered(await post(site, '/api/forwards', { token: T, name: 'Kim Lead', email, capacity: 'manager' }), 202)
  const decided = assertAnswered(await post(site, '/api/decisions', confirming((await tokenFor(site, email)).T)), 200)
  assert.equal(decided.state, 'issued')
})

const waiting = () => submit(site, { change: ({ confirmer }) => (confirmer.email = freshAddress('confirmer', 'health.example')) })

test('The operator issues what waits, and the learner has a certificate', async () => {
  const sent = await waiting()
  assert.equal((await confirm(site, sent)).state, 'needs_mars_check')
  const { status, stderr } = site.inbox('issue', sent.rid)
  assert.equal(status, 0, stderr)
  assert.equal(site.list()[sent.rid].state, 'issued')
  assert.equal((await boardSays(await certificateOf(sent), 'mars-cert+jwt', site.info.keys)).nam, sent.payload.learner.name)
})

test('Neither length nor script stops an issue: every name at its limit, in letters that no font has', async () => {
  for (const letter of ['Ł', '李', '𓀀']) {
    const fill = (length) => letter.repeat(length / letter.length)
    const sent = await submit(site, {
      change: ({ learner, confirmer }) => {
        Object.assign(learner, { name: fill(100), job_title: fill(100), agency: { id: 'other', name: fill(120) } })
        confirmer.name = fill(100)
      },
    })
    assert.equal((await confirm(site, sent)).state, 'needs_mars_check')
    const { status, stderr } = site.inbox('issue', sent.rid)
    assert.equal(status, 0, stderr)
    const { nam, job, agy } = await boardSays(await certificateOf(sent), 'mars-cert+jwt', site.info.keys)
    assert.deepEqual([nam, job, agy], [fill(100), fill(100), fill(120)])
  }
})

test('The operator refuses what waits, and there is no certificate', async () => {
  const sent = await waiting()
  await confirm(site, sent)
  const { status, stderr } = site.inbox('refuse', '--reason', 'The school does not know the confirmer', sent.rid)
  assert.equal(status, 0, stderr)
  assert.equal(site.list()[sent.rid].state, 'refused')
  assert.ok(!(await certificateOf(sent)))
  assert.notEqual(site.inbox('issue', sent.rid).status, 0)
  assert.equal(site.list()[sent.rid].state, 'refused')
})

test('The operator issues nothing that nobody has confirmed', async () => {
  const sent = await submit(site)
  assert.notEqual(site.inbox('issue', sent.rid).status, 0)
  assert.equal(site.list()[sent.rid].state, 'awaiting_confirmation')
})

test('The plain list has what was confirmed, and what only waits for a confirmer or was returned is not there', async () => {
  const [issued, checked, returned, waits] = [await submit(site), await waiting(), await submit(site), await submit(site)]
  await confirm(site, issued)
  await confirm(site, checked)
  assertAnswered(await post(site, '/api/decisions', { token: await returned.token(), decision: 'returned', typed_name: 'Sam Head' }), 200)
  const lines = site
    .inbox('list', '--format', 'json')
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line).rid)
  assert.deepEqual(
    [issued, checked, returned, waits].map(({ rid }) => lines.includes(rid)),
    [true, true, false, false],
  )
  const checks = site.inbox('list', '--state', 'needs_mars_check', '--format', 'json').stdout
  assert.ok(checks.includes(checked.rid) && !checks.includes(issued.rid))
})

test('With auto_issue off, everything that is confirmed waits', async () => {
  const careful = await startSignpost({ settings: 'auto_issue = false' })
  try {
    const { state } = await confirm(careful, await submit(careful))
    assert.equal(state, 'needs_mars_check')
  } finally {
    await careful.stop()
  }
})
