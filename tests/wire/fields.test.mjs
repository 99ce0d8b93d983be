/** The fields of a submission: what each may be, and how every fault is named at once. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { b64url, bodyOf, digestOf, headerOf, londonDay, newDraft, now, randomBytes, seal, signJws } from './client.mjs'
import { assertAnswered, assertFields, assertRefused, post } from './http.mjs'
import { postWith as postTo, set, unset } from './payload.mjs'
import { startSignpost } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const postWith = (change) => postTo(site, change)

/** As `postWith`, for what JSON.stringify would not write so. */
async function postText(change) {
  const draft = await newDraft(site)
  const record = await signJws(draft.key, headerOf(draft.key), change(JSON.stringify(draft.payload)))
  return post(site, '/api/submissions', { ...(await bodyOf(draft)), record })
}

/** Each member of a payload, and values that it may not have. */
const REFUSED = {
  '/v': [0, 2, '1', true],
  '/rid': [
    '',
    '5D3B7E0A-7F0D-4B65-9E3B-6C9B1C0F2A11',
    '5d3b7e0a-7f0d-1b65-9e3b-6c9b1c0f2a11',
    '5d3b7e0a-7f0d-4b65-ce3b-6c9b1c0f2a11',
    '5d3b7e0a7f0d4b659e3b6c9b1c0f2a11',
    '{5d3b7e0a-7f0d-4b65-9e3b-6c9b1c0f2a11}',
    ' 5d3b7e0a-7f0d-4b65-9e3b-6c9b1c0f2a11',
  ],
  '/aud': ['', 'https://elsewhere.example', `${site.info.inbox}/`, site.info.inbox.toUpperCase(), site.info.site, [site.info.inbox]],
  '/iat': [now() + 360, 9_999_999_999, -1, 1.5, `${now()}`],
  '/learner': ['Ann', [], {}],
  '/learner/agency/id': ['', 'no-such-agency', 'Wire-School', 'wire-school ', 5],
  '/completed_on': [
    '',
    londonDay(2),
    londonDay(-367),
    '2026-02-30',
    '2026-1-05',
    '05/01/2026',
    '20260105',
    `${londonDay()}T00:00:00Z`,
    now(),
  ],
  '/answers/count': [-1, 13, 1.5, '12'],
  '/answers/digest': ['', digestOf('').slice(8), digestOf('').slice(0, -1), `${digestOf('')}=`, digestOf('').replace('sha-256', 'sha-512')],
  '/confirmer/capacity': ['', 'Manager', 'head', 'safeguarding lead', ['manager']],
  '/confirmer/reason': ['No manager here', ''],
  '/replaces': ['', 'none', 5],
}

for (const [pointer, values] of Object.entries(REFUSED)) {
  test(`${pointer} is refused when its value is not one that it may have`, async () => {
    for (const value of values) {
      const reply = await postWith(set(pointer, value))
      if (value !== null && typeof value === 'object' && !Array.isArray(value)) assertRefused(reply, 422, 'field')
      else assertFields(reply, pointer)
    }
  })
}

const MEMBERS = [
  '/v',
  '/rid',
  '/aud',
  '/iat',
  '/workbook',
  '/learner',
  '/learner/name',
  '/learner/email',
  '/learner/job_title',
  '/learner/agency',
  '/learner/agency/id',
  '/learner/agency/name',
  '/completed_on',
  '/answers',
  '/answers/count',
  '/answers/digest',
  '/confirmer',
  '/confirmer/name',
  '/confirmer/email',
  '/confirmer/capacity',
]

test('A member that is missing or null is named', async () => {
  for (const pointer of MEMBERS) {
    assertFields(await postWith(unset(pointer)), pointer)
    assertFields(await postWith(set(pointer, null)), pointer)
  }
  assertFields(await postWith(set('/replaces', null)), '/replaces')
  assertFields(await postWith(set('/confirmer/reason', null)), '/confirmer/reason')
})

test('A member that is not known is named, at any depth, by a pointer that is escaped', async () => {
  for (const parent of ['', '/workbook', '/learner', '/learner/agency', '/answers', '/confirmer']) {
    assertFields(await postWith(set(`${parent}/extra`, 'x')), `${parent}/extra`)
  }
  assertFields(await postWith((payload) => (payload['a/b~c'] = 1)), '/a~1b~0c')
})

test('Every fault is named in one reply', async () => {
  const change = (payload) => {
    payload.v = 2
    payload.aud = 'https://elsewhere.example'
    payload.learner.name = ' Ann'
    payload.learner.email = 'ann'
    delete payload.learner.job_title
    payload.learner.agency.id = 'no-such-agency'
    payload.completed_on = 'today'
    payload.answers.count = 99
    payload.confirmer.capacity = 'peer'
    payload.confirmer.email = 'sam@head@school.example'
    payload.extra = {}
  }
  const draft = await newDraft(site)
  change(draft.payload)
  const body = await bodyOf(draft)
  const reply = await post(site, '/api/submissions', { ...body, sealed: { ...body.sealed, iv: 'AAAA' }, more: 1 })
  assertFields(
    reply,
    '/v',
    '/aud',
    '/learner/name',
    '/learner/email',
    '/learner/job_title',
    '/learner/agency/id',
    '/completed_on',
    '/answers/count',
    '/confirmer/reason',
    '/confirmer/email',
    '/extra',
    '/sealed/iv',
    '/more',
  )
})

