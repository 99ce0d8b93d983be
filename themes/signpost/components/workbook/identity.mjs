/** What tells one draft, and later one submission, from every other. */
import { randomBytes, toBase64url } from '../record/encoding.mjs'

/** A UUID of version 4. Over a connection that is not secure there is none to be had, and nothing can be sent either. */
export function newRid() {
  return crypto.randomUUID?.() ?? ''
}

/** What keeps a digest of few, short answers from being guessed. */
export function newSalt() {
  return toBase64url(randomBytes(16))
}
