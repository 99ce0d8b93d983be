import assert from 'node:assert/strict'
import { test } from 'node:test'
import { caretAt, countInWords, excerptOf, placeInWords } from '../../src/serve/reload.mjs'

test('errors and warnings are counted in words', () => {
  const count = (...severities) => countInWords(severities.map((severity) => ({ severity })))
  assert.equal(count(), '')
  assert.equal(count('error'), '1 error')
  assert.equal(count('error', 'warning', 'error'), '2 errors and 1 warning')
  assert.equal(count('warning', 'warning'), '2 warnings')
})

test('a place is given as far as it is known', () => {
  assert.equal(placeInWords({ file: 'content/a.md', line: 4, column: 1 }), 'content/a.md:4:1')
  assert.equal(placeInWords({ file: 'content/a.md' }), 'content/a.md')
  assert.equal(placeInWords({}), '')
})

test('the excerpt is cut out of the picture that a terminal shows', () => {
  const rendered = `error[front-matter/unknown-key]: \`review_date\` is not a front matter key
  --> content/thresholds.md:12:1
   |
12 | review_date = 2027-03-02
   | ^^^^^^^^^^^
   |
   = help: did you mean \`review_due\`?
`
  assert.equal(excerptOf({ rendered }), '12 | review_date = 2027-03-02\n   | ^^^^^^^^^^^')
  assert.equal(excerptOf({ excerpt: 'as given', rendered }), 'as given')
  assert.equal(excerptOf({}), '')
})

test('the caret is found on a long line', () => {
  assert.equal(caretAt('12345678\n    ^'), 0.5)
  assert.equal(caretAt('no caret'), 0)
  assert.equal(caretAt(''), 0)
})
