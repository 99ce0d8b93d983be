import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJws, verifyJws } from '../../themes/signpost/components/record/jws.mjs'
import { tokenInAddress } from '../../themes/signpost/components/my-training/mailed-token.mjs'
import { requestOfDevice } from '../../themes/signpost/components/record/learner-request.mjs'
import { renewalOf } from '../../themes/signpost/components/my-training/renewal.mjs'
import { addressOfWorkbook, promptFinder, trainingOfEntry, trainingOfReply, withReply, workbookOfReply } from '../../themes/signpost/components/my-training/trainings.mjs'
import { fileTextOf } from '../../themes/signpost/components/my-training/workbook-file.mjs'

const RID = '3b241101-e2bb-4255-8caf-4136c566a962'
const ENTRY = {
  rid: RID, reference: 'MARS-VG27-DS92', workbook: { id: 'w', version: 1, title: 'W', digest: 'd' },
  learner: { name: 'Zoë', email: 'z@school.example' }, confirmer: { name: 'Ann', email: 'ann@school.example' },
  completed_on: '2026-03-03', record: 'r', receipt: 'c', body: null, object: { v: 1 }, state: 'awaiting_confirmation', sent_at: 1_772_500_000_000,
}

test('the device asks with its own key', async () => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const jwk = { kty: 'EC', crv: 'P-256', x, y }
  const key = { privateKey: pair.privateKey, publicJwk: jwk }
  const parsed = parseJws((await requestOfDevice('https://inbox.example', key, RID, 'withdraw', 7)).request)
  assert.deepEqual(parsed.header, { alg: 'ES256', typ: 'mars-request+jws', jwk })
  assert.deepEqual(parsed.payload, { v: 1, rid: RID, aud: 'https://inbox.example', iat: 7, action: 'withdraw' })
  assert.ok(await verifyJws(parsed, jwk))
})

test('a mailed code is whole or it is none', () => {
  const token = 'w'.repeat(43)
  assert.equal(tokenInAddress(`#w=${token}`), token)
  assert.equal(tokenInAddress(`#w=${token}x`), '')
  assert.equal(tokenInAddress('#w='), '')
  assert.equal(tokenInAddress('#main'), null)
})

test('what the inbox says is kept, and nothing that was known is lost', () => {
  const returned = withReply(ENTRY, { rid: RID, state: 'returned', since: 9, confirmer_name: 'Ann', comment: 'Read on', comments: { q: 'This' } })
  assert.equal(returned.state, 'returned')
  assert.equal(returned.comment, 'Read on')
  assert.equal(returned.confirmer.email, 'ann@school.example')
  assert.equal(returned.record, 'r')
  const forwarded = withReply(ENTRY, { rid: RID, state: 'issued', since: 9, confirmer_name: 'Bob', certificate: 'jws' })
  assert.deepEqual(forwarded.confirmer, { name: 'Bob', email: '' })
  assert.equal(forwarded.certificate, 'jws')
  assert.equal(ENTRY.confirmer.name, 'Ann')
})

test('a card is made from the device or from the mail', () => {
  const own = trainingOfEntry(ENTRY, [ENTRY])
  assert.equal(own.isPending, false)
  assert.equal(own.sentAt, 1_772_500_000)
  assert.equal(own.successor, undefined)
  assert.ok(trainingOfEntry({ ...ENTRY, receipt: null }, []).isPending)
  const reply = { rid: RID, state: 'issued', since: 9, confirmer_name: 'Bob' }
  const mailed = trainingOfReply(reply, 'MARS-VG27-DS92', { id: 'w', title: 'W' })
  assert.deepEqual([mailed.workbookId, mailed.title, mailed.confirmerName, mailed.canSave], ['w', 'W', 'Bob', false])
  assert.equal(trainingOfReply(reply, 'MARS-VG27-DS92', undefined).title, 'E-workbook')
})

test('what was sent again gives way to the newest that still counts', () => {
  const later = (n, members) => ({ ...ENTRY, rid: `r${n}`, reference: `MARS-${n}`, sent_at: ENTRY.sent_at + n, ...members })
  const successor = (...others) => trainingOfEntry(ENTRY, [...others, ENTRY]).successor
  assert.equal(successor(later(2), later(1)), 'MARS-2')
  assert.equal(successor(later(2, { state: 'withdrawn' }), later(1)), 'MARS-1')
  assert.equal(successor(later(2, { receipt: null })), undefined, 'not sent yet')
  assert.equal(successor(later(2, { workbook: { id: 'x' } })), undefined, 'another e-workbook')
  assert.equal(successor(later(-1)), undefined, 'an older one')
})

test('a certificate is renewed from sixty days before its end', () => {
  // The end of 3 March 2028.
  const exp = 1_835_740_799
  const day = 86_400
  assert.equal(renewalOf({}, exp), null)
  assert.deepEqual(renewalOf({ exp }, exp - 60 * day - 1), { until: '3 March 2028', from: '3 January 2028', isDue: false, isOver: false })
  assert.equal(renewalOf({ exp }, exp - 60 * day).isDue, true)
  assert.equal(renewalOf({ exp }, exp).isOver, false)
  assert.equal(renewalOf({ exp }, exp + 1).isOver, true)
})

test('comments stand under their questions', () => {
  const promptOf = promptFinder(['{"questions":[{"id":"a","prompt":"Why?"}]}', '{"questions":[]}'])
  assert.equal(promptOf('a'), 'Why?')
  assert.equal(promptOf('b'), '')
})

test('an e-workbook is named as well as can be', () => {
  const one = { workbooks: [{ id: 'w', title: 'W' }] }
  assert.equal(workbookOfReply({}, one).title, 'W')
  assert.equal(workbookOfReply({}, { workbooks: [...one.workbooks, { id: 'x', title: 'X' }] }), undefined)
})

test('an e-workbook is answered on its own page', () => {
  const link = { dataset: { workbook: 'w' }, getAttribute: () => '../../teams/w/' }
  const root = { querySelectorAll: () => [link] }
  assert.deepEqual(['w', 'x', undefined].map((id) => addressOfWorkbook(root, id)), ['../../teams/w/', '', ''])
})

test('the saved copy is the learner’s file', () => {
  assert.deepEqual(JSON.parse(fileTextOf(ENTRY, '{}')), { v: 1, kind: 'workbook', object: { v: 1 }, definition: '{}', record: 'r' })
})
