/** Nobody confirms without reading the confirmer's mailbox, and looking moves nothing. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { b64url, decodeJws, fromB64url, headerOf, jcs, now, sha256, signJws } from './client.mjs'
import { assertAnswered, assertRefused, post, send } from './http.mjs'
import { mailsTo } from './mail.mjs'
import { confirm, confirming, startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

/** All that a learner's browser ever held for a record, with what can be made of it: texts that somebody might try as T. */
async function everythingTheBrowserHad(sent) {
  const { key, K, object, payload, body } = sent
  const request = await signJws(key, headerOf(key, 'mars-request+jws'), {
    v: 1,
    rid: sent.rid,
    aud: payload.aud,
    iat: now(),
    action: 'status',
  })
  const replies = [
    await post(site, '/api/submissions', body),
    await post(site, '/api/learner', { request }),
    await post(site, '/api/learner', { token: await sent.learnerToken(), action: 'status' }),
  ]
  const texts = [
    body.record,
    ...body.record.split('.'),
    ...Object.values(body.sealed),
    object.salt,
    object.rid,
    payload.answers.digest,
    payload.workbook.digest,
    key.jwk.x,
    key.jwk.y,
    jcs(object),
    jcs(payload),
    request,
    ...request.split('.'),
    sent.receipt,
    ...sent.receipt.split('.'),
    ...Object.values(decodeJws(sent.receipt).payload).map(String),
    payload.learner.email,
    payload.confirmer.email,
    await sent.learnerToken(),
    ...replies.map(({ text }) => text),
    b64url(K),
    K.toString('hex'),
  ]
  const hashed = texts.flatMap((text) => [
    sha256(text),
    sha256(fromB64url(text)),
    sha256(Buffer.concat([K, Buffer.from(text)])),
    sha256(Buffer.concat([Buffer.from(text), K])),
  ])
  const flipped = Buffer.from(K.map((byte) => byte ^ 255))
  return [
    ...new Set([
      ...texts,
      ...texts.map((text) => text.slice(0, 43)),
      ...texts.map((text) => text.slice(-43)),
      ...hashed.map(b64url),
      b64url(flipped),
      `${b64url(K)}.${b64url(K)}`,
    ]),
  ]
}

test('A client that holds all that the learner’s browser ever held, K included, cannot open, decide or forward', async () => {
  const sent = await submit(site)
  const T = await sent.token()
  const tried = await everythingTheBrowserHad(sent)
  assert.ok(!tried.some((text) => text.includes(T)), 'the browser never sees T')
  assert.ok(tried.length > 150)
  const before = site.list()
  for (const token of tried) {
    const bodies = [
      ['/api/open', { token }],
      ['/api/decisions', confirming(token)],
      ['/api/decisions', { token, decision: 'returned', typed_name: 'Sam Head' }],
      ['/api/forwards', { token, name: 'Kim Lead', email: 'kim@school.example', capacity: 'manager' }],
    ]
    for (const [path, body] of bodies) {
      const reply = await post(site, path, body)
      // What has not the length of a token may be refused for that.
      if (fromB64url(token).length === 32 && b64url(fromB64url(token)) === token) assertRefused(reply, 404, 'not-found')
      else assert.ok(reply.status === 404 || reply.status === 422, `${reply.status} for ${token.slice(0, 60)}`)
    }
  }
  assert.deepEqual(site.list(), before)
  assertAnswered(await post(site, '/api/decisions', confirming(T)), 200)
})

test('The learner’s own letters and replies never carry the confirmer’s token', async () => {
  const sent = await submit(site)
  const T = await sent.token()
  await sent.learnerToken()
  await confirm(site, sent)
  assert.ok(!JSON.stringify(mailsTo(site.mailFolder, sent.payload.learner.email)).includes(T))
  assert.ok(!(await post(site, '/api/learner', { token: await sent.learnerToken(), action: 'status' })).text.includes(T))
})

test('A token cannot be altered, shortened, lengthened or spelt otherwise', async () => {
  const sent = await submit(site)
  const T = await sent.token()
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const strayBit = T.slice(0, -1) + alphabet[alphabet.indexOf(T.at(-1)) + 1]
  const swapped = T === T.toLowerCase() ? T.toUpperCase() : T.toLowerCase()
  for (const token of [
    T.slice(0, -1),
    `${T}A`,
    `${T}=`,
    ` ${T}`,
    `${T}\n`,
    `${T}.${b64url(sent.K)}`,
    strayBit,
    swapped,
    T.slice(1) + T[0],
  ]) {
    const reply = await post(site, '/api/decisions', confirming(token))
    assert.ok([400, 404, 422].includes(reply.status), `${reply.status} for ${JSON.stringify(token)}`)
  }
  assert.equal(site.list()[sent.rid].state, 'awaiting_confirmation')
})

test('No GET, no HEAD and no preflight moves a state, wherever the token is put', async () => {
  const [waits, decided] = [await submit(site), await submit(site)]
  await confirm(site, decided)
  const [T, W] = [await waits.token(), await waits.learnerToken()]
  const before = site.list()
  const inboxPaths = [
    '/',
    '/api',
    '/api/submissions',
    '/api/open',
    '/api/decisions',
    '/api/forwards',
    '/api/learner',
    '/status',
    '/log/checkpoint',
    '/health/live',
    '/health/ready',
    '/metrics',
    '/dev/mail',
    '/dev/mail/',
    '/confirm/',
  ]
  const pages = ['/', '/confirm/', '/learn/my-training/', '/verify/', '/signpost.json', '/learn/workbook/']
  const queries = [
    '',
    `?t=${T}`,
    `?token=${T}&decision=confirmed&statement=discussed-and-sufficient/1&typed_name=Sam`,
    `?w=${W}`,
    `?token=${W}&action=withdraw`,
  ]
  const everywhere = [
    [site.info.inbox, inboxPaths],
    [site.info.site, pages],
  ]
  for (const [origin, paths] of everywhere) {
    for (const path of paths) {
      for (const query of queries) {
        for (const method of ['GET', 'HEAD', 'OPTIONS'])
          await send(origin, { method, path: path + query, headers: { origin: site.info.site } })
      }
    }
  }
  const body = JSON.stringify(confirming(T))
  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
    const reply = await send(site.info.inbox, {
      method,
      path: '/api/decisions',
      headers: { 'content-type': 'application/json', origin: site.info.site },
      body,
    })
    assert.equal(reply.status, 405)
  }
  assert.deepEqual(site.list(), before)
  assertAnswered(await post(site, '/api/decisions', confirming(T)), 200)
})

test('Every letter that the preview shows can be looked at without effect', async () => {
  const sent = await submit(site)
  await sent.token()
  await sent.learnerToken()
  const before = site.list()
  const index = await send(site.info.inbox, { path: '/dev/mail' })
  const links = [...index.text.matchAll(/href="([^"#]+)/g)].map(
    ([, link]) => new URL(link.replaceAll('&amp;', '&'), `${site.info.inbox}/dev/mail`),
  )
  assert.ok(
    links.some(({ pathname }) => pathname === '/confirm/'),
    index.text,
  )
  for (const { origin, pathname, search } of links) {
    if (origin === site.info.inbox || origin === site.info.site) await send(origin, { path: pathname + search })
  }
  assert.deepEqual(site.list(), before)
})
