/**
 * A certificate (JWS typ `mars-cert+jwt`): where one is found, and what is in it. Whether it is genuine is for verdict.mjs.
 */
import { dayInWords, isDay } from '../record/dates.mjs'
import { fromBase64url, textOf } from '../record/encoding.mjs'
import { parseJws } from '../record/jws.mjs'
import { parseStrict } from '../record/json.mjs'

const CERTIFICATE_TYPE = 'mars-cert+jwt'
const REQUIRED = ['iss', 'jti', 'nam', 'wb', 'agy', 'job', 'cap', 'dat', 'iat']
const NUMBER = /^[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){3}$/

/** Base64url of `{"` begins so. Shorter runs with two dots are chance. */
const SIGNED_TEXT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g
const MIN_LETTERS = 100

/**
 * @param {string} jws
 * @returns {{header: object, payload: object, signed: string, signature: Uint8Array} | null} null: this is no certificate, or not
 *   a whole one
 */
export function parseCertificate(jws) {
  try {
    const parsed = parseJws(jws)
    return hasBoardHeader(parsed.header, CERTIFICATE_TYPE) && isCertificate(parsed.payload) ? parsed : null
  } catch {
    return null
  }
}

/** Exactly the header that the board signs with. */
export function hasBoardHeader(header, type) {
  return Object.keys(header).sort().join() === 'alg,kid,typ' && header.alg === 'ES256' && header.typ === type && typeof header.kid === 'string'
}

function isCertificate(payload) {
  const names = Object.keys(payload)
  const isSecond = (value) => Number.isSafeInteger(value) && value >= 0
  return (
    REQUIRED.every((name) => Object.hasOwn(payload, name)) &&
    names.every((name) => name === 'exp' || REQUIRED.includes(name)) &&
    REQUIRED.slice(0, -1).every((name) => typeof payload[name] === 'string') &&
    isNumberOfCertificate(payload.jti) &&
    /^[a-z0-9-]{1,64}\/[1-9]\d*$/.test(payload.wb) &&
    isDay(payload.dat) &&
    isSecond(payload.iat) &&
    (!Object.hasOwn(payload, 'exp') || isSecond(payload.exp))
  )
}

/** Whether this is a certificate's number, such as people might type it in place of the code. */
export function isNumberOfCertificate(text) {
  return NUMBER.test(text)
}

/**
 * A code as it was pasted: by itself, in its link, broken over lines.
 * @param {string} text
 */
export function codeIn(text) {
  const pasted = text.replace(/[\s\u200b\u00ad]+/g, '')
  const at = pasted.lastIndexOf('#c=')
  return at < 0 ? pasted : pasted.slice(at + 3)
}

/**
 * The certificate inside a file. It is stored there as it is, not compressed, so that it is found among the bytes.
 *
 * A signed text whose header cannot be read counts too: it may be what is left of one, and a second one beside it is then no
 * proof of anything.
 *
 * @param {Uint8Array} bytes
 * @returns {{code: string | null, isOne: boolean}} `code` null: there is none, or there are several
 */
export function findCertificate(bytes) {
  // One character a byte; those of a signed text are ASCII.
  const text = new TextDecoder('latin1').decode(bytes)
  const codes = new Set(text.match(SIGNED_TEXT)?.filter((run) => run.length >= MIN_LETTERS && mayBeCertificate(run)))
  return { code: codes.size === 1 ? [...codes][0] : null, isOne: codes.size <= 1 }
}

function mayBeCertificate(run) {
  try {
    return parseStrict(textOf(fromBase64url(run.slice(0, run.indexOf('.'))))).typ === CERTIFICATE_TYPE
  } catch {
    return true
  }
}

/**
 * The signed facts, for a person to compare.
 *
 * @param {object} certificate
 * @param {{workbooks?: {id: string, title: string}[]}} info of the site: it may know the e-workbook's title
 * @returns {Record<string, string>}
 */
export function factsInWords(certificate, info) {
  const [id, version] = certificate.wb.split('/')
  const title = info.workbooks?.find((workbook) => workbook.id === id)?.title
  return {
    name: certificate.nam,
    workbook: title ? `${title}, version ${version}` : certificate.wb,
    agency: certificate.agy,
    jobTitle: certificate.job,
    date: dayInWords(certificate.dat),
    number: certificate.jti,
  }
}
