/**
 * A submission as the confirmer's page gets it, checked before a word of it is shown: the record by the key it carries, the
 * definition by its digest in the record, the answers by theirs. The inbox has checked the record too; that what it hands over
 * is still what was signed is for this page to see.
 */
import { digestOf, utf8 } from '../record/encoding.mjs'
import { canonical } from '../record/canonical.mjs'
import { parseJws, publicJwk, verifyJws } from '../record/jws.mjs'
import { parseStrict } from '../record/json.mjs'
import { openSeal } from '../record/seal.mjs'
import { answersFit, countAnswered } from './answers.mjs'

/** The largest file that a learner's page saves. */
export const MAX_FILE_BYTES = 512 * 1024

/** What was handed over cannot be used. `reason` is one word; the words for people stand in the page. */
export class Unusable extends Error {
  constructor(reason) {
    super(reason)
    this.reason = reason
  }
}

/**
 * @param {string} jws a learner's record
 * @returns {Promise<object>} its payload; throws {@link Unusable} `altered`
 */
export async function readRecord(jws) {
  try {
    const parsed = parseJws(jws)
    const { alg, typ, jwk } = parsed.header
    const isOurs = alg === 'ES256' && typ === 'mars-submission+jws' && Object.keys(parsed.header).length === 3 && canonical(jwk) === canonical(publicJwk(jwk))
    if (isOurs && isRecord(parsed.payload) && (await verifyJws(parsed, jwk))) return parsed.payload
  } catch {
    // Not a JWS at all: the same to the reader as one that does not hold.
  }
  throw new Unusable('altered')
}

function isRecord(payload) {
  const { v, rid, aud, workbook, learner, completed_on: completedOn, answers, confirmer } = payload
  const texts = [rid, aud, workbook?.id, workbook?.title, workbook?.digest, learner?.name, learner?.job_title, learner?.agency?.name, confirmer?.capacity]
  return v === 1 && [...texts, completedOn, answers?.digest, confirmer?.name, confirmer?.email].every((text) => typeof text === 'string')
}

/**
 * @param {string} text of a definition file
 * @param {{id: string, version: number, title: string, digest: string}} workbook that it should be
 * @returns {Promise<object>} the definition; throws {@link Unusable} `definition`
 */
export async function readDefinition(text, workbook) {
  try {
    if ((await digestOf(utf8(text))) === workbook.digest) {
      const definition = parseStrict(text)
      const isSame = ['id', 'version', 'title'].every((name) => definition[name] === workbook[name])
      if (isSame && definition.questions.every(isQuestion)) return definition
    }
  } catch {
    // Fall through: a definition that cannot be read is none.
  }
  throw new Unusable('definition')
}

/** A file made by anybody says what it likes: what is drawn from it is looked at first. */
function isQuestion({ id, type, prompt, look_for: points = [], choices = [], left = [], right = [] }) {
  const isText = (value) => typeof value === 'string'
  const isItem = (item) => isText(item.id) && isText(item.text)
  return [id, type, prompt].every(isText) && points.every(isText) && [choices, left, right].every((items) => items.every(isItem))
}

/**
 * Opens sealed answers.
 *
 * @param {{iv: string, ciphertext: string}} sealed
 * @param {string} key K, from the link
 * @param {{record: object, definition: object}} request
 * @returns {Promise<object>} the answers object; throws {@link Unusable} `damaged`
 */
export async function openAnswers(sealed, key, { record, definition }) {
  let text
  try {
    text = await openSeal(sealed, key, record.rid)
  } catch {
    throw new Unusable('damaged')
  }
  return checkAnswers(text, record, definition)
}

/**
 * Whether these are the answers that the learner signed for.
 *
 * @param {string} text of the answers object, as sealed
 * @param {object} record
 * @param {object} definition
 * @returns {Promise<object>} the answers object; throws {@link Unusable} `damaged`
 */
export async function checkAnswers(text, record, definition) {
  let object
  try {
    object = parseStrict(text)
    const isSigned = (await digestOf(utf8(text))) === record.answers.digest
    if (isSigned && belongsTo(object, record) && answersFit(definition.questions, object.answers)) {
      if (countAnswered(object.answers) === record.answers.count) return object
    }
  } catch {
    // Fall through.
  }
  throw new Unusable('damaged')
}

function belongsTo({ v, rid, workbook }, record) {
  return v === 1 && rid === record.rid && canonical(workbook) === canonical(record.workbook)
}

/**
 * A learner's own file.
 *
 * @param {string} text
 * @returns {Promise<{jws: string | null, record: object | null, definition: object, definitionText: string, object: object}>}
 *   `record` null: nothing was sent yet, so nobody can confirm it. Throws {@link Unusable} `not-workbook`, `altered`,
 *   `definition` or `damaged`.
 */
export async function readWorkbookFile(text) {
  let file
  try {
    file = parseStrict(text.replace(/^\ufeff/, ''))
  } catch {
    throw new Unusable('not-workbook')
  }
  const { v, kind, object, definition: definitionText, record: jws } = file ?? {}
  const isWorkbook = v === 1 && kind === 'workbook' && typeof definitionText === 'string' && (jws === null || typeof jws === 'string')
  if (!isWorkbook || typeof object?.workbook !== 'object' || object.workbook === null) throw new Unusable('not-workbook')
  const definition = await readDefinition(definitionText, object.workbook)
  if (jws === null) {
    if (!answersFit(definition.questions, object.answers)) throw new Unusable('damaged')
    return { jws, record: null, definition, definitionText, object }
  }
  const record = await readRecord(jws)
  return { jws, record, definition, definitionText, object: await checkAnswers(canonical(object), record, definition) }
}

/**
 * An address such that its owner knows it again and nobody else learns it: `a…@school.example`.
 * @param {string} address
 */
export function maskAddress(address) {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, 1)}…${address.slice(at)}`
}
