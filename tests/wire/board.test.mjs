/** What the board signs: certificates, the status list, checkpoints; and `signpost verify`, which judges them offline. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ALPHABET, b64url, boardSays, decodeJws, forged, londonDay, makeKey, now, sha256 } from './client.mjs'
import { assertAnswered, post, send } from './http.mjs'
import { tokenFor, waitForMail } from './mail.mjs'
import { confirm, confirming, scratchFolder, startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const { keys } = site.info
const certificateOf = async (sent) =>
  assertAnswered(await post(site, '/api/learner', { token: await sent.learnerToken(), action: 'status' }), 200).certificate

async function issued(options) {
  const sent = await submit(site, options)
  assert.equal((await confirm(site, sent)).state, 'issued')
  return { ...sent, certificate: await certificateOf(sent) }
}

const NUMBER = new RegExp(`^[${ALPHABET}]{4}(-[${ALPHABET}]{4}){3}$`)

test('A certificate says the signed facts and nothing else', async () => {
  const before = now()
  const { certificate, payload } = await issued()
  const { jti, iat, ...facts } = await boardSays(certificate, 'mars-cert+jwt', keys)
  assert.deepEqual(facts, {
    iss: site.info.inbox,
    nam: payload.learner.name,
    wb: `${payload.workbook.id}/${payload.workbook.version}`,
    agy: 'Wire School',
    job: payload.learner.job_title,
    cap: 'manager',
    dat: londonDay(),
  })
  assert.match(jti, NUMBER)
  assert.ok(Number.isInteger(iat) && iat >= before - 1 && iat <= now() + 1)
})

test('The agency is named as the register has it, the capacity as the forward has it', async () => {
  const sent = await submit(site, { change: ({ learner }) => (learner.agency.name = 'Some other words') })
  const forward = { token: await sent.token(), name: 'Kim Lead', email: `kim.${process.pid}@school.example`, capacity: 'safeguarding_lead' }
  assertAnswered(await post(site, '/api/forwards', forward), 202)
  const { T } = await tokenFor(site, forward.email)
  assertAnswered(await post(site, '/api/decisions', confirming(T)), 200)
  const { agy, cap } = await boardSays(await certificateOf(sent), 'mars-cert+jwt', keys)
  assert.deepEqual([agy, cap], ['Wire School', 'safeguarding_lead'])
})

test('A certificate that is renewed expires at the end of a day in London, and one that is not never does', async () => {
  const { exp, dat } = await boardSays((await issued({ workbook: 'wire-choices' })).certificate, 'mars-cert+jwt', keys)
  const london = (seconds) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', dateStyle: 'short', timeStyle: 'medium' }).format(
      new Date(seconds * 1000),
    )
  assert.ok(Number.isInteger(exp))
  // The last second of the day, or the first that is no longer part of it.
  assert.match(london(exp), / (23:59:59|00:00:00)$/)
  assert.equal(london(exp - 1).slice(0, 4), String(Number(dat.slice(0, 4)) + 1))
  assert.equal(london(exp - 1).slice(5, 7), dat.slice(5, 7))
  assert.equal((await boardSays((await issued()).certificate, 'mars-cert+jwt', keys)).exp, undefined)
})

test('Numbers of certificates are not alike', async () => {
  const numbers = new Set()
  for (let n = 0; n < 8; n += 1) numbers.add(decodeJws((await issued()).certificate).payload.jti)
  assert.equal(numbers.size, 8)
  assert.equal(new Set([...numbers].map((jti) => jti.slice(0, 4))).size, 8)
})

/** What the status list shows of a certificate. */
const statusId = (jti) => b64url(sha256(jti).subarray(0, 16))

test('The status list is signed, good for seven days, and has no certificate that nobody revoked', async () => {
  const { certificate } = await issued()
  const reply = await send(site.info.inbox, { path: '/status' })
  assert.equal(reply.status, 200)
  assert.equal(reply.headers['content-type'], 'application/jose')
  assert.equal(reply.headers['cache-control'], 'max-age=300')
  const { v, iss, iat, exp, revoked, ...rest } = await boardSays(reply.text, 'mars-status+jws', keys)
  assert.deepEqual([v, iss, rest], [1, site.info.inbox, {}])
  assert.equal(exp - iat, 7 * 86_400)
  assert.ok(iat <= now() + 1 && exp > now())
  for (const entry of revoked) assert.deepEqual(Object.keys(entry).sort(), ['id', 'on'])
  assert.ok(!revoked.some(({ id }) => id === statusId(decodeJws(certificate).payload.jti)))
})

const checkpoint = async () => {
  const reply = await send(site.info.inbox, { path: '/log/checkpoint' })
  assert.equal(reply.status, 200)
  assert.equal(reply.headers['content-type'], 'application/jose')
  assert.equal(reply.headers['cache-control'], 'max-age=300')
  return { jws: reply.text, ...(await boardSays(reply.text, 'mars-checkpoint+jws', keys)) }
}

