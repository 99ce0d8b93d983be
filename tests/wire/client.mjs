/** A learner's client, written from the wire formats alone: answers, digests, seals, records, and what the board signs. */
import { createHash, webcrypto } from 'node:crypto'

const { subtle } = webcrypto
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' }
const ES256 = { name: 'ECDSA', hash: 'SHA-256' }

/** The order of P-256: how many values r and s can take, and one more. */
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** The alphabet of references and of certificates' numbers, five bits a character. */
export const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** @param {Uint8Array|string} data text counts as UTF-8 */
export const b64url = (data) => Buffer.from(data).toString('base64url')

/** @param {string} text */
export const fromB64url = (text) => Buffer.from(text, 'base64url')

/** @param {number} length in bytes */
export const randomBytes = (length) => Buffer.from(webcrypto.getRandomValues(new Uint8Array(length)))

/** @param {Uint8Array|string} data */
export const sha256 = (data) => createHash('sha256').update(data).digest()

/** @param {Uint8Array|string} data */
export const digestOf = (data) => `sha-256:${b64url(sha256(data))}`

/** Seconds since 1970. */
export const now = () => Math.floor(Date.now() / 1000)

/**
 * A day in Europe/London, `YYYY-MM-DD`.
 *
 * @param {number} [days] from today
 */
export function londonDay(days = 0) {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date())
  return new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)
}

/**
 * RFC 8785. Members stand in the order of their names' UTF-16 units, which is how `sort` compares.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function jcs(value) {
  if (Array.isArray(value)) return `[${value.map(jcs).join(',')}]`
  if (value !== null && typeof value === 'object') {
    return `{${Object.keys(value)
      .sort()
      .map((name) => `${jcs(name)}:${jcs(value[name])}`)
      .join(',')}}`
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} cannot be written as JSON`)
  if (typeof value === 'string' && !value.isWellFormed()) throw new TypeError('a lone surrogate cannot be written as UTF-8')
  return JSON.stringify(value)
}

/** A browser's key. `jwk` has the four members that a header may carry. */
export async function makeKey() {
  const { privateKey, publicKey } = await subtle.generateKey(ECDSA, false, ['sign', 'verify'])
  const exported = await subtle.exportKey('jwk', publicKey)
  const { kty, crv, x, y } = exported
  return { privateKey, exported, jwk: { kty, crv, x, y } }
}

/**
 * The header of a record or request.
 *
 * @param {{jwk: object}} key
 * @param {string} [typ]
 */
export const headerOf = (key, typ = 'mars-submission+jws') => ({ alg: 'ES256', typ, jwk: key.jwk })

const written = (part) => (typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part))

/**
 * A compact JWS. Text and bytes are carried as they are, so a test can write what no honest client would.
 *
 * @param {{privateKey: CryptoKey}} key
 * @param {object|string|Uint8Array} header
 * @param {object|string|Uint8Array} payload
 */
export const signJws = (key, header, payload) => signParts(key, b64url(written(header)), b64url(written(payload)))

/** As `signJws`, over two parts that are encoded already. */
export async function signParts(key, header, payload) {
  const signature = await subtle.sign(ES256, key.privateKey, Buffer.from(`${header}.${payload}`))
  return `${header}.${payload}.${b64url(new Uint8Array(signature))}`
}

/** The same JWS with other signature bytes. */
export const withSignature = (jws, signature) => [...jws.split('.').slice(0, 2), b64url(signature)].join('.')

/** The signature's two numbers. */
export function numbersOf(jws) {
  const hex = fromB64url(jws.split('.')[2]).toString('hex')
  return { r: BigInt(`0x${hex.slice(0, 64)}`), s: BigInt(`0x${hex.slice(64)}`) }
}

/** @param {{r: bigint, s: bigint}} numbers */
export const signatureOf = ({ r, s }) => Buffer.from([r, s].map((n) => n.toString(16).padStart(64, '0')).join(''), 'hex')

/** The other signature that holds whenever this one does: (r, n − s). */
export function twinOf(jws) {
  const { r, s } = numbersOf(jws)
  return withSignature(jws, signatureOf({ r, s: ORDER - s }))
}

/** A signature that has the right shape and does not hold. */
export function forged(jws) {
  const { r, s } = numbersOf(jws)
  return withSignature(jws, signatureOf({ r, s: s === 1n ? 2n : s - 1n }))
}

/** The signature as ASN.1 DER, which JWS does not use. */
export function derOf(jws) {
  const integer = (n) => {
    const hex = n.toString(16)
    const even = hex.length % 2 ? `0${hex}` : hex
    const bytes = Buffer.from(parseInt(even.slice(0, 2), 16) > 127 ? `00${even}` : even, 'hex')
    return Buffer.concat([Buffer.from([2, bytes.length]), bytes])
  }
  const { r, s } = numbersOf(jws)
  const both = Buffer.concat([integer(r), integer(s)])
  return withSignature(jws, Buffer.concat([Buffer.from([48, both.length]), both]))
}

/** @returns {{header: any, payload: any}} what a JWS says, unchecked */
export function decodeJws(jws) {
  const [header, payload] = jws
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(fromB64url(part).toString('utf8')))
  return { header, payload }
}

/**
 * @param {string} jws
 * @param {object} jwk
 */
export async function holds(jws, jwk) {
  const [header, payload, signature] = jws.split('.')
  const key = await subtle.importKey('jwk', jwk, ECDSA, false, ['verify'])
  return subtle.verify(ES256, key, fromB64url(signature), Buffer.from(`${header}.${payload}`))
}

