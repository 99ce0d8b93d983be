/** What `signpost.json` and the definitions of e-workbooks say. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { digestOf, jcs } from './client.mjs'
import { send } from './http.mjs'
import { startSignpost } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

test('signpost.json has the members that a client needs, and no mail domain', async () => {
  assert.deepEqual(Object.keys(site.info).sort(), ['agencies', 'inbox', 'keys', 'release', 'site', 'v', 'workbooks'])
  assert.equal(site.info.v, 1)
  assert.match(site.info.site, /^http:\/\/(127\.0\.0\.1|localhost):\d+$/)
  assert.match(site.info.inbox, /^http:\/\/(127\.0\.0\.1|localhost):\d+$/)
  assert.deepEqual(
    site.info.agencies.map((agency) => Object.keys(agency).sort().join()),
    ['id,name', 'id,name'],
  )
  assert.ok(!JSON.stringify(site.info).includes('school.example'))
})

test('The board’s keys are public ones, each with its kid and its dates', () => {
  for (const key of site.info.keys.keys) {
    assert.deepEqual(Object.keys(key).sort(), ['crv', 'exp', 'kid', 'kty', 'nbf', 'x', 'y'])
    assert.deepEqual([key.kty, key.crv, typeof key.kid, key.exp], ['EC', 'P-256', 'string', 0])
    assert.ok(Number.isInteger(key.nbf))
  }
})

test('Each definition is where it is said to be, is canonical, and has the digest that is listed', async () => {
  assert.ok(site.info.workbooks.length >= 2)
  for (const { id, version, title, digest, definition, answers_on_server } of site.info.workbooks) {
    assert.equal(definition, `/workbooks/${id}/${version}.json`)
    const { status, text } = await send(site.info.site, { path: definition })
    assert.equal(status, 200)
    assert.equal(digestOf(text), digest)
    assert.equal(jcs(JSON.parse(text)), text)
    const said = JSON.parse(text)
    assert.deepEqual([said.v, said.id, said.version, said.title, said.answers_on_server], [1, id, version, title, answers_on_server])
  }
})

test('The twelve questions of the real e-workbook stand in the order of its file', () => {
  const { questions } = site.definitions['early-help-awareness']
  assert.equal(questions.length, 12)
  assert.deepEqual([questions[0].id, questions[11].id], ['one-family-document', 'significant-harm'])
  for (const question of questions) {
    assert.match(question.id, /^[a-z0-9-]{1,64}$/)
    assert.equal(question.type, 'open')
    assert.ok(question.look_for.length > 0)
  }
})

test('A definition is what the specification makes of the author’s file', () => {
  assert.deepEqual(site.definitions['wire-choices'], {
    v: 1,
    id: 'wire-choices',
    version: 3,
    title: 'Choices & “chances”',
    answers_on_server: false,
    questions: [
      {
        id: 'one',
        type: 'single',
        prompt: 'Pick one.',
        hint: 'It is the second.',
        choices: [
          { id: 'c1', text: 'First' },
          { id: 'c2', text: 'Second', correct: true, feedback: 'So it is.' },
        ],
      },
      {
        id: 'some',
        type: 'multi',
        prompt: 'Pick some.',
        choices: [
          { id: 'b', text: 'B', correct: true },
          { id: 'c', text: 'C', correct: true },
          { id: 'a', text: 'A' },
        ],
      },
      {
        id: 'words',
        type: 'open',
        prompt: 'Why?',
        min_chars: 1,
        max_chars: 200,
        look_for: ['A reason', 'Another reason'],
        model_answer: 'Because.',
      },
    ],
  })
})
