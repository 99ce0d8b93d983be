/**
 * What the search page answers, for a grader: node evaluate-search.mjs QUERIES.jsonl RELEASE OUT
 *
 * In: graded queries, one {"id","query",…} a line, and a built site. Out: OUT/results.jsonl, one {"id","results":[{"url",
 * "title","text"}…]} a query with the first ten results as the page in Chromium lists them; OUT/corpus.jsonl, one {"url",
 * "title","text"} a section of the site. A section's text reaches to the next heading, a page's is all of its main text.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { launch, openPage, pagesOf, serveFolder } from './helpers.mjs'

const [queriesFile, release, out] = process.argv.slice(2)
if (!out) {
  console.error('usage: node evaluate-search.mjs QUERIES.jsonl RELEASE OUT')
  process.exit(2)
}
const queries = readFileSync(queriesFile, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))

const browser = await launch()
const server = await serveFolder(resolve(release))
const page = await openPage(browser)

// In the page: every place that a result can lead to, by its address.
function sectionsHere() {
  const main = document.querySelector('main')
  const plain = (text) => text.replace(/\s+/g, ' ').trim()
  const isHeading = (element) => /^H[1-6]$/.test(element.tagName)
  const textFrom = (heading) => {
    const range = document.createRange()
    range.setStartAfter(heading)
    const headings = [...main.querySelectorAll('h1, h2, h3, h4, h5, h6')]
    const next = headings[headings.indexOf(heading) + 1]
    if (next) range.setEndBefore(next)
    else range.setEnd(main, main.childNodes.length)
    return wordsOf(range.cloneContents())
  }
  // Blocks part words although no space stands between their tags.
  const wordsOf = (node) => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    let text = ''
    while (walker.nextNode()) {
      const { nodeType, data, tagName } = walker.currentNode
      text += nodeType === Node.TEXT_NODE ? data : /^(A|B|I|EM|STRONG|CODE|SPAN|MARK|ABBR)$/.test(tagName) ? '' : ' '
    }
    return plain(text)
  }
  const whole = { id: '', title: plain(main.querySelector('h1').textContent), text: wordsOf(main) }
  const parts = [...main.querySelectorAll('[id]')].filter((element) => plain(element.textContent)).map((element) => ({
    id: element.id,
    title: plain((isHeading(element) ? element : element.querySelector('dt, th, p') ?? element).textContent),
    text: isHeading(element) ? textFrom(element) : wordsOf(element),
  }))
  return [whole, ...parts]
}

const sections = new Map()
for (const address of pagesOf(release)) {
  if (['404.html', 'a-z/', 'search/'].includes(address)) continue // lists of the others
  await page.goto(`${server.origin}/${address}`)
  for (const { id, title, text } of await page.evaluate(sectionsHere)) {
    const url = `/${address}${id && `#${id}`}`
    sections.set(url, { url, title, text })
  }
}

const results = []
await page.goto(`${server.origin}/search/`)
for (const { id, query } of queries) {
  await page.locator('#search-words').fill(query)
  await page.locator('[data-module=search-page][data-index=whole]').waitFor()
  await page.locator('#search-status').filter({ hasText: `“${query.trim()}”` }).waitFor()
  const links = await page.locator('#search-results a').evaluateAll((all) => all.map(({ href, textContent }) => ({ href, title: textContent })))
  const described = links.slice(0, 10).map(({ href, title }) => {
    const { pathname, hash } = new URL(href)
    const url = pathname + decodeURIComponent(hash)
    const section = sections.get(url)
    if (!section) throw new Error(`“${query}” leads to ${url}, which is no place in the site`)
    return { url, title, text: section.text }
  })
  results.push({ id, results: described })
}
await browser.close()
server.close()

const lines = (values) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
mkdirSync(out, { recursive: true })
writeFileSync(join(out, 'results.jsonl'), lines(results))
writeFileSync(join(out, 'corpus.jsonl'), lines([...sections.values()]))
console.log(`${results.length} queries, ${sections.size} sections, in ${out}`)
