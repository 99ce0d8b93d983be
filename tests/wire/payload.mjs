/** Payloads that are changed before they are signed. A pointer is RFC 6901 without escapes. */
import { bodyOf, newDraft } from './client.mjs'
import { post } from './http.mjs'

const parentOf = (payload, pointer) =>
  pointer
    .split('/')
    .slice(1, -1)
    .reduce((value, name) => value[name], payload)
const nameOf = (pointer) => pointer.split('/').at(-1)

/** The change that gives a member a value. */
export const set = (pointer, value) => (payload) => (parentOf(payload, pointer)[nameOf(pointer)] = value)

/** The change that takes a member away. */
export const unset = (pointer) => (payload) => delete parentOf(payload, pointer)[nameOf(pointer)]

/**
 * @param {Parameters<typeof newDraft>[0] & {address: string}} site
 * @param {(payload: any) => void} change
 */
export async function postWith(site, change) {
  const draft = await newDraft(site)
  change(draft.payload)
  return post(site, '/api/submissions', await bodyOf(draft))
}
