/**
 * The code from a confirmer's mail: `<T>` or `<T>.<K>`. T decides and goes to the inbox; K opens the answers and stays here.
 */

const CODE = /^([A-Za-z0-9_-]{43})(?:\.([A-Za-z0-9_-]{43}))?$/

/**
 * A code as it was pasted. Mail programs break long lines and people copy the whole link, so both are allowed.
 *
 * @param {string} text
 * @returns {{token: string, key: string | null} | null} null: it is no whole code
 */
export function readCode(text) {
  const pasted = text.replace(/[\s\u200b\u00ad]+/g, '')
  const [, token, key] = CODE.exec(pasted.slice(pasted.lastIndexOf('#t=') + 1).replace(/^t=/, '')) ?? []
  return token ? { token, key: key ?? null } : null
}

/**
 * @param {string} hash of the address
 * @returns {string | null} what stands behind `#t=`
 */
export function codeInAddress(hash) {
  return hash.startsWith('#t=') ? hash.slice(3) : null
}

const KEPT = 'signpost-confirm-code'

/**
 * Keeps a code for this tab, so that a reload opens the same request; null forgets it. Where nothing can be kept, a reload asks
 * for the code again. Nothing is kept on pages opened from a folder, which all share one storage.
 *
 * @param {{token: string, key: string | null} | null} code
 */
export function keepCode(code) {
  if (location.protocol === 'file:') return
  try {
    if (code) sessionStorage.setItem(KEPT, code.key ? `${code.token}.${code.key}` : code.token)
    else sessionStorage.removeItem(KEPT)
  } catch {
    // Storage is off.
  }
}

/** The code that was kept for this tab, or null. */
export function keptCode() {
  if (location.protocol === 'file:') return null
  try {
    return readCode(sessionStorage.getItem(KEPT) ?? '')
  } catch {
    return null
  }
}
