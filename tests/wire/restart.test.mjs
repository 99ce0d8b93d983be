/** What an inbox keeps when it is killed, stopped, started again, or put back to yesterday. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { bodyOf, decodeJws, newDraft } from './client.mjs'
import { assertAnswered, post, send } from './http.mjs'
import { confirm, confirming, publish, scratchFolder, startInboxAlone, submit } from './server.mjs'

let site = await startInboxAlone()
after(() => site.stop())

/** The same inbox once more. */
async function again() {
  site = await startInboxAlone({ folder: site.folder })
}

const auditHolds = () => {
  const { status, stdout, stderr } = site.inbox('audit')
  assert.equal(status, 0, stdout + stderr)
}

/** Posts until the inbox dies: which bodies were acknowledged, and which were not. */
async function postUntilKilled(bodies, nAcknowledged) {
  const receipts = new Map()
  const one = async (body) => {
    const reply = await post(site, '/api/submissions', body).catch(() => undefined)
    if (reply?.status !== 201) return
    receipts.set(body, reply.json.receipt)
    if (receipts.size === nAcknowledged) await site.kill()
  }
  await Promise.all(bodies.map(one))
  return receipts
}

test('Killed in the middle of 16 posts, 20 times over: what was acknowledged is there, the rest can be posted again, nothing is doubled', async () => {
  const rids = new Set()
  for (let round = 0; round < 20; round += 1) {
    const drafts = await Promise.all(Array.from({ length: 16 }, () => newDraft(site)))
    const bodies = await Promise.all(drafts.map((draft) => bodyOf(draft)))
    // Now after the first, now after the last acknowledgement.
    const receipts = await postUntilKilled(bodies, 1 + (round % 16))
    await site.kill()
    await again()
    const listed = site.list()
    for (const { receipt, rid } of [...receipts].map(([{ record }, receipt]) => ({ receipt, rid: decodeJws(record).payload.rid }))) {
      assert.ok(listed[rid], `round ${round}: ${rid} was acknowledged and is lost`)
      assert.equal(decodeJws(receipt).payload.received_at, listed[rid].received_at)
    }
    for (const body of bodies) {
      const reply = await post(site, '/api/submissions', body)
      assertAnswered(reply, receipts.has(body) ? 200 : reply.status === 201 ? 201 : 200)
      if (receipts.has(body)) assert.equal(reply.json.receipt, receipts.get(body))
    }
    for (const { payload } of drafts) rids.add(payload.rid)
  }
  assert.deepEqual(new Set(Object.keys(site.list())), rids)
  auditHolds()
})

test('After a kill the mail that was owed is sent, and its links work', async () => {
  const sent = await submit(site)
  await site.kill()
  await again()
  const [T, W] = [await sent.token(), await sent.learnerToken()]
  assertAnswered(await post(site, '/api/open', { token: T }), 200)
  assertAnswered(await post(site, '/api/learner', { token: W, action: 'status' }), 200)
  assertAnswered(await post(site, '/api/decisions', confirming(T)), 200)
})

test('A decision that was answered outlives a kill, and is still the only one', async () => {
  const sent = await submit(site)
  const { confirmation } = await confirm(site, sent)
  await site.kill()
  await again()
  assert.equal(site.list()[sent.rid].state, 'issued')
  const second = await post(site, '/api/decisions', { token: await sent.token(), decision: 'returned', typed_name: 'Sam Head' })
  assert.equal(second.status, 409)
  assert.deepEqual([second.json.decision, second.json.at], ['confirmed', decodeJws(confirmation).payload.iat])
})

test('A certificate is the same after a restart, under the same keys', async () => {
  const sent = await submit(site)
  await confirm(site, sent)
  const ask = async () => assertAnswered(await post(site, '/api/learner', { token: await sent.learnerToken(), action: 'status' }), 200)
  const [before, keys] = [await ask(), site.info.keys]
  await site.stop()
  await again()
  assert.deepEqual(await ask(), before)
  assert.deepEqual(site.info.keys, keys)
})

test('An e-workbook of an earlier version can be posted and confirmed after a later one was published', async () => {
  const [waiting, draft] = [await submit(site, { workbook: 'wire-choices' }), await newDraft(site, { workbook: 'wire-choices' })]
  const text = site.texts['wire-choices']
  await site.stop()
  const quiz = join(site.folder, 'quizzes/wire-choices.toml')
  writeFileSync(quiz, readFileSync(quiz, 'utf8').replace('version = 3', 'version = 4').replace('Pick one.', 'Pick just one.'))
  publish(site.folder)
  await again()
  assert.deepEqual(
    site.info.workbooks.filter(({ id }) => id === 'wire-choices').map(({ version }) => version),
    [4],
  )
  const opened = assertAnswered(await post(site, '/api/open', { token: await waiting.token() }), 200)
  assert.equal(opened.definition, text)
  assert.equal((await confirm(site, waiting)).state, 'issued')
  assertAnswered(await post(site, '/api/submissions', await bodyOf(draft)), 201)
  assertAnswered(await post(site, '/api/submissions', await bodyOf(await newDraft(site, { workbook: 'wire-choices' }))), 201)
})

/** The database and its companions, taken from one folder to another. */
function copyDatabase(from, to) {
  mkdirSync(to, { recursive: true })
  for (const file of readdirSync(to).filter((name) => name.startsWith('inbox.db'))) rmSync(join(to, file))
  for (const file of readdirSync(from).filter((name) => name.startsWith('inbox.db'))) copyFileSync(join(from, file), join(to, file))
}

test('A database put back to yesterday’s is found out by a checkpoint from outside', async () => {
  const [yesterday, file, live] = [scratchFolder(), join(scratchFolder(), 'checkpoint.jws'), join(site.folder, 'var')]
  await site.stop()
  copyDatabase(live, yesterday)
  await again()
  await submit(site)
  writeFileSync(file, (await send(site.address, { path: '/log/checkpoint' })).text)
  await site.stop()
  assert.equal(site.inbox('audit', '--checkpoint', file).status, 0)
  copyDatabase(live, join(yesterday, 'today'))
  copyDatabase(yesterday, live)
  assert.equal(site.inbox('audit', '--checkpoint', file).status, 1)
  copyDatabase(join(yesterday, 'today'), live)
  await again()
  auditHolds()
})
