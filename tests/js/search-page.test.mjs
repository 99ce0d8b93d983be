import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fragmentFor, queryIn } from '../../themes/signpost/components/search/address.mjs'
import { bestStretch } from '../../themes/signpost/components/search/snippet.mjs'

test('the words come back from the address as they were typed', () => {
  for (const query of ['review', 'C&F + 50%', 'child’s voice', 'a#b=c', '100 %41']) {
    assert.equal(queryIn({ search: '', hash: fragmentFor(query) }), query)
  }
})

test('the words stand behind the # or, from a form without script, behind the ?', () => {
  assert.equal(queryIn({ search: '?q=first+review', hash: '' }), 'first review')
  assert.equal(queryIn({ search: '?q=old', hash: '#q=new' }), 'new')
  assert.equal(queryIn({ search: '', hash: '#letter-a' }), '')
  assert.equal(queryIn({ search: '', hash: '#q=%' }), '%')
  assert.equal(fragmentFor('  '), '')
})

const marked = (text, ...words) => bestStretch(text, new Set(words)).map((piece, n) => (n % 2 ? `[${piece}]` : piece)).join('')

test('words are marked by their stem', () => {
  assert.equal(marked('The team’s teams meet.', 'team'), 'The [team’s] [teams] meet.')
  assert.equal(marked('Nothing here.', 'team'), 'Nothing here.')
  assert.equal(marked('', 'team'), '')
})

test('a long text is shown where most of the words are', () => {
  const filler = 'words that say nothing of use at all '.repeat(20)
  const shown = marked(`Consent. ${filler}Ask for consent before the review. ${filler}`, 'consent', 'review')
  assert.match(shown, /^… .*\[consent\] before the \[review\].* …$/)
  assert.ok(shown.length < 200)
})
