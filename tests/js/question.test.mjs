/** Questions by kind: answers as they are kept and read, another order for each learner, and what is drawn from a pool. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerInWords, finalAnswer, isEmptyAnswer } from '../../themes/signpost/components/question/kinds.mjs'
import { shuffled } from '../../themes/signpost/components/question/shuffle.mjs'
import { isChanged, tasksOf } from '../../themes/signpost/components/workbook/overview.mjs'
import { drawnFrom } from '../../themes/signpost/components/workbook/pool.mjs'

const LIST = { empty: [] }
const ORDER = { id: 'steps', type: 'order', kind: LIST, choices: new Map([['c1', 'Assess'], ['c2', 'Plan'], ['c3', 'Do']]) }
const MATCH = { id: 'tiers', type: 'match', kind: LIST, choices: new Map([['r1', 'Self help'], ['r2', 'Protection']]), left: ['Universal', 'Specialist'] }
const TEXT = { id: 'why', type: 'open', kind: { empty: '' }, choices: new Map() }

test('an answer is read in words, part by part', () => {
  assert.equal(answerInWords(ORDER, ['c2', 'c1', 'c3']), '1. Plan\n2. Assess\n3. Do')
  assert.equal(answerInWords(MATCH, ['r2', '']), 'Universal: Protection\nSpecialist: –')
  assert.equal(answerInWords(MATCH, ['', '']), '')
  assert.equal(answerInWords(TEXT, 'c1'), 'c1')
})

test('what this version does not offer is no answer', () => {
  assert.deepEqual(finalAnswer(ORDER, ['c3', 'c1', 'c2']), ['c3', 'c1', 'c2'])
  assert.deepEqual(finalAnswer(ORDER, ['c3', 'c1', 'c9']), [])
  assert.deepEqual(finalAnswer(MATCH, ['r1', '']), ['r1', ''])
  assert.deepEqual(finalAnswer(MATCH, 'r1'), [])
  assert.equal(finalAnswer(TEXT, ['r1']), '')
  assert.ok(isEmptyAnswer(['', '']) && isEmptyAnswer([]) && isEmptyAnswer('') && !isEmptyAnswer(['', 'r1']))
})

test('an order is another for each learner and the same for each', () => {
  const letters = [...'abcdefghij']
  const orders = ['1', '2', '3', '4', '5', '6', '7', '8'].map((seed) => shuffled(letters, seed, (letter) => letter).join(''))
  assert.equal(new Set(orders).size, orders.length)
  for (const order of orders) assert.equal([...order].sort().join(''), letters.join(''))
  assert.equal(shuffled(letters, '1', (letter) => letter).join(''), orders[0])
})

test('every choice comes first for some learner', () => {
  const first = new Set()
  for (let seed = 0; seed < 200; seed++) first.add(shuffled(['c1', 'c2', 'c3', 'c4'], `${seed} question`, (id) => id)[0])
  assert.equal(first.size, 4)
})

/** Ten questions in two sections: three of the first six are drawn, and all of the others. */
const POOLED = [...'abcdefghij'].map((id, n) => ({
  question: { id },
  form: { dataset: n < 6 ? { section: '1', pool: '3' } : { section: '2' } },
}))
const drawn = (salt, answers = {}) => drawnFrom(POOLED, { salt, answers }).map(({ question }) => question.id).join('')

test('a learner gets so many of a pool, in the order of the file, and the same ones again', () => {
  const first = drawn('salt 1')
  assert.match(first, /^[a-f]{3}ghij$/)
  assert.equal(first, [...first].sort().join(''))
  assert.equal(drawn('salt 1'), first)
  assert.ok(new Set(['1', '2', '3', '4', '5', '6', '7', '8'].map((salt) => drawn(salt))).size > 2)
})

test('answering changes nothing of what was drawn, and a copy shows what was answered on another device', () => {
  const first = drawn('salt 1')
  for (const id of first) assert.equal(drawn('salt 1', { [id]: 'x' }), first)
  const others = [...'abcdef'].filter((id) => !first.includes(id))
  assert.equal(drawn('salt 1', Object.fromEntries(others.map((id) => [id, 'x']))).slice(0, 3), others.join(''))
})

test('a question that asks something else now is looked at again', () => {
  const question = { ...TEXT, name: 'q1', mark: 'new' }
  const draft = (marks) => ({ answers: { why: 'Because.' }, details: {}, marks })
  assert.ok(isChanged(question, draft({ why: 'old' })))
  assert.ok(!isChanged(question, draft({ why: 'new' })) && !isChanged(question, draft({})) && !isChanged(question, draft(undefined)))
  assert.ok(!isChanged(question, { answers: {}, marks: { why: 'old' } }), 'what was not answered did not change')
  const [task] = tasksOf({ questions: [question], confirms: false, draft: draft({ why: 'old' }) })
  assert.deepEqual([task.isDone, task.isChanged, task.answer], [false, true, 'Because.'])
})
