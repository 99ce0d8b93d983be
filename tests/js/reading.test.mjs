import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosenArea } from '../../themes/signpost/components/area-choice/area-choice.mjs'
import { visitBefore } from '../../themes/signpost/components/change-list/change-list.mjs'

/** What a browser keeps, as a list of entries. */
function storage(entries = {}) {
  const kept = new Map(Object.entries(entries))
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) }
}

test('all pages of one day look back to the same visit', () => {
  const device = storage()
  assert.equal(visitBefore(device, '2026-11-20'), '', 'a first visit has none before it')
  assert.equal(visitBefore(device, '2026-11-20'), '', 'nor has the second page of that day')
  assert.equal(visitBefore(device, '2026-11-25'), '2026-11-20')
  assert.equal(visitBefore(device, '2026-11-25'), '2026-11-20')
  assert.equal(visitBefore(device, '2026-11-26'), '2026-11-25')
  assert.equal(device.kept.size, 1, 'one entry is kept, and no list of pages')
})

test('a device that keeps nothing, or nonsense, is a first visit', () => {
  const refuses = { getItem() { throw new Error('blocked') } }
  assert.equal(visitBefore(refuses, '2026-11-20'), '')
  assert.equal(visitBefore(storage({ 'signpost.last-visit': '{' }), '2026-11-20'), '')
  assert.equal(chosenArea(refuses), '')
  assert.equal(chosenArea(undefined), '')
  assert.equal(chosenArea(storage({ 'signpost.area': 'kent' })), 'kent')
})
