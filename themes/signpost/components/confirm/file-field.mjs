/**
 * “Open the learner's file”: reads a `.workbook.json` on this device.
 */
import { viewOf } from '../record/views.mjs'
import { clearProblems, showProblems } from '../form/problems.mjs'
import { MAX_FILE_BYTES, Unusable, readWorkbookFile } from './request.mjs'

/**
 * Puts the field in its place.
 *
 * @param {HTMLElement} root holds the templates
 * @param {HTMLElement} place
 * @param {(file: object) => Promise<void> | void} onFile gets what {@link readWorkbookFile} read; may throw {@link Unusable}
 */
export function addFileField(root, place, onFile) {
  place.append(viewOf(root, 'file'))
  const input = place.querySelector('input')
  input.addEventListener('change', async () => {
    const [file] = input.files
    if (!file) return
    clearProblems()
    try {
      if (file.size > MAX_FILE_BYTES) throw new Unusable('too-large')
      // A file that was moved away cannot be read, and is then no e-workbook's.
      await onFile(await readWorkbookFile(await file.text().catch(() => '')))
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      showProblems([{ field: input, message: wordsFor(input, error.reason) }])
      // The same file, mended, can then be chosen again.
      input.value = ''
    }
  })
}

/** `too-large` stands in the page as data-too-large. */
function wordsFor(input, reason) {
  return input.getAttribute(`data-${reason}`) ?? input.dataset.damaged
}