/**
 * What the board says, once its signature, its header and its key's dates have been checked.
 *
 * @param {string} jws
 * @param {string} typ
 * @param {{keys: {kid: string, nbf: number, exp: number}[]}} keys as in `signpost.json`
 */
export async function boardSays(jws, typ, { keys }) {
  const refuse = (why) => {
    throw new Error(`not signed by the board: ${why}`)
  }
  if (!/^[\w-]+\.[\w-]+\.[\w-]{86}$/.test(jws)) refuse('not a compact JWS')
  const { header, payload } = decodeJws(jws)
  if (Object.keys(header).sort().join() !== 'alg,kid,typ') refuse(`the header has ${Object.keys(header)}`)
  if (header.alg !== 'ES256' || header.typ !== typ) refuse(`alg ${header.alg}, typ ${header.typ}`)
  const key = keys.find(({ kid }) => kid === header.kid) ?? refuse(`kid ${header.kid} is not known`)
  const { kty, crv, x, y } = key
  if (!(await holds(jws, { kty, crv, x, y }))) refuse('the signature does not hold')
  const at = payload.received_at ?? payload.iat
  if (at < key.nbf || (key.exp !== 0 && at >= key.exp)) refuse(`the key was not in use at ${at}`)
  return payload
}

/** The reference that every page and mail shows for a record. */
export function referenceOf(rid) {
  const bits = [...sha256(rid).subarray(0, 5)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits
    .match(/.{5}/g)
    .map((five) => ALPHABET[parseInt(five, 2)])
    .join('')
  return `MARS-${letters.slice(0, 4)}-${letters.slice(4)}`
}

const sealKey = (raw, use) => subtle.importKey('raw', raw, 'AES-GCM', false, [use])

/**
 * @param {string} plaintext the JCS of an answers object
 * @param {string} rid
 * @returns {Promise<{key: string, iv: string, ciphertext: string}>}
 */
export async function seal(plaintext, rid, key = randomBytes(32), iv = randomBytes(12)) {
  const aes = { name: 'AES-GCM', iv, additionalData: Buffer.from(rid) }
  const ciphertext = await subtle.encrypt(aes, await sealKey(key, 'encrypt'), Buffer.from(plaintext))
  return { key: b64url(key), iv: b64url(iv), ciphertext: b64url(new Uint8Array(ciphertext)) }
}

/**
 * @param {{iv: string, ciphertext: string}} sealed
 * @param {string} key K, as the link has it
 * @param {string} rid
 */
export async function openSeal({ iv, ciphertext }, key, rid) {
  const aes = { name: 'AES-GCM', iv: fromB64url(iv), additionalData: Buffer.from(rid) }
  const plaintext = await subtle.decrypt(aes, await sealKey(fromB64url(key), 'decrypt'), fromB64url(ciphertext))
  return Buffer.from(plaintext).toString('utf8')
}

/** Something to say to each question of a definition. */
export function answersTo(definition, text = 'Support as early as possible, before a problem grows.') {
  const answer = ({ type, choices, left, right }) => {
    if (type === 'single') return choices[0].id
    if (type === 'multi') return choices.map(({ id }) => id)
    if (type === 'true_false') return 'true'
    if (type === 'number') return '42'
    if (type === 'order') return (choices ?? right).map(({ id }) => id)
    if (type === 'match') return left.map((_, at) => right[at].id)
    return text
  }
  return Object.fromEntries(definition.questions.map((question) => [question.id, answer(question)]))
}

const isEmpty = (answer) => [answer].flat().every((one) => one === '')

let people = 0

/** An address that nobody else in this run has, so that limits on mail never meet. */
export const freshAddress = (who, domain = 'school.example') => `${who}.${process.pid}.${++people}@${domain}`

/**
 * Everything that a learner's browser holds before it sends: change the payload at will, then take `bodyOf`.
 *
 * @param {{info: any, definitions: Record<string, any>}} site
 * @param {{workbook?: string, answers?: object, key?: object, rid?: string}} [options]
 */
export async function newDraft(site, { workbook = 'early-help-awareness', answers, key, rid = webcrypto.randomUUID() } = {}) {
  const listed = site.info.workbooks.find(({ id }) => id === workbook)
  const { id, version, title, digest } = listed
  const given = answers ?? answersTo(site.definitions[id])
  const object = { v: 1, rid, workbook: { id, version, title, digest }, salt: b64url(randomBytes(16)), answers: given }
  const payload = {
    v: 1,
    rid,
    aud: site.info.inbox,
    iat: now(),
    workbook: { id, version, title, digest },
    learner: {
      name: 'Renée O’Neill-Łasek',
      email: freshAddress('learner'),
      job_title: 'Teaching assistant',
      agency: { id: 'wire-school', name: 'Wire School' },
    },
    completed_on: londonDay(),
    answers: { count: Object.values(given).filter((answer) => !isEmpty(answer)).length, digest: digestOf(jcs(object)) },
    confirmer: { name: 'Sam Head', email: freshAddress('confirmer'), capacity: 'manager' },
  }
  return { key: key ?? (await makeKey()), K: randomBytes(32), object, payload, sealsAnswers: listed.answers_on_server }
}

/**
 * The body of a post, with a new signature and a new seal each time.
 *
 * @param {Awaited<ReturnType<typeof newDraft>>} draft
 * @returns {Promise<{record: string, sealed?: object}>}
 */
export async function bodyOf({ key, K, object, payload, sealsAnswers }) {
  const record = await signJws(key, headerOf(key), payload)
  return sealsAnswers ? { record, sealed: await seal(jcs(object), object.rid, K) } : { record }
}
