import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { stem } from '../../themes/signpost/components/search/stem.mjs'
import { wordsOf } from '../../themes/signpost/components/search/tokens.mjs'

const lines = (name) =>
  readFileSync(new URL(`../search/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))

test('every word of the guidance has the stem that the build gives it', () => {
  for (const [word, expected] of lines('stems.tsv')) assert.equal(stem(word), expected, word)
})

test('a text has the words that the build finds in it', () => {
  for (const [text, expected] of lines('tokens.tsv')) {
    const words = wordsOf(text).map(({ word, parts }) => (parts ? `${word}=${parts}` : word))
    assert.equal(words.join(' '), expected, text)
  }
})
