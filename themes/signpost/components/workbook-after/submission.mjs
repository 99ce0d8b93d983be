/** A finished e-workbook as the inbox takes it: answers object, signed record, sealed answers. */
import { canonical } from '../record/canonical.mjs'
import { dayAt } from '../record/dates.mjs'
import { digestOf, utf8 } from '../record/encoding.mjs'
import { parseJws, signJws } from '../record/jws.mjs'
import { referenceOf } from '../record/reference.mjs'
import { seal } from '../record/seal.mjs'
import { finalAnswer, isEmptyAnswer } from '../question/kinds.mjs'

/**
 * @param {{id: string, version: number, title: string, digest: string}} workbook
 * @param {Question[]} questions every one is a member, answered or not
 * @param {{rid: string, salt: string, answers: object}} draft
 */
export function answersObject({ id, version, title, digest }, questions, { rid, salt, answers }) {
  const final = questions.map((question) => {
    const answer = finalAnswer(question, answers[question.id])
    return [question.id, isEmptyAnswer(answer) ? '' : answer]
  })
  return { v: 1, rid, workbook: { id, version, title, digest }, salt, answers: Object.fromEntries(final) }
}

/**
 * Signs and seals. What comes out is kept before it is first sent, and sent again as it is.
 *
 * @param {object} options
 * @param {object} options.object the answers object
 * @param {{learner: object, confirmer: object}} options.parties
 * @param {string | null} options.replaces the `rid` of an earlier submission
 * @param {boolean} options.sendsAnswers whether the inbox takes this e-workbook's answers
 * @param {string} options.inbox its origin
 * @param {{privateKey: CryptoKey, publicJwk: object}} options.key
 * @param {number} options.now in milliseconds since 1970
 * @returns {Promise<object>} an entry of the store
 */
export async function makeSubmission({ object, parties, replaces, sendsAnswers, inbox, key, now }) {
  const { rid, workbook, answers } = object
  const iat = Math.floor(now / 1000)
  const text = canonical(object)
  const count = Object.values(answers).filter((answer) => !isEmptyAnswer(answer)).length
  const { learner, confirmer } = parties
  const payload = {
    v: 1, rid, aud: inbox, iat, workbook, learner,
    completed_on: dayAt(iat),
    answers: { count, digest: await digestOf(utf8(text)) },
    confirmer,
    ...(replaces && { replaces }),
  }
  const record = await signJws({ alg: 'ES256', typ: 'mars-submission+jws', jwk: key.publicJwk }, payload, key.privateKey)
  return {
    rid, workbook, object, record, learner, confirmer,
    reference: await referenceOf(rid),
    completed_on: payload.completed_on,
    receipt: null,
    body: { record, ...(sendsAnswers && { sealed: await seal(text, rid) }) },
    state: 'unsent',
    sent_at: now,
  }
}

/**
 * Whether a submission says what would be sent now, so that it is sent again instead of a second one.
 *
 * @param {object} entry of the store
 * @param {object} object the answers object
 * @param {{learner: object, confirmer: object}} parties
 */
export function saysTheSame(entry, object, parties) {
  const said = ({ answers, workbook }, { learner, confirmer }) => canonical({ answers, workbook, learner, confirmer })
  return said(entry.object, parseJws(entry.record).payload) === said(object, parties)
}
