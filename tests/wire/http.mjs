/** Requests as they are written, where `fetch` would repair them, and replies as they came. */
import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'

/** The longest wait for any reply. */
export const LIMIT_MS = 15_000

/**
 * @typedef {{status: number, headers: Record<string, string>, text: string, json: any}} Reply `json` is undefined where the
 * body is no JSON
 */

/**
 * One request on a connection of its own. A body gets its `Content-Length` unless the headers say something else.
 *
 * @param {string} origin
 * @param {{method?: string, path: string, headers?: Record<string, string|undefined>, body?: string|Uint8Array}} what
 * @returns {Promise<Reply>}
 */
export function send(origin, { method = 'GET', path, headers = {}, body }) {
  const all = body === undefined ? headers : { 'content-length': String(Buffer.byteLength(body)), ...headers }
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  return new Promise((resolve, reject) => {
    const request = httpRequest(origin + path, { method, headers: given, agent: false, timeout: LIMIT_MS }, (response) => {
      const parts = []
      response.on('data', (part) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => resolve(replyOf(response.statusCode, response.headers, Buffer.concat(parts).toString('utf8'))))
    })
    request.on('timeout', () => request.destroy(new Error(`${method} ${path}: no reply`)))
    request.on('error', reject)
    request.end(body)
  })
}

function replyOf(status, headers, text) {
  let json
  try {
    json = JSON.parse(text)
  } catch {
    json = undefined
  }
  return { status, headers, text, json }
}

/**
 * A post of JSON from the site's own page. Text and bytes are sent as they are; a header of `undefined` is left out.
 *
 * @param {{info: any, address: string}} site
 * @param {string} path
 * @param {object|string|Uint8Array} body
 * @param {Record<string, string|undefined>} [headers]
 */
export function post({ info, address }, path, body, headers = {}) {
  const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  const all = { 'content-type': 'application/json', origin: info.site, ...headers }
  return send(address, { method: 'POST', path, headers: all, body: bytes })
}

/**
 * Bytes on a socket, and all that came back until the other side closed.
 *
 * @param {string} origin
 * @param {string|Uint8Array} bytes
 * @returns {Promise<string>} latin-1, so that every byte is a character
 */
export function raw(origin, bytes) {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setEncoding('latin1').on('data', (part) => (heard += part))
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`the connection stayed open after:\n${heard}`)))
    // What is still on its way to a server that has answered and closed may come back as a reset: the answer stands.
    socket.on('error', (error) => (heard === '' ? reject(error) : resolve(heard)))
    socket.on('close', () => resolve(heard))
  })
}

/** A request line and headers, as text, for `raw`. */
export function head(origin, line, headers) {
  return [`${line} HTTP/1.1`, `Host: ${new URL(origin).host}`, ...headers, '', ''].join('\r\n')
}

/** The statuses of all replies in what `raw` heard. */
export const statusesIn = (heard) => [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

/** The first reply in what `raw` heard, an interim one included. */
export function firstReply(heard) {
  const [top, ...rest] = heard.split('\r\n\r\n')
  const [line, ...lines] = top.split('\r\n')
  const headers = lines.map((one) => [one.slice(0, one.indexOf(':')).toLowerCase(), one.slice(one.indexOf(':') + 1).trim()])
  return replyOf(Number(line.split(' ')[1]), Object.fromEntries(headers), Buffer.from(rest.join('\r\n\r\n'), 'latin1').toString('utf8'))
}

/**
 * A refusal in the shape of RFC 9457, with words.
 *
 * @param {Reply} reply
 * @param {number} status
 * @param {string} kind what follows `urn:signpost:`
 */
export function assertRefused(reply, status, kind) {
  const said = { status: reply.status, type: reply.json?.type }
  assert.deepEqual(said, { status, type: `urn:signpost:${kind}` }, reply.text)
  assert.match(reply.headers['content-type'], /^application\/problem\+json/)
  assert.match(reply.json.detail, /\w+ \w+/, 'plain words in `detail`')
}

/**
 * A 422 that names these members and no other.
 *
 * @param {Reply} reply
 * @param {...string} pointers
 */
export function assertFields(reply, ...pointers) {
  assertRefused(reply, 422, 'field')
  assert.deepEqual([...new Set(reply.json.errors.map(({ pointer }) => pointer))].sort(), pointers.sort(), reply.text)
  for (const { detail } of reply.json.errors) assert.match(detail, /\w+ \w+/)
}

/**
 * A reply of JSON that is no refusal.
 *
 * @param {Reply} reply
 * @param {number} status
 */
export function assertAnswered(reply, status) {
  assert.equal(reply.status, status, reply.text)
  assert.match(reply.headers['content-type'], /^application\/json/)
  assert.notEqual(reply.json, undefined, reply.text)
  return reply.json
}
