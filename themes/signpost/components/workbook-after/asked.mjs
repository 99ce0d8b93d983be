/** What was asked when something was sent or saved: by now the page may ask other questions, or ask them in another way. */
import { canonical } from '../record/canonical.mjs'
import { sha256, toBase64url, utf8 } from '../record/encoding.mjs'
import { parseStrict } from '../record/json.mjs'
import { paragraphsOf } from '../record/prompt.mjs'

/**
 * The questions of something that was sent.
 *
 * @param {{workbook: {digest: string}, definition?: string}} entry of the store
 * @param {Question[]} questions of the page
 * @param {string} digest of the page's own version
 * @returns {Question[]} enough of each to read its answer
 */
export function questionsOf({ workbook, definition }, questions, digest) {
  if (!definition || workbook.digest === digest) return questions
  return parseStrict(definition).questions.map(({ id, type, prompt, choices = [], left = [], right = [] }, n) => ({
    name: `q${n + 1}`, id, type,
    prompt: paragraphsOf(prompt)[0],
    choices: new Map([...choices, ...right].map(({ id, text }) => [id, text])),
    left: left.map(({ text }) => text),
  }))
}

const ASKED = ['id', 'type', 'prompt', 'choices', 'left', 'right']

/**
 * The mark of each question of a definition, as the build gives it to the page's own: with another mark it is another question.
 *
 * @param {string | undefined} definition
 * @returns {Promise<Record<string, string>>}
 */
export async function marksIn(definition) {
  const questions = definition ? parseStrict(definition).questions : []
  const marks = questions.map(async (question) => {
    const asked = Object.fromEntries(ASKED.filter((name) => name in question).map((name) => [name, question[name]]))
    return [question.id, toBase64url((await sha256(utf8(canonical(asked)))).subarray(0, 6))]
  })
  return Object.fromEntries(await Promise.all(marks))
}