test('A checkpoint is signed and says how many entries the log has and what their root is', async () => {
  const { jws, v, iss, size, root, iat, ...rest } = await checkpoint()
  assert.deepEqual([v, iss, rest], [1, site.info.inbox, {}])
  assert.ok(Number.isInteger(size) && size > 0)
  assert.equal(Buffer.from(root, 'base64url').length, 32)
  assert.ok(iat <= now() + 1)
  assert.equal(jws.trim(), jws)
})

test('A log without entries has the root of RFC 6962', async () => {
  const fresh = await startSignpost()
  try {
    const { text } = await send(fresh.info.inbox, { path: '/log/checkpoint' })
    const { size, root } = await boardSays(text, 'mars-checkpoint+jws', fresh.info.keys)
    assert.deepEqual([size, root], [0, b64url(sha256(''))])
  } finally {
    await fresh.stop()
  }
})

test('HEAD of the status list and of the checkpoint has the headers of GET and no body', async () => {
  for (const path of ['/status', '/log/checkpoint']) {
    const reply = await send(site.info.inbox, { method: 'HEAD', path })
    assert.deepEqual([reply.status, reply.headers['content-type'], reply.text], [200, 'application/jose', ''])
  }
})

test('The audit holds, against its own checkpoint and against one that was kept outside', async () => {
  const file = join(scratchFolder(), 'checkpoint.jws')
  await submit(site)
  writeFileSync(file, (await checkpoint()).jws)
  await issued()
  for (const words of [['audit'], ['audit', '--checkpoint', file]]) {
    const { status, stdout, stderr } = site.inbox(...words)
    assert.equal(status, 0, stdout + stderr)
  }
  assert.equal(site.inbox('audit', '--checkpoint', `${file}.not-there`).status, 2)
})

test('A checkpoint that the board has not signed proves nothing', async () => {
  const file = join(scratchFolder(), 'checkpoint.jws')
  writeFileSync(file, forged((await checkpoint()).jws))
  assert.notEqual(site.inbox('audit', '--checkpoint', file).status, 0)
})

/** Files as somebody keeps them. */
function kept(files) {
  const folder = scratchFolder()
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => {
      writeFileSync(join(folder, name), text)
      return [name, join(folder, name)]
    }),
  )
}

test('signpost verify finds a certificate and a receipt genuine, by the site’s file of keys or by a JWK Set', async () => {
  const { certificate, receipt } = await issued()
  const files = kept({ certificate, receipt, site: JSON.stringify(site.info), set: JSON.stringify(keys) })
  for (const file of [files.site, files.set]) {
    const { status, stdout, stderr } = site.verify('--keys', file, files.certificate, files.receipt)
    assert.equal(status, 0, stdout + stderr)
  }
})

test('signpost verify finds one bad file among good ones, and says 2 for one that is not there', async () => {
  const { certificate } = await issued()
  const [header, payload, signature] = certificate.split('.')
  const facts = { ...JSON.parse(Buffer.from(payload, 'base64url')), nam: 'Someone Else' }
  const altered = [header, b64url(JSON.stringify(facts)), signature].join('.')
  const files = kept({ certificate, altered, forged: forged(certificate), keys: JSON.stringify(keys) })
  for (const bad of [files.altered, files.forged]) {
    assert.equal(site.verify('--keys', files.keys, bad).status, 1)
    assert.equal(site.verify('--keys', files.keys, files.certificate, bad, files.certificate).status, 1)
  }
  assert.equal(site.verify('--keys', files.keys, `${files.certificate}.not-there`).status, 2)
})

test('The PDF that the learner is mailed is genuine by the JWS inside it, and not by another board’s keys', async () => {
  const { payload } = await issued()
  const bytes = await waitForMail(
    site.mailFolder,
    payload.learner.email,
    (mails) => mails.flatMap(({ files }) => files).find(({ type }) => type.startsWith('application/pdf'))?.bytes,
  )
  const other = await makeKey()
  const files = kept({ pdf: bytes, ours: JSON.stringify(keys), theirs: JSON.stringify({ keys: [{ ...keys.keys[0], ...other.jwk }] }) })
  const { status, stdout, stderr } = site.verify('--keys', files.ours, files.pdf)
  assert.equal(status, 0, stdout + stderr)
  assert.equal(site.verify('--keys', files.theirs, files.pdf).status, 1)
})

test('A learner’s record is unaltered at best, never genuine', async () => {
  const { body } = await submit(site)
  const files = kept({ record: body.record, keys: JSON.stringify(keys) })
  const { stdout } = site.verify('--keys', files.keys, files.record)
  assert.match(stdout, /unaltered/i)
  assert.doesNotMatch(stdout, /genuine/i)
})
