/** Records and bodies that were changed at random: none is accepted, and none does harm. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bodyOf, newDraft, signJws, headerOf } from './client.mjs'
import { assertAnswered, post } from './http.mjs'
import { startSignpost } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

/** Numbers that are the same in every run (mulberry32). */
function dice(seed) {
  let state = seed
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }
}

/** One byte changed, put in, taken out, or a stretch repeated or cut off. */
function mutated(bytes, roll, alphabet) {
  const at = roll(bytes.length)
  const letter = Buffer.of(alphabet[roll(alphabet.length)])
  const [before, rest] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (roll(5)) {
    case 0:
      return Buffer.concat([before, letter, rest.subarray(1)])
    case 1:
      return Buffer.concat([before, letter, rest])
    case 2:
      return Buffer.concat([before, rest.subarray(1)])
    case 3:
      return Buffer.concat([before, rest.subarray(0, 1 + roll(20)), rest])
    default:
      return before
  }
}

/** As many at a time as a browser’s would be. */
async function inTurn(tasks) {
  const waiting = [...tasks]
  const one = async () => {
    while (waiting.length > 0) await waiting.pop()()
  }
  await Promise.all(Array.from({ length: 8 }, one))
}

test('No record that was changed in transit is accepted', async () => {
  const roll = dice(1)
  const alphabet = Buffer.from('ABCXYZabcxyz0189-_.=+/ ')
  const { record, sealed } = await bodyOf(await newDraft(site))
  await inTurn(
    Array.from({ length: 1000 }, () => async () => {
      const changed = mutated(Buffer.from(record), roll, alphabet).toString()
      if (changed === record) return
      const { status, text } = await post(site, '/api/submissions', { record: changed, sealed })
      assert.ok(status === 400 || status === 401, `${status} for ${changed}\n${text}`)
    }),
  )
  assertAnswered(await post(site, '/api/submissions', { record, sealed }), 201)
})

test('A payload that was broken before it was signed is refused in words, never by a fault of the inbox', async () => {
  const roll = dice(2)
  const alphabet = Buffer.from('"{}[]:,\\ 0-9eEuU\u0000\u0001a')
  await inTurn(
    Array.from({ length: 400 }, () => async () => {
      const draft = await newDraft(site)
      const record = await signJws(draft.key, headerOf(draft.key), mutated(Buffer.from(JSON.stringify(draft.payload)), roll, alphabet))
      const { status, text } = await post(site, '/api/submissions', { ...(await bodyOf(draft)), record })
      // A letter of a name may change and leave a good record.
      assert.ok([201, 400, 422].includes(status), `${status} for ${Buffer.from(record.split('.')[1], 'base64url')}\n${text}`)
    }),
  )
})

test('A body that was broken is refused in words, never by a fault of the inbox', async () => {
  const roll = dice(3)
  const alphabet = Buffer.from([0, 1, 0x22, 0x2c, 0x5c, 0x7b, 0x7d, 0x80, 0xc3, 0xff])
  const bytes = Buffer.from(JSON.stringify({ token: 'A'.repeat(43), decision: 'returned', typed_name: 'Sam', comments: { plan: 'Why?' } }))
  await inTurn(
    Array.from({ length: 400 }, () => async () => {
      const { status, text } = await post(site, '/api/decisions', mutated(bytes, roll, alphabet))
      assert.ok([400, 404, 422].includes(status), `${status}\n${text}`)
    }),
  )
})
