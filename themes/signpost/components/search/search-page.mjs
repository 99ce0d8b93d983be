/**
 * The search page: results follow each keystroke; the address holds the words. Its sentences stand in search.html.
 */
import { withIndex } from '../../scripts/folder-links.mjs'
import { fragmentFor, queryIn } from './address.mjs'
import { openIndex, search, withRest } from './rank.mjs'
import { bestStretch, sectionText } from './snippet.mjs'

const N_SHOWN = 10
/** Pages are fetched for their sentences only when the typing has paused. */
const PAUSE_MS = 150

export class SearchPage {
  /**
   * @param {HTMLElement} root holds the form and all that the script fills
   * @param {{indexAddress: string, siteRoot: string}} addresses relative to this page
   */
  constructor(root, { indexAddress, siteRoot }) {
    const part = (name) => root.querySelector(`[data-search="${name}"]`)
    this.root = root
    this.form = root.querySelector('form')
    this.input = root.querySelector('input[type="search"]')
    this.status = part('status')
    this.results = part('results')
    this.more = part('more')
    this.nothing = part('nothing')
    this.withoutScript = part('without-script')
    this.indexAddress = indexAddress
    this.siteRoot = siteRoot
    /** Documents by page address; a promise while one is on its way. */
    this.pages = new Map()
    /** A search that was submitted gets its own entry in the history; one that was only typed does not. */
    this.isSubmitted = false

    this.input.addEventListener('focus', () => this.load().catch(() => {}))
    this.input.addEventListener('input', () => this.typed())
    this.form.addEventListener('submit', (event) => this.submitted(event))
    this.more.addEventListener('click', () => this.showMore())
    addEventListener('popstate', () => this.readAddress())
    addEventListener('hashchange', () => this.readAddress())
    if (new URLSearchParams(location.search).has('q')) {
      history.replaceState(null, '', location.pathname + fragmentFor(queryIn(location)))
    }
    // What was typed before this script came is kept.
    if (this.input.value) this.typed()
    else this.readAddress()
  }

  readAddress() {
    const query = queryIn(location)
    if (this.input.value.trim() !== query) this.input.value = query
    this.show(query)
  }

  typed() {
    const address = location.pathname + fragmentFor(this.input.value)
    if (this.isSubmitted) history.pushState(null, '', address)
    else history.replaceState(null, '', address)
    this.isSubmitted = false
    this.show(this.input.value)
  }

  submitted(event) {
    event.preventDefault()
    this.typed()
    this.isSubmitted = true
    // On a telephone the keyboard lies over the results until the box loses the focus.
    if (matchMedia('(pointer: coarse)').matches) this.status.focus()
  }

  /** The index, loaded once; as scripts, which also work from a disk. A large one comes in two: the first is enough to begin. */
  load() {
    this.loading ??= this.loadFile(this.indexAddress).then((file) => {
      this.index = openIndex(file)
      if (!this.index) throw new Error('an index of another version')
      this.whole = this.index.rest ? this.loadRest() : Promise.resolve()
      if (!this.index.rest) this.root.dataset.index = 'whole'
    }).catch((error) => {
      this.loading = undefined
      throw error
    })
    return this.loading
  }

  async loadRest() {
    const address = this.indexAddress.replace(/[^/]*$/, this.index.rest)
    try {
      this.index = withRest(this.index, await this.loadFile(address))
    } catch {
      // The first part answers; words that only the rest has are not found.
      return
    }
    this.root.dataset.index = 'whole'
    // Nobody's place in the list is lost: with the focus there, the next keystroke shows the rest.
    if (this.query && !this.results.contains(document.activeElement)) this.show(this.query)
  }