test('An integer has no point and no exponent', async () => {
  for (const written of ['1.0', '1e0', '10e-1', '-1']) {
    assertFields(await postText((text) => text.replace('"v":1', `"v":${written}`)), '/v')
  }
  assertFields(await postText((text) => text.replace(/"iat":\d+/, '"iat":1.7e9')), '/iat')
  assertFields(await postText((text) => text.replace(/"iat":\d+/, '"iat":99999999999999999999999')), '/iat')
  assertFields(await postText((text) => text.replace('"count":12', '"count":12.0')), '/answers/count')
})

test('A peer gives a reason, and nobody else does', async () => {
  assertFields(await postWith(set('/confirmer/capacity', 'peer')), '/confirmer/reason')
  const lead = { capacity: 'safeguarding_lead' }
  assertAnswered(await postWith((payload) => Object.assign(payload.confirmer, lead)), 201)
  assertFields(await postWith((payload) => Object.assign(payload.confirmer, lead, { reason: 'Because' })), '/confirmer/reason')
})

test('The e-workbook is the one of the definition, or the fault is at /workbook', async () => {
  const other = site.info.workbooks.find(({ id }) => id !== 'early-help-awareness')
  for (const change of [{ id: 'no-such-workbook' }, { version: 99 }, { title: 'Early help awareness' }, { digest: digestOf('other') }]) {
    assertFields(await postWith((payload) => Object.assign(payload.workbook, change)), '/workbook')
  }
  // Half of one e-workbook and half of another: whether a seal was due is then anybody's guess.
  for (const change of [{ id: other.id }, { digest: other.digest }]) {
    const reply = await postWith((payload) => Object.assign(payload.workbook, change))
    assertRefused(reply, 422, 'field')
    assert.ok(
      reply.json.errors.some(({ pointer }) => pointer === '/workbook'),
      reply.text,
    )
  }
  for (const change of [{ id: 'Early Help' }, { version: 0 }, { version: '1' }, { title: 5 }, { digest: 'md5:x' }]) {
    const reply = await postWith((payload) => Object.assign(payload.workbook, change))
    assertRefused(reply, 422, 'field')
    assert.ok(
      reply.json.errors.every(({ pointer }) => pointer.startsWith('/workbook')),
      reply.text,
    )
  }
})

test('Times and days at the edge of what is allowed are accepted', async () => {
  for (const iat of [0, now() - 40_000_000, now() + 240]) assertAnswered(await postWith(set('/iat', iat)), 201)
  for (const day of [londonDay(1), londonDay(-366)]) assertAnswered(await postWith(set('/completed_on', day)), 201)
  for (const count of [0, 12]) assertAnswered(await postWith(set('/answers/count', count)), 201)
})

test('For a known agency the name is not compared, and other takes any name', async () => {
  assertAnswered(await postWith(set('/learner/agency/name', 'Whatever the page said')), 201)
  assertAnswered(await postWith(set('/learner/agency', { id: 'other', name: 'A small charity' })), 201)
})

test('A seal is there exactly when the definition says so', async () => {
  const { record } = await bodyOf(await newDraft(site))
  assertFields(await post(site, '/api/submissions', { record }), '/sealed')
  const draft = await newDraft(site, { workbook: 'wire-choices' })
  const sealed = await seal('{}', draft.payload.rid)
  assertFields(await post(site, '/api/submissions', { ...(await bodyOf(draft)), sealed }), '/sealed')
})

test('The members of a body and of a seal have their lengths and types', async () => {
  const body = await bodyOf(await newDraft(site))
  const withSeal = (change) => ({ ...body, sealed: { ...body.sealed, ...change } })
  const refused = async (given, ...pointers) => assertFields(await post(site, '/api/submissions', given), ...pointers)
  for (const length of [0, 31, 33]) await refused(withSeal({ key: b64url(randomBytes(length)) }), '/sealed/key')
  for (const length of [0, 11, 13, 16]) await refused(withSeal({ iv: b64url(randomBytes(length)) }), '/sealed/iv')
  for (const length of [0, 15]) await refused(withSeal({ ciphertext: b64url(randomBytes(length)) }), '/sealed/ciphertext')
  for (const value of [null, 5, [], {}]) await refused(withSeal({ iv: value }), '/sealed/iv')
  for (const value of [null, 5, [], 'text']) await refused({ ...body, sealed: value }, '/sealed')
  for (const value of [null, 5, [], {}]) await refused({ ...body, record: value }, '/record')
  await refused(withSeal({ extra: 1 }), '/sealed/extra')
  await refused({ ...body, sealed: { key: body.sealed.key } }, '/sealed/iv', '/sealed/ciphertext')
  await refused({ ...body, extra: 1 }, '/extra')
  await refused({ sealed: body.sealed }, '/record')
})
