/** What a letter, a log line and a stolen database tell: as little as they can. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { answersTo, b64url, fromB64url } from './client.mjs'
import { assertAnswered, post } from './http.mjs'
import { learnerToken, mailsTo, tokenFor } from './mail.mjs'
import { confirming, startSignpost, submit } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const squeezed = (text) => text.replace(/\s+/g, ' ')
const ANSWER = 'Unmistakable answer, in nobody else’s words'

/** The database and what belongs to it, as a thief carries it away. */
const stolen = () => {
  const folder = join(site.folder, 'var')
  return Buffer.concat(
    readdirSync(folder)
      .filter((file) => file.startsWith('inbox.db'))
      .map((file) => readFileSync(join(folder, file))),
  )
}

test('In a letter, names keep letters, marks, digits and a few signs; all else is a space', async () => {
  const { payload } = await submit(site, {
    change: ({ learner, confirmer }) => {
      learner.name = 'Zoë O’Neill-Łasek <b>&(1), "x": £5; नेहा 🙂 end'
      learner.agency = { id: 'other', name: 'A*B = C/D_E' }
      confirmer.name = 'Dr. Sam `Head`\u200d [x](y) @z #w %20 ok'
    },
  })
  await tokenFor(site, payload.confirmer.email)
  await learnerToken(site, payload.learner.email)
  const text = squeezed(
    JSON.stringify([payload.confirmer.email, payload.learner.email].map((address) => mailsTo(site.mailFolder, address)))
      .replaceAll('\\n', ' ')
      .replaceAll('\\r', ' '),
  )
  assert.ok(text.includes("Zoë O'Neill-Łasek b &(1), x 5 नेहा end"), text)
  assert.ok(text.includes('Dr. Sam Head x (y) z w 20 ok'), text)
  for (const sign of ['O’Neill', '<b>', '£5', '🙂', '`Head`', 'A*B', 'D_E']) assert.ok(!text.includes(sign), sign)
})

test('No letter holds an answer, a job title, a reason or any other text of a person', async () => {
  const sent = await submit(site, {
    answers: answersTo(site.definitions['early-help-awareness'], ANSWER),
    change: ({ learner, confirmer }) => {
      learner.job_title = 'Unmistakable job'
      Object.assign(confirmer, { capacity: 'peer', reason: 'Unmistakable reason' })
    },
  })
  assertAnswered(
    await post(site, '/api/decisions', {
      ...confirming(await sent.token()),
      typed_name: 'Unmistakable signer',
      comment: 'Unmistakable remark',
    }),
    200,
  )
  await sent.learnerToken()
  for (const address of [sent.payload.confirmer.email, sent.payload.learner.email]) {
    assert.ok(!JSON.stringify(mailsTo(site.mailFolder, address)).includes('Unmistakable'))
  }
})

test('A letter cannot be given headers of its own by a name', async () => {
  const { payload } = await submit(site, { change: ({ confirmer }) => (confirmer.name = 'Sam Bcc: eve@elsewhere.example') })
  const { link } = await tokenFor(site, payload.confirmer.email)
  assert.ok(link)
  const [{ headers }] = mailsTo(site.mailFolder, payload.confirmer.email)
  assert.equal(headers.bcc, undefined)
  assert.ok(!headers.to.includes('eve@'))
})

test('The letter says how to go on when its link does not open', async () => {
  const { payload } = await submit(site)
  const { T, K } = await tokenFor(site, payload.confirmer.email)
  const [{ texts }] = mailsTo(site.mailFolder, payload.confirmer.email)
  const text = squeezed(texts[0].text)
  assert.match(text, /If the link does not open, go to http\S+\/confirm\/ and paste this code: /)
  assert.equal(text.split('paste this code: ')[1].split(' ')[0], `${T}.${K}`)
})

test('The stolen database holds no token, no key and no answer in clear, before and after the decision', async () => {
  const sent = await submit(site, { answers: answersTo(site.definitions['early-help-awareness'], ANSWER) })
  const { T, K } = await tokenFor(site, sent.payload.confirmer.email)
  assert.equal(K, b64url(sent.K))
  const look = () => {
    const bytes = stolen()
    assert.ok(bytes.includes(sent.rid), 'the database is looked at where it is')
    for (const secret of [T, fromB64url(T), fromB64url(T).toString('hex'), K, sent.K, sent.K.toString('hex'), ANSWER])
      assert.ok(!bytes.includes(secret))
  }
  look()
  assertAnswered(await post(site, '/api/decisions', confirming(T)), 200)
  look()
})

test('The board’s key is a file that only its owner reads, and is not in the database', () => {
  const folder = join(site.folder, 'var')
  const secrets = readdirSync(folder).filter((file) =>
    /PRIVATE KEY/.test(statSync(join(folder, file)).isFile() ? readFileSync(join(folder, file), 'latin1') : ''),
  )
  assert.ok(secrets.length > 0)
  for (const file of secrets) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600)
  for (const file of secrets) {
    const der = Buffer.from(readFileSync(join(folder, file), 'latin1').replace(/-----[^-]+-----|\s/g, ''), 'base64')
    // In PKCS#8 the 32 bytes of a P-256 key follow `04 20`.
    const key = der.subarray(der.indexOf(Buffer.of(4, 0x20)) + 2).subarray(0, 32)
    assert.ok(!stolen().includes(key))
  }
})

test('The log names no person, no address and no token', async () => {
  const sent = await submit(site, { change: ({ learner }) => (learner.name = 'Unmistakable Learner') })
  const T = await sent.token()
  const W = await sent.learnerToken()
  assertAnswered(await post(site, '/api/decisions', confirming(T)), 200)
  for (const secret of ['Unmistakable', 'Sam Head', '@school.example', T, W, b64url(sent.K)])
    assert.ok(!site.said().includes(secret), secret)
})