  loadFile(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement('script')
      globalThis.signpostSearch = resolve
      script.src = address
      script.onerror = () => reject(new Error('no index'))
      document.head.append(script)
    })
  }

  async show(text) {
    const query = text.trim()
    this.query = query
    if (!query) return this.clear('')
    let found
    try {
      await this.load()
      found = search(this.index, text)
      // A word that the first part does not have may stand in the rest.
      if (this.index.rest && (!found.hits.length || found.respelt.length)) {
        await this.whole
        found = search(this.index, text)
      }
    } catch {
      this.clear(this.status.dataset.failed)
      return
    }
    // While the index was on its way, more may have been typed.
    if (this.query !== query) return
    const { hits, words, respelt } = found
    this.words = words
    this.hits = hits
    this.results.replaceChildren()
    this.showMore()
    this.results.hidden = !hits.length
    this.nothing.hidden = hits.length > 0
    this.withoutScript.hidden = true
    this.status.textContent = this.statusText(query, hits.length, respelt)
  }

  clear(status) {
    this.results.replaceChildren()
    this.hits = []
    for (const part of [this.results, this.more, this.nothing]) part.hidden = true
    this.withoutScript.hidden = false
    this.status.textContent = status
  }

  statusText(query, count, respelt) {
    const { none, one, many, respelt: instead, close } = this.status.dataset
    const found = fill(count > 1 ? many : count ? one : none, { count, query })
    const notes = respelt.map(({ word, terms }) => {
      const known = this.wordFor(terms[0])
      return known ? fill(instead, { word, known }) : fill(close, { word })
    })
    return [...notes, found].join(' ')
  }

  /** The index keeps stems; the word itself stands in a heading, most times. */
  wordFor(term) {
    for (const { heading } of this.index.rows) {
      const [, word] = bestStretch(heading, new Set([term]))
      if (word) return word.toLowerCase()
    }
    return null
  }

  showMore() {
    const shown = this.results.childElementCount
    const items = this.hits.slice(shown, shown + N_SHOWN).map(({ section }) => this.item(this.index.rows[section]))
    this.results.append(...items)
    this.more.hidden = this.hits.length <= this.results.childElementCount
    // After “Show more”, the next stop of the keyboard is the first new result.
    if (shown) items[0]?.querySelector('a').focus()
    this.fillSnippets()
  }

  item({ address, heading, title, breadcrumb, kind }) {
    const item = document.createElement('li')
    const name = item.appendChild(document.createElement('h2'))
    const link = name.appendChild(document.createElement('a'))
    // Opened from a disk, a folder would show its files.
    link.href = location.protocol === 'file:' ? withIndex(this.siteRoot + address) : this.siteRoot + address
    link.textContent = heading
    const place = item.appendChild(document.createElement('p'))
    place.className = 'search-place'
    const trail = [breadcrumb, kind === 'p' ? '' : title].filter(Boolean).join(' › ')
    const { in: kindIn, ...words } = this.results.dataset
    const kindWord = words[`kind${kind.toUpperCase()}`]
    place.textContent = trail ? fill(kindIn, { kind: kindWord, trail }) : kindWord
    if (location.protocol !== 'file:') {
      const snippet = item.appendChild(document.createElement('p'))
      snippet.className = 'search-snippet'
      snippet.dataset.address = address
      this.fill(snippet, false)
    }
    return item
  }

  /** One page after the other, in idle time, for the results in view. */
  fillSnippets() {
    clearTimeout(this.pause)
    this.observer?.disconnect()
    if (location.protocol === 'file:' || navigator.connection?.saveData) return
    this.pause = setTimeout(() => {
      const whenIdle = globalThis.requestIdleCallback ?? setTimeout
      this.observer = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) {
          if (!isIntersecting) continue
          this.observer.unobserve(target)
          whenIdle(() => this.fill(target, true))
        }
      })
      for (const empty of this.results.querySelectorAll('.search-snippet:empty')) this.observer.observe(empty)
    }, PAUSE_MS)
  }

  /** Fills a snippet from its page, at once if the page is here. */
  async fill(snippet, mayFetch) {
    const [page, id = ''] = snippet.dataset.address.split('#')
    if (mayFetch && !this.pages.has(page)) this.pages.set(page, this.fetchPage(page))
    let document = this.pages.get(page)
    if (document instanceof Promise) document = mayFetch ? await document : null
    if (!document) return
    const pieces = bestStretch(sectionText(document, decodeURIComponent(id)), this.words)
    snippet.replaceChildren(...pieces.map((piece, n) => (n % 2 ? marked(piece) : piece)))
  }

  async fetchPage(page) {
    try {
      const response = await fetch(this.siteRoot + page)
      if (!response.ok) return null
      const fetched = new DOMParser().parseFromString(await response.text(), 'text/html')
      this.pages.set(page, fetched)
      return fetched
    } catch {
      // Offline, say: the results stand without a sentence.
      this.pages.delete(page)
      return null
    }
  }
}

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name])
}

function marked(text) {
  const mark = document.createElement('mark')
  mark.textContent = text
  return mark
}
