import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { openIndex, search } from '../../themes/signpost/components/search/rank.mjs'

const read = (name) => readFileSync(new URL(`../search/${name}`, import.meta.url), 'utf8')

/** What the script hands over when a browser runs it. */
function fileOf(script) {
  let handedOver
  runInNewContext(script, { signpostSearch: (file) => (handedOver = file) })
  return handedOver
}

const file = fileOf(read('index.js'))
const index = openIndex(file)

test('the browser ranks as the build does', () => {
  for (const line of read('rankings.tsv').trimEnd().split('\n')) {
    const [query, expected] = line.split('\t')
    const addresses = search(index, query).hits.map(({ section }) => index.rows[section].address)
    assert.equal(addresses.join(' '), expected, query)
  }
})

test('a row has its heading, title, way there and kind', () => {
  const row = (address) => index.rows.find((row) => row.address === address)
  assert.deepEqual(row('guidance/review/'), {
    address: 'guidance/review/', heading: 'Review meetings', title: 'Review meetings', breadcrumb: 'Guidance', kind: 'p',
  })
  assert.equal(row('guidance/review/#who-comes').heading, 'Who comes?')
  assert.equal(row('c-sharp/#c').heading, 'C# for beginners')
  assert.equal(row('c-sharp/').heading, 'Odds and ends')
})

test('a word the site does not have is said to be respelt, a synonym is not', () => {
  assert.deepEqual(search(index, 'asessment team').respelt, [{ word: 'asessment', terms: ['assess'] }])
  assert.deepEqual(search(index, 'mum and dad arguing').respelt, [])
})

test('the words to mark hold what stands for the words asked', () => {
  assert.ok(search(index, 'mum and dad arguing').words.has('conflict'))
  assert.ok(search(index, '01632 960123').words.has('960123'))
})

test('a file of another version is refused', () => {
  assert.equal(openIndex({ ...file, v: 2 }), null)
})
