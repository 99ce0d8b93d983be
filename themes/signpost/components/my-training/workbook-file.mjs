/**
 * The learner's own file of what was sent, and the questions it needs.
 */
import { digestOf, utf8 } from '../record/encoding.mjs'

/**
 * The text of the definition that was answered.
 *
 * @param {string} siteRoot the way to the site's root
 * @param {{definition?: string, workbook: {id: string, version: number, digest: string}}} entry of the store
 * @returns {Promise<string | null>} null: the site has another version by now, or cannot be reached
 */
export async function definitionFor(siteRoot, { definition, workbook }) {
  if (definition) return definition
  try {
    const reply = await fetch(`${siteRoot}workbooks/${workbook.id}/${workbook.version}.json`)
    const text = reply.ok ? await reply.text() : ''
    return (await digestOf(utf8(text))) === workbook.digest ? text : null
  } catch {
    return null
  }
}

/**
 * @param {{object: object, record: string}} entry of the store
 * @param {string} definition
 * @returns {string} the text of a `.workbook.json`
 */
export function fileTextOf({ object, record }, definition) {
  return JSON.stringify({ v: 1, kind: 'workbook', object, definition, record })
}

/**
 * Hands a file to the browser as a download.
 * @param {string} name
 * @param {string | Uint8Array} content
 * @param {string} type
 */
export function download(name, content, type) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([content], { type }))
  link.download = name
  link.click()
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
