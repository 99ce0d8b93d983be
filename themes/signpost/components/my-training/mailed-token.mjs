/** W, the code in the learner's mail: it shows on any device how a submission stands, and can take it back. */

/**
 * @param {string} hash of the address
 * @returns {string | null} W behind `#w=`; empty when it is no whole one; null when the address has none
 */
export function tokenInAddress(hash) {
  if (!hash.startsWith('#w=')) return null
  return /^#w=([\w-]{43})$/.exec(hash)?.[1] ?? ''
}

const KEPT_TOKEN = 'signpost-my-training-token'

/** Keeps W for this tab, so that a reload asks again. Not in folders, whose pages all share one storage. */
export function keepToken(token) {
  if (location.protocol === 'file:') return
  try {
    if (token) sessionStorage.setItem(KEPT_TOKEN, token)
    else sessionStorage.removeItem(KEPT_TOKEN)
  } catch {
    // Storage is off.
  }
}

/** The W that was kept for this tab, or null. */
export function keptToken() {
  if (location.protocol === 'file:') return null
  try {
    return sessionStorage.getItem(KEPT_TOKEN)
  } catch {
    return null
  }
}
