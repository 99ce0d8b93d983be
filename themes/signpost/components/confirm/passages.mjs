/**
 * The passages of guidance that an e-workbook's questions are about. The build cuts them out and writes them as a script, which
 * also loads where pages are opened from a folder.
 */
import { withIndex } from '../../scripts/folder-links.mjs'
import { canonical } from '../record/canonical.mjs'
import { parseStrict } from '../record/json.mjs'

const HEADINGS = 'h1, h2, h3, h4, h5, h6'

/**
 * What stands beside each answer. The site has it for the version that is asked now: a question of another version gets the
 * passage of one that points to the same place, and no key, since what is right may have changed with it.
 *
 * @typedef {{title: string, page: string, anchor: string, html: string}} Passage `html` empty: there is only the page to read
 * @param {string} root the way to the site's root
 * @param {object} definition that was answered
 * @param {number} version that the site has now
 * @returns {Promise<{passageOf: (question: object) => Passage | null, keys: Record<string, unknown>, isDrawn: boolean}>}
 *   `passageOf` null: the question points nowhere; `isDrawn`: each learner gets some of the questions
 */
export async function besideAnswers(root, definition, version) {
  const file = await loadPassages(root, definition.id, version)
  const bySee = new Map(parseStrict(file.definition).questions.map(({ id, see }) => [see, file.passages[id]]))
  return {
    passageOf: ({ see }) => (see ? (bySee.get(see) ?? pageOf(see)) : null),
    keys: file.definition === canonical(definition) ? file.keys : {},
    isDrawn: file.is_drawn,
  }
}

function loadPassages(root, id, version) {
  return new Promise((resolve) => {
    const nothing = { definition: '{"questions":[]}', passages: {}, keys: {}, is_drawn: false }
    // The names go into an address: what could lead elsewhere is not looked up.
    if (!/^[a-z0-9-]{1,64}$/.test(id) || !Number.isSafeInteger(version)) return resolve(nothing)
    globalThis.signpostPassages = (file) => resolve(file.id === id && file.version === version ? file : nothing)
    const script = document.createElement('script')
    script.src = `${root}workbooks/${id}/${version}.passages.js`
    script.onerror = () => resolve(nothing)
    document.head.append(script)
  })
}

/**
 * The page that a question points to, where its passage is not at hand.
 * @param {string} see a page's file below `content/`, with an anchor or without
 * @returns {Passage | null}
 */
export function pageOf(see) {
  const [, folder, name, anchor = ''] = /^((?:[\w-]+\/)*)([\w-]+)\.md(?:#(\S+))?$/.exec(see) ?? []
  return name ? { title: '', page: folder + (name === 'index' ? '' : `${name}/`), anchor, html: '' } : null
}

/**
 * The address of the page that a passage is from, at its place.
 * @param {string} root
 * @param {{page: string, anchor: string}} passage
 */
export function addressOfPassage(root, { page, anchor }) {
  const address = root + page + (anchor ? `#${anchor}` : '')
  return location.protocol === 'file:' ? withIndex(address) : address
}

/**
 * The text of a passage, made fit to stand among others: its links lead where they led on their own page, its ids are gone,
 * and its headings stand below ours.
 *
 * @param {string} root
 * @param {{page: string, html: string}} passage made by the build, never by a person
 * @param {number} level of its highest heading
 * @returns {Node[]}
 */
export function textOfPassage(root, { page, html }, level) {
  const text = new DOMParser().parseFromString(html, 'text/html').body
  const base = new URL(root + page, document.baseURI)
  for (const link of text.querySelectorAll('a[href]')) {
    const address = new URL(link.getAttribute('href'), base)
    const isFolder = location.protocol === 'file:' && address.protocol === 'file:'
    link.setAttribute('href', isFolder ? withIndex(address.href) : address.href)
  }
  for (const image of text.querySelectorAll('img[src]')) image.setAttribute('src', new URL(image.getAttribute('src'), base).href)
  for (const part of text.querySelectorAll('[id], [aria-labelledby], [aria-describedby]')) {
    for (const name of ['id', 'aria-labelledby', 'aria-describedby']) part.removeAttribute(name)
  }
  const headings = [...text.querySelectorAll(HEADINGS)]
  const highest = Math.min(...headings.map((heading) => Number(heading.tagName[1])))
  for (const heading of headings) {
    const lower = document.createElement(`h${Math.min(6, Number(heading.tagName[1]) - highest + level)}`)
    lower.append(...heading.childNodes)
    heading.replaceWith(lower)
  }
  return [...text.childNodes].map((node) => document.importNode(node, true))
}
