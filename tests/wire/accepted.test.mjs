/** Submissions that are accepted, their receipts, and the same record posted again. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  answersTo,
  b64url,
  bodyOf,
  boardSays,
  digestOf,
  freshAddress,
  fromB64url,
  headerOf,
  jcs,
  londonDay,
  makeKey,
  newDraft,
  now,
  openSeal,
  randomBytes,
  referenceOf,
  seal,
  signJws,
  twinOf,
} from './client.mjs'
import { assertAnswered, assertRefused, post } from './http.mjs'
import { learnerToken, tokenFor } from './mail.mjs'
import { startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const postDraft = async (draft) => post(site, '/api/submissions', await bodyOf(draft))
const receiptOf = ({ receipt }) => boardSays(receipt, 'mars-receipt+jws', site.info.keys)
const payloadDigest = (record) => digestOf(fromB64url(record.split('.')[1]))

test('A record is accepted with a receipt that the board’s key holds and that names the record', async () => {
  const before = now()
  const sent = await submit(site)
  assert.deepEqual(Object.keys(await post(site, '/api/submissions', sent.body).then(({ json }) => json)).sort(), [
    'receipt',
    'rid',
    'state',
  ])
  assert.equal(sent.rid, sent.payload.rid)
  assert.equal(sent.state, 'awaiting_confirmation')
  const { received_at, ...receipt } = await receiptOf(sent)
  assert.deepEqual(receipt, {
    v: 1,
    iss: site.info.inbox,
    rid: sent.rid,
    sub_digest: payloadDigest(sent.body.record),
    reference: referenceOf(sent.rid),
    state: 'awaiting_confirmation',
  })
  assert.ok(Number.isInteger(received_at) && received_at >= before - 1 && received_at <= now() + 1)
})

test('A record waits in the operator’s full list and in no other', async () => {
  const { rid, payload, receipt } = await submit(site)
  const { received_at } = await receiptOf({ receipt })
  const { id, version } = payload.workbook
  assert.deepEqual(site.list()[rid], {
    rid,
    reference: referenceOf(rid),
    state: 'awaiting_confirmation',
    workbook: `${id}/${version}`,
    received_at,
  })
  const { status, stdout } = site.inbox('list', '--format', 'json')
  assert.equal(status, 0)
  assert.ok(!stdout.includes(rid), 'MARS lists a record only once it is confirmed')
})

test('The reference of the specification’s vector comes from the inbox as well', async () => {
  const sent = await submit(site, { rid: '00000000-0000-4000-8000-000000000000' })
  assert.equal((await receiptOf(sent)).reference, 'MARS-VG27-DS92')
})

test('The confirmer is mailed a token and the key of the answers, the learner a token that is another', async () => {
  const { K, payload } = await submit(site)
  const confirmer = await tokenFor(site, payload.confirmer.email)
  const learner = await learnerToken(site, payload.learner.email)
  assert.equal(confirmer.K, b64url(K))
  assert.equal(confirmer.link, `${site.info.site}/confirm/#t=${confirmer.T}.${confirmer.K}`)
  assert.equal(learner.link, `${site.info.site}/learn/my-training/#w=${learner.W}`)
  assert.notEqual(learner.W, confirmer.T)
})

test('An e-workbook whose answers stay with the learner is posted without a seal and mailed without a key', async () => {
  const { payload, body } = await submit(site, { workbook: 'wire-choices' })
  assert.deepEqual(Object.keys(body), ['record'])
  const { K, link, T } = await tokenFor(site, payload.confirmer.email)
  assert.equal(K, undefined)
  assert.equal(link, `${site.info.site}/confirm/#t=${T}`)
})

test('The same body again gets 200 and the stored receipt, byte for byte, as often as it comes', async () => {
  const { rid, body, receipt } = await submit(site)
  for (const _ of [1, 2, 3]) {
    const again = assertAnswered(await post(site, '/api/submissions', body), 200)
    assert.deepEqual(again, { rid, state: 'awaiting_confirmation', receipt })
  }
})

test('Another signature of the same key over the same payload is the same record: a new one and the twin', async () => {
  const { key, payload, body, receipt } = await submit(site)
  const newer = await signJws(key, headerOf(key), payload)
  for (const record of [newer, twinOf(body.record), twinOf(newer)]) {
    assert.equal(assertAnswered(await post(site, '/api/submissions', { ...body, record }), 200).receipt, receipt)
  }
})

test('A first post may carry either twin', async () => {
  for (const pick of [(record) => record, twinOf]) {
    const body = await bodyOf(await newDraft(site))
    assertAnswered(await post(site, '/api/submissions', { ...body, record: pick(body.record) }), 201)
  }
})

test('A record that comes again may have no seal, another one, or one of the wrong lengths', async () => {
  const { rid, object, body, receipt } = await submit(site)
  const { record } = body
  const other = await seal(jcs(object), rid)
  for (const sealed of [other, { ...other, iv: 'AAAA' }, { key: 'AAAA' }, null, 5]) {
    assert.equal(assertAnswered(await post(site, '/api/submissions', { record, sealed }), 200).receipt, receipt)
  }
  assert.equal(assertAnswered(await post(site, '/api/submissions', { record }), 200).receipt, receipt)
})

test('The first seal stays, and the link that was mailed opens it', async () => {
  const { rid, object, payload, body } = await submit(site)
  const sealed = await seal(jcs(object), rid, randomBytes(32))
  assertAnswered(await post(site, '/api/submissions', { record: body.record, sealed }), 200)
  const { T, K } = await tokenFor(site, payload.confirmer.email)
  const opened = assertAnswered(await post(site, '/api/open', { token: T }), 200)
  assert.deepEqual(opened.sealed, { iv: body.sealed.iv, ciphertext: body.sealed.ciphertext })
  assert.equal(await openSeal(opened.sealed, K, rid), jcs(object))
})

test('The same payload under another key is a conflict, whatever was sealed', async () => {
  const { payload, body } = await submit(site)
  const thief = await makeKey()
  const record = await signJws(thief, headerOf(thief), payload)
  assertRefused(await post(site, '/api/submissions', { ...body, record }), 409, 'conflict')
})

test('The same rid with another payload is a conflict, and the first record stays', async () => {
  const sent = await submit(site)
  const payload = { ...sent.payload, completed_on: londonDay(-1) }
  assertRefused(await postDraft({ ...sent, payload }), 409, 'conflict')
  assert.equal(assertAnswered(await post(site, '/api/submissions', sent.body), 200).receipt, sent.receipt)
})

test('The payload counts as it was sent: spaces and another order of members are fine', async () => {
  const draft = await newDraft(site)
  const text = JSON.stringify(Object.fromEntries(Object.entries(draft.payload).reverse()), null, 2)
  const record = await signJws(draft.key, headerOf(draft.key), text)
  const { receipt } = assertAnswered(await post(site, '/api/submissions', { ...(await bodyOf(draft)), record }), 201)
  assert.equal((await receiptOf({ receipt })).sub_digest, digestOf(text))
  const compact = await bodyOf(draft)
  assertRefused(await post(site, '/api/submissions', compact), 409, 'conflict')
})

test('Twelve answers of 4,000 letters with accents fit', async () => {
  const answers = answersTo(site.definitions['early-help-awareness'], 'Ŵé'.repeat(2000))
  assert.equal(Object.keys(answers).length, 12)
  const draft = await newDraft(site, { answers })
  const body = JSON.stringify(await bodyOf(draft))
  assert.ok(body.length < 256 * 1024)
  assertAnswered(await post(site, '/api/submissions', body), 201)
  // Three bytes a character is the most that UTF-8 needs for one UTF-16 unit.
  assertAnswered(
    await postDraft(await newDraft(site, { answers: answersTo(site.definitions['early-help-awareness'], 'ก'.repeat(4000)) })),
    201,
  )
})

test('A record with every text at its limit fits', async () => {
  const widest = 'ก'
  const address = (local) => `${local.padEnd(64, 'a')}@${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(55)}.example`.slice(0, 254)
  const sent = await submit(site, {
    change: (payload) => {
      payload.learner = {
        name: widest.repeat(100),
        email: address('learner'),
        job_title: widest.repeat(100),
        agency: { id: 'other', name: widest.repeat(120) },
      }
      payload.confirmer = { name: widest.repeat(100), email: address('confirmer'), capacity: 'peer', reason: widest.repeat(300) }
    },
  })
  assert.equal(sent.payload.learner.email.length, 254)
  assert.ok(sent.body.record.length <= 8192, `${sent.body.record.length}`)
})

test('A seal that does not open is accepted: the inbox does not look', async () => {
  const draft = await newDraft(site)
  const sealed = { key: b64url(randomBytes(32)), iv: b64url(randomBytes(12)), ciphertext: b64url(randomBytes(16)) }
  const { record } = await bodyOf(draft)
  assertAnswered(await post(site, '/api/submissions', { record, sealed }), 201)
})

test('A post without Origin is a program’s, and accepted', async () => {
  const body = await bodyOf(await newDraft(site))
  assertAnswered(await post(site, '/api/submissions', body, { origin: undefined }), 201)
})

test('The media type may have parameters and capitals', async () => {
  for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset=UTF-8;x=y']) {
    const body = await bodyOf(await newDraft(site))
    assertAnswered(await post(site, '/api/submissions', body, { 'content-type': type }), 201)
  }
})

test('Posts of one record at once, with either twin, store it once and get one receipt', async () => {
  const body = await bodyOf(await newDraft(site))
  const twin = { ...body, record: twinOf(body.record) }
  const replies = await Promise.all(Array.from({ length: 8 }, (_, n) => post(site, '/api/submissions', n % 2 ? body : twin)))
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 200, 200, 201])
  assert.equal(new Set(replies.map(({ json }) => json.receipt)).size, 1)
})

test('Of several payloads with one rid, posted at once, one is accepted', async () => {
  const draft = await newDraft(site)
  const bodies = await Promise.all([0, 1, 2, 3].map((iat) => bodyOf({ ...draft, payload: { ...draft.payload, iat } })))
  const replies = await Promise.all(bodies.map((body) => post(site, '/api/submissions', body)))
  assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409, 409, 409])
  for (const reply of replies.filter(({ status }) => status === 409)) assertRefused(reply, 409, 'conflict')
})

test('Limits on mail refuse no record: one learner’s sixth of a day is accepted as the first', async () => {
  const email = freshAddress('learner')
  for (let n = 0; n < 6; n += 1) await submit(site, { change: ({ learner }) => (learner.email = email) })
})
