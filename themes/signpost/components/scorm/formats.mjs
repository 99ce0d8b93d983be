/** Times, answers and verdicts as each version of SCORM writes them. */

import { numberIn } from '../question/marking.mjs'

/** The longest text that a system of either version takes. */
const MAX_TEXT = 250

/** In 1.2 a part of an answer is one letter or digit. */
const SIGNS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/**
 * A length of time.
 * @param {string} version
 * @param {number} ms
 */
export function timeSpan(version, ms) {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (version === '2004') return `PT${hours}H${minutes}M${rest}S`
  return [[hours, 4], [minutes, 2], [rest, 2]].map(([number, length]) => String(number).padStart(length, '0')).join(':')
}

/**
 * A moment: the time of day in 1.2, day and time in 2004.
 * @param {string} version
 * @param {Date} date
 */
function moment(version, date) {
  if (version === '2004') return date.toISOString().replace(/\d(Z)$/, '$1')
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

/**
 * What each kind of question is called, how an answer of its kind is written, and what counts as right. An answer in the
 * learner's own words is not marked, and stays with the learner.
 */
const RECORDED = {
  open: { type: { 1.2: 'fill-in', 2004: 'long-fill-in' } },
  single: { type: 'choice', write: listed, right: (key) => [[key]] },
  multi: { type: 'choice', write: listed, right: (key) => [key] },
  true_false: { type: 'true-false', write: (version, [word]) => (version === '2004' ? word : word[0]), right: (key) => [[key]] },
  short: { type: 'fill-in', write: (version, [text]) => text.slice(0, MAX_TEXT), right: (key) => key.map((word) => [word]) },
  number: { type: 'numeric', write: (version, [text]) => decimal(numberIn(text)) },
  order: { type: 'sequencing', write: listed, right: (key) => [key] },
  match: { type: 'matching', write: paired, right: (key) => [key] },
}

/**
 * A try at a question, as the members of `cmi.interactions.n` in the order in which they are set: the id, and the kind, come first.
 *
 * @param {string} version
 * @param {object} tried
 * @param {string} tried.id letters, digits, hyphens and underscores
 * @param {{type: string, key: unknown, prompt: string, choices: string[], left: string[]}} tried.question with the ids that its
 *   answers are made of, always in one order
 * @param {string | string[]} tried.answer
 * @param {'right' | 'not-quite' | 'unmarked'} tried.verdict
 * @param {Date} tried.at
 * @param {number} tried.took milliseconds since the question was shown
 * @returns {[string, string][]}
 */
export function interactionFields(version, { id, question, answer, verdict, at, took }) {
  const { type, write } = RECORDED[question.type]
  const is2004 = version === '2004'
  const fields = [
    ['id', id],
    ['type', type[version] ?? type],
    [is2004 ? 'timestamp' : 'time', moment(version, at)],
    ...rightAnswers(version, question).map((pattern, n) => [`correct_responses.${n}.pattern`, pattern]),
    ...(write ? [[is2004 ? 'learner_response' : 'student_response', write(version, [answer].flat(), question)]] : []),
    ['result', verdict === 'right' ? 'correct' : verdict === 'unmarked' ? 'neutral' : is2004 ? 'incorrect' : 'wrong'],
    ['latency', timeSpan(version, took)],
  ]
  return is2004 ? [...fields, ['description', question.prompt.slice(0, MAX_TEXT)]] : fields
}

function rightAnswers(version, question) {
  const { key, type } = question
  if (key === undefined) return []
  if (type === 'number') return [version === '2004' ? `${decimal(key[0] - key[1])}[:]${decimal(key[0] + key[1])}` : decimal(key[0])]
  const { right, write } = RECORDED[type]
  return right(key).map((parts) => write(version, parts, question))
}

function listed(version, ids, { choices }) {
  return version === '2004' ? ids.join('[,]') : ids.map((id) => signOf(choices, id)).join(',')
}

/** A pair for each left-hand side that has something chosen for it. */
function paired(version, ids, { left, choices }) {
  const pairs = left.map((name, place) => [name, ids[place]]).filter(([, id]) => id)
  if (version === '2004') return pairs.map((pair) => pair.join('[.]')).join('[,]')
  return pairs.map(([name, id]) => `${signOf(left, name)}.${signOf(choices, id)}`).join(',')
}

function signOf(list, id) {
  return SIGNS[list.indexOf(id)] ?? ''
}

/** With as many decimal places as the standard has, and none that arithmetic made up. */
function decimal(number) {
  return String(Number(number.toFixed(7)))
}
