/** Pages as they come out of a printer: their words, and the lines to write on. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { scratchFolder } from './helpers.mjs'

const folder = scratchFolder()

/** @returns {Promise<string>} the file with the page as PDF */
async function pdfOf(page) {
  const path = join(folder, 'page.pdf')
  await page.pdf({ path, format: 'A4', preferCSSPageSize: true })
  return path
}

function run(program, ...flags) {
  const { error, status, stdout, stderr } = spawnSync(program, flags, { maxBuffer: 1 << 28 })
  if (error) throw new Error(`${program} cannot be run (tests/all.sh says how to get it): ${error.message}`)
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`)
  return stdout
}

/**
 * A page on paper.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{lines: string[], sheets: string[], nRules: number[]}>} all lines of text; the text of each sheet; on each sheet
 *   how many rules go across more than half of it
 */
export async function printed(page) {
  const path = await pdfOf(page)
  // In the order of drawing, which keeps the words of a table's cell together. Each sheet ends with a form feed.
  const sheets = run('pdftotext', '-raw', '-enc', 'UTF-8', path, '-').toString('utf8').split('\f').slice(0, -1)
  const lines = sheets.flatMap((sheet) => sheet.split('\n')).map((line) => line.trim()).filter(Boolean)
  return { lines, sheets, nRules: rulesIn(run('pdftoppm', '-gray', '-r', '72', path)) }
}

/** Counts rules in pictures as pdftoppm writes them, one after the other: `P5`, width, height, 255, then a byte a point. */
function rulesIn(pictures) {
  const counts = []
  for (let at = 0; at < pictures.length; ) {
    const [head, width, height] = pictures.subarray(at, at + 40).toString('latin1').match(/^P5\s+(\d+)\s+(\d+)\s+255\s/)
    const [w, h] = [Number(width), Number(height)]
    const points = pictures.subarray(at + head.length, at + head.length + w * h)
    const isRule = Array.from({ length: h }, (_, row) => points.subarray(row * w, (row + 1) * w).filter((grey) => grey < 216).length > w / 2)
    counts.push(isRule.filter((is, row) => is && !isRule[row - 1]).length)
    at += head.length + w * h
  }
  return counts
}

/**
 * Letters only: lines break elsewhere on paper, fonts join letters into one, and the addresses of links to other sites are
 * added after them.
 */
export const letters = (text) => text.normalize('NFKC').replace(/\s+/g, '').replace(/\(https?:[^)]*\)/g, '')
