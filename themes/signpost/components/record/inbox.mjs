/** Nobody answered: no network, no inbox, or a browser that keeps its answer from this page. */
export class InboxUnreachable extends Error {}

const LIMIT_MS = 30000

/**
 * Posts to the inbox. A refusal is an answer like any other; only silence is thrown.
 *
 * @param {string} origin
 * @param {string} path such as /api/submissions
 * @param {object} body
 * @returns {Promise<{status: number, body: object, retryAfter: number | null}>} `body` is empty where the reply is no JSON object
 * @throws {InboxUnreachable}
 */
export async function askInbox(origin, path, body) {
  let reply, text
  try {
    reply = await fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'omit',
      // A browser without this waits as long as it does by itself.
      signal: AbortSignal.timeout?.(LIMIT_MS),
    })
    text = await reply.text()
  } catch (cause) {
    throw new InboxUnreachable('the inbox did not answer', { cause })
  }
  const seconds = Number(reply.headers.get('retry-after'))
  return { status: reply.status, body: objectOrEmpty(text), retryAfter: seconds > 0 ? seconds : null }
}

function objectOrEmpty(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
