/**
 * What checking a certificate asks of the network: the site's own facts and the list of what was withdrawn. Both are read; of
 * the certificate nothing is sent.
 */
import { siteInfo } from '../record/site-info.mjs'

const PATIENCE_MS = 10_000

/**
 * @param {string} siteRoot the way to the site's root
 * @returns {Promise<{info: object, isFresh: boolean}>} not fresh: without a network, or in a folder
 */
export async function freshSiteInfo(siteRoot) {
  if (location.protocol !== 'file:') {
    try {
      const reply = await readQuickly(`${siteRoot}signpost.json`, 'no-store')
      if (reply) return { info: JSON.parse(reply), isFresh: true }
    } catch {
      // Something answered, but not this site: as if there were no network.
    }
  }
  return { info: siteInfo(), isFresh: false }
}

/**
 * @param {string | null} inbox
 * @returns {Promise<string | null>} the text of the status list; null: it cannot be had
 */
export async function statusList(inbox) {
  return inbox ? readQuickly(`${inbox}/status`, 'no-cache') : null
}

async function readQuickly(address, cache) {
  const stop = new AbortController()
  const limit = setTimeout(() => stop.abort(), PATIENCE_MS)
  try {
    const reply = await fetch(address, { cache, credentials: 'omit', signal: stop.signal })
    return reply.ok ? await reply.text() : null
  } catch {
    return null
  } finally {
    clearTimeout(limit)
  }
}
