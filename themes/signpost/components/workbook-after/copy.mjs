/** The learner's own file, `.workbook.json`: answers, questions and, once there is one, the record. */
import { parseStrict } from '../record/json.mjs'
import { parseJws } from '../record/jws.mjs'
import { detailsOf } from '../workbook/details.mjs'
import { marksIn } from './asked.mjs'

const LARGEST_COPY = 512 * 1024

/**
 * @param {File} file
 * @param {string} workbookId
 * @returns {Promise<{answers: object, details: object | null, marks: object}>} details only where they were complete; `marks` of
 *   the questions as they were asked
 * @throws {Error} with `other` or `wrong` as its message: a copy of another e-workbook, or none at all
 */
export async function readCopy(file, workbookId) {
  const { object, record, marks } = await copyIn(file)
  if (object.workbook.id !== workbookId) throw new Error('other')
  return { answers: answersIn(object), details: detailsIn(record), marks }
}

async function copyIn(file) {
  try {
    const copy = parseStrict(file.size > LARGEST_COPY ? '' : await file.text())
    const isCopy = copy.v === 1 && copy.kind === 'workbook' && copy.object.answers && copy.object.workbook.id
    if (isCopy) return { ...copy, marks: await marksIn(copy.definition).catch(() => ({})) }
  } catch {
    // No JSON, or not the parts that a copy has.
  }
  throw new Error('wrong')
}

/** Texts and lists of texts: nothing else is an answer, whoever wrote the file. */
function answersIn({ answers }) {
  const isText = (value) => typeof value === 'string'
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => isText(answer) || (Array.isArray(answer) && answer.every(isText))))
}

function detailsIn(record) {
  try {
    return detailsOf(parseJws(record).payload)
  } catch {
    return null
  }
}

/**
 * Gives the learner their file.
 * @param {{object: object, record: string | null, definition: string}} copy
 */
export function saveCopyOf({ object, record, definition }) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([JSON.stringify({ v: 1, kind: 'workbook', object, definition, record })], { type: 'application/json' }))
  link.download = `${object.workbook.id}.workbook.json`
  link.click()
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60000)
}
