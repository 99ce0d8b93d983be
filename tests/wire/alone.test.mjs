/** The inbox as an operator runs it: on its own, under a public name, behind a proxy. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bodyOf, boardSays, decodeJws, newDraft } from './client.mjs'
import { assertAnswered, assertFields, assertRefused, post, send } from './http.mjs'
import { learnerToken, tokenFor } from './mail.mjs'
import { confirm, startInboxAlone, submit } from './server.mjs'

const site = await startInboxAlone()
after(() => site.stop())

test('The published site names the inbox as browsers reach it, and the board’s public key', () => {
  assert.deepEqual([site.info.site, site.info.inbox], ['https://earlyhelp.example', 'https://inbox.example'])
  assert.equal(site.info.keys.keys.length, 1)
})

test('A record goes all the way to a certificate, and everything bears the public names', async () => {
  const sent = await submit(site)
  assert.equal((await boardSays(sent.receipt, 'mars-receipt+jws', site.info.keys)).iss, 'https://inbox.example')
  assert.match((await tokenFor(site, sent.payload.confirmer.email)).link, /^https:\/\/earlyhelp\.example\/confirm\/#t=/)
  assert.match((await learnerToken(site, sent.payload.learner.email)).link, /^https:\/\/earlyhelp\.example\/learn\/my-training\/#w=/)
  assert.equal((await confirm(site, sent)).state, 'issued')
  const { certificate } = assertAnswered(await post(site, '/api/learner', { token: await sent.learnerToken(), action: 'status' }), 200)
  assert.equal((await boardSays(certificate, 'mars-cert+jwt', site.info.keys)).iss, 'https://inbox.example')
})

test('The address at which it listens is no name of the inbox', async () => {
  const draft = await newDraft(site)
  draft.payload.aud = site.address
  assertFields(await post(site, '/api/submissions', await bodyOf(draft)), '/aud')
})

test('Only the site’s own origin is allowed, and no preview’s', async () => {
  for (const origin of [
    site.address,
    'https://inbox.example',
    'http://127.0.0.1:8000',
    'http://localhost:8000',
    'http://earlyhelp.example',
    'https://www.earlyhelp.example',
  ]) {
    assertRefused(await post(site, '/api/submissions', await bodyOf(await newDraft(site)), { origin }), 403, 'origin')
  }
})

test('Mail is not shown where it is not a preview’s', async () => {
  for (const path of ['/dev/mail', '/dev/mail/', '/dev']) assertRefused(await send(site.address, { path }), 404, 'not-found')
})

test('Told to stop under load, it answers what it has read, loses nothing and ends with 0', async () => {
  const bodies = await Promise.all(Array.from({ length: 48 }, async () => bodyOf(await newDraft(site))))
  let ending
  const replies = await Promise.all(
    bodies.map(async (body) => {
      const reply = await post(site, '/api/submissions', body).catch((error) => error.code)
      ending ??= site.stop()
      return { rid: decodeJws(body.record).payload.rid, reply }
    }),
  )
  assert.equal(await ending, 0)
  const listed = site.list()
  const accepted = replies.filter(({ reply }) => reply.status === 201)
  assert.ok(accepted.length > 0)
  for (const { rid } of accepted) assert.ok(listed[rid], `${rid} was acknowledged and is lost`)
  for (const { reply } of replies)
    assert.ok([201, 'ECONNREFUSED', 'ECONNRESET'].includes(reply.status ?? reply), `${reply.status ?? reply}`)
})
