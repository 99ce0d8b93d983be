/** One marking rule in two languages: the cases that Rust marks, too. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { mark } from '../../themes/signpost/components/question/marking.mjs'

const CASES = JSON.parse(readFileSync(new URL('../marking/cases.json', import.meta.url), 'utf8'))

/** What this rule says otherwise than the case. */
function disagreements(rule) {
  return CASES.filter(({ type, key, answer, mark }) => {
    const said = rule(type, key, answer)
    return Object.keys(mark).some((name) => said[name] !== mark[name])
  }).map(({ name }) => name)
}

test('every case is marked as it says', () => {
  assert.ok(CASES.length >= 80, `${CASES.length} cases`)
  assert.equal(new Set(CASES.map(({ name }) => name)).size, CASES.length, 'each case has a name of its own')
  assert.deepEqual(disagreements(mark), [])
})

test('a rule that differs anywhere is found', () => {
  const lenient = (type, key, answer) => (type === 'number' && answer === '1,5' ? mark(type, key, '1.5') : mark(type, key, answer))
  assert.deepEqual(disagreements(lenient), ['a comma is no decimal point'])
  const careless = (type, key, answer) => ({ ...mark(type, key, answer), n_wrong: 0 })
  assert.equal(disagreements(careless).length, 4)
})
