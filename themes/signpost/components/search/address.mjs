/**
 * The words asked for, in the address. They stand behind the `#`, which a browser never sends: what somebody looks up about a
 * family is nobody's business. `?q=` is what a form without script makes, and is read too.
 */

/** @param {{search: string, hash: string}} address such as `location` */
export function queryIn({ search, hash }) {
  const inFragment = new URLSearchParams(hash.slice(1)).get('q')
  return inFragment ?? new URLSearchParams(search).get('q') ?? ''
}

/** @param {string} query */
export function fragmentFor(query) {
  return query.trim() ? `#q=${encodeURIComponent(query.trim())}` : ''
}
