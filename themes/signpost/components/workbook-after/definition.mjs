/**
 * The text of the e-workbook's definition, which a saved copy holds: read when somebody begins, not before, since the page itself
 * shows every question.
 */
import { digestOf, utf8 } from '../record/encoding.mjs'

/**
 * @param {string} siteRoot the way to the site's root
 * @param {{id: string, version: number, digest: string}} workbook
 * @returns {Promise<string>}
 * @throws {Error} where it cannot be had, or is another by now
 */
export async function loadDefinition(siteRoot, { id, version, digest }) {
  const address = `${siteRoot}workbooks/${id}/${version}`
  const text = location.protocol === 'file:' ? await fromScript(`${address}.passages.js`) : await (await fetch(`${address}.json`)).text()
  if ((await digestOf(utf8(text))) !== digest) throw new Error('this is the definition of another e-workbook')
  return text
}

/** From a folder only scripts can be read. */
function fromScript(address) {
  return new Promise((resolve, reject) => {
    globalThis.signpostPassages = (file) => resolve(file.definition)
    const script = document.createElement('script')
    script.src = address
    script.onerror = reject
    document.head.append(script)
  })
}
