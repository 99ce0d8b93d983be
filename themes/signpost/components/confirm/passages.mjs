/**
 * The passages of guidance that an e-workbook's questions are about. The build cuts them out and writes them as a script, which
 * also loads where pages are opened from a folder.
 */
import { withIndex } from '../../scripts/folder-links.mjs'

const HEADINGS = 'h1, h2, h3, h4, h5, h6'

/**
 * @param {string} root the way to the site's root
 * @param {{id: string, version: number}} workbook
 * @returns {Promise<Record<string, {title: string, page: string, anchor: string, html: string}>>} by question; empty where the
 *   site has none for this version
 */
export function loadPassages(root, { id, version }) {
  return new Promise((resolve) => {
    // The names go into an address: what could lead elsewhere is not looked up.
    if (!/^[a-z0-9-]{1,64}$/.test(id) || !Number.isSafeInteger(version)) return resolve({})
    globalThis.signpostPassages = (file) => resolve(file.id === id && file.version === version ? file.passages : {})
    const script = document.createElement('script')
    script.src = `${root}workbooks/${id}/${version}.passages.js`
    script.onerror = () => resolve({})
    document.head.append(script)
  })
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
