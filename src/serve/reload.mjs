// Keeps a page of the preview up to date: loads it again after each build, or lists what stopped the build.
//
// Served as a classic script on every page, so all words are set as text and nothing is evaluated. The tests import the
// functions that need no page.

const EVENTS = '/__signpost/events'
const STYLE = '/__signpost/reload.css'

// From one page to the others: what is the state?
const ASK = '?'

// The terminal has them all; mending the first few usually mends the rest.
const MOST_SHOWN = 50

/** “2 errors and 1 warning”. */
export function countInWords(diagnostics) {
  const count = (severity) => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length
  const words = (number, word) => (number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`])
  return [...words(count('error'), 'error'), ...words(count('warning'), 'warning')].join(' and ')
}

/** “content/a.md:4:1”, as far as it is known. */
export function placeInWords({ file, line, column }) {
  return [file, line, column].filter(Boolean).join(':')
}

/** The quoted lines with the caret below, cut out of the terminal's picture when they do not come by themselves. */
export function excerptOf({ excerpt, rendered }) {
  if (excerpt) return excerpt
  const framed = (rendered ?? '').split('\n').filter((line) => /^\s*\d*\s*\|/.test(line))
  return framed.filter((line) => !/^\s*\|\s*$/.test(line)).join('\n')
}

/** How far along its longest line the first caret stands, from 0 to 1. */
export function caretAt(excerpt) {
  const lines = excerpt.split('\n')
  const caret = lines.map((line) => line.indexOf('^')).find((column) => column >= 0) ?? 0
  return caret / Math.max(1, ...lines.map((line) => line.length))
}

function element(name, className, text = '') {
  const made = document.createElement(name)
  if (className) made.className = className
  made.textContent = text
  return made
}

/** Text in which words between backticks are code. */
function prose(name, className, text) {
  const made = element(name, className)
  text.split('`').forEach((part, index) => made.append(index % 2 === 0 ? part : element('code', '', part)))
  return made
}

/** Lines that keep their columns: they scroll sideways, by keyboard too. */
function lines(text) {
  const made = element('pre', '', text)
  made.tabIndex = 0
  return made
}

function item(diagnostic) {
  const made = element('li', `signpost-errors-${diagnostic.severity === 'warning' ? 'warning' : 'error'}`)
  made.append(prose('p', 'signpost-errors-message', diagnostic.message ?? ''))
  const place = element('p', 'signpost-errors-place')
  place.append(element('span', '', placeInWords(diagnostic)), ' ', element('code', '', diagnostic.code ?? ''))
  made.append(place)
  const excerpt = excerptOf(diagnostic)
  if (excerpt) made.append(lines(excerpt))
  for (const help of diagnostic.help ?? []) made.append(prose('p', 'signpost-errors-help', help))
  return made
}

/** The list of errors as a region of the page. It takes no focus: the author is typing in another window. */
function errorList({ text, diagnostics }, close) {
  const list = element('section', 'signpost-errors')
  list.setAttribute('role', 'region')
  list.setAttribute('aria-label', 'Build errors')
  list.tabIndex = 0 // it scrolls, so the keyboard must reach it

  const status = element('div', 'signpost-errors-status')
  status.setAttribute('role', 'status')
  const button = element('button', 'signpost-errors-close', 'Close')
  button.type = 'button'
  button.addEventListener('click', close)
  const top = element('div', 'signpost-errors-top')
  top.append(status, button)
  list.append(top)

  const shown = diagnostics.slice(0, MOST_SHOWN)
  const items = element('ol', 'signpost-errors-list')
  items.append(...shown.map(item))
  if (shown.length > 0) list.append(items)
  else list.append(lines(text))
  const n_hidden = diagnostics.length - shown.length
  if (n_hidden > 0) list.append(element('p', '', `And ${n_hidden} more, in the terminal.`))

  const isWaiting = document.body.classList.contains('signpost-waiting')
  // A status is spoken when its text changes, so it is put in the page first and filled after.
  setTimeout(() => {
    status.append(
      element('h2', '', countInWords(diagnostics) || 'The build could not be done'),
      element('p', '', isWaiting ? 'There is no good build yet.' : 'The page below is the last good build.')
    )
  }, 50)
  return list
}

/**
 * Hands each state of the preview to `hear`. Browsers allow six connections a site, so of all open pages one listens
 * and tells the others: the one that holds the lock, which passes on when that page is closed.
 */
function listen(hear) {
  let latest // what the listening page heard last
  const pages = new BroadcastChannel('signpost-preview')
  pages.onmessage = ({ data }) => {
    if (data !== ASK) hear(data)
    else if (latest) pages.postMessage(latest)
  }
  pages.postMessage(ASK)

  const connect = () => {
    const source = new EventSource(EVENTS)
    source.onmessage = ({ data }) => {
      latest = data
      pages.postMessage(data)
      hear(data)
    }
    source.onerror = () => {
      // A lost connection is tried again by the browser, a refused one is not.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 1000)
    }
  }
  // A promise that is never kept: the lock is held until the page goes.
  navigator.locks.request('signpost-preview', () => new Promise(connect))
}

function start() {
  // The release that this page came from: the preview writes it in a header, where the page's policy allows reading it.
  const [navigation] = performance.getEntriesByType('navigation')
  let release = navigation?.serverTiming?.find((entry) => entry.name === 'release')?.description
  let latest // the state heard last, as text
  let list // the open list of errors
  let shown = '' // what it says, also after it was closed by hand
  let isLeaving = false

  const style = element('link')
  style.rel = 'stylesheet'
  style.href = STYLE
  document.head.append(style)

  const close = () => {
    list?.remove()
    list = undefined
  }
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && list && !event.defaultPrevented) close()
  })

  const show = () => {
    // A page in the background waits until it is looked at: twenty tabs would load at every save.
    if (!latest || isLeaving || document.visibilityState === 'hidden') return
    const state = JSON.parse(latest)
    release ??= state.release
    if (state.release !== release) {
      isLeaving = true
      location.reload()
      return
    }
    const failure = state.failure ? JSON.stringify(state.failure) : ''
    if (failure === shown) return
    shown = failure
    close()
    if (state.failure) {
      list = errorList(state.failure, close)
      document.body.prepend(list)
      // A paragraph is often one long line: show the words that the caret points at.
      for (const pre of list.querySelectorAll('pre')) {
        const caret = caretAt(pre.textContent) * pre.scrollWidth
        if (caret > pre.clientWidth * 0.8) pre.scrollLeft = caret - pre.clientWidth / 4
      }
    }
  }
  document.addEventListener('visibilitychange', show)
  listen((state) => {
    latest = state
    show()
  })
}

if (typeof document !== 'undefined') start()
