/** Steps within one document: each has an address in the fragment, so that Back, reload and links work as between pages. */
import { clearProblems } from '../form/problems.mjs'
import { goTo, partOf } from '../record/views.mjs'

export class Steps {
  /**
   * @param {HTMLElement} root
   * @param {object} page
   * @param {string[]} page.drawn names of the steps that are drawn into `place` when they are shown
   * @param {(name: string) => string} page.allowed the step to be shown where this one is asked for; empty is the start page
   * @param {(name: string, step: HTMLElement) => void} page.prepare fills a step before it is shown
   */
  constructor(root, page) {
    Object.assign(this, { root, ...page })
    this.title = document.title
    // At once, so that the long form is not seen to go while the device is asked for a draft.
    root.classList.add('has-script')
    document.body.classList.toggle('in-step', location.hash !== '' && this.isStep(location.hash.slice(1)))
  }

  /** Shows the first step, and follows the address from now on. */
  open() {
    // A link and Back each fire one of these or both.
    for (const event of ['hashchange', 'popstate']) addEventListener(event, () => this.moved())
    // Having told of a link, the browser itself jumps to its place, and may take the focus away from the heading again.
    addEventListener('hashchange', () => document.activeElement === document.body && goTo(this.heading))
    this.show(location.hash !== '')
    this.root.classList.add('is-ready')
  }

  /** A step that stands in the page; the start page has no name and comes first. */
  step(name) {
    return this.root.querySelector(name ? `form[id="${CSS.escape(name)}"]` : '.workbook-step')
  }

  isStep(name) {
    return this.drawn.includes(name) || this.step(name) !== null
  }

  /** Where the reader came from to change something, and goes back to. */
  get back() {
    return history.state?.back
  }

  moved() {
    const name = location.hash.slice(1)
    // The skip link and links within the text have fragments, too; they change no step.
    if (name && !this.isStep(name)) this.setAddress('replaceState', this.current)
    else if (this.shown !== `${name} ${this.back}`) this.show()
  }

  setAddress(method, name, state = history.state) {
    history[method](state, '', name ? `#${name}` : location.pathname + location.search)
  }

  go(name, state = null) {
    this.setAddress('pushState', name, state)
    this.show()
  }

  /** Shows the step that the address names. */
  show(takesFocus = true) {
    const { root } = this
    const asked = location.hash.slice(1)
    const name = this.allowed(this.isStep(asked) ? asked : '')
    if (asked && name !== asked) this.setAddress('replaceState', name)
    this.current = name
    this.shown = `${name} ${this.back}`
    clearProblems()
    const place = partOf(root, 'place')
    place.replaceChildren()
    const step = this.drawn.includes(name) ? place : this.step(name)
    this.prepare(name, step)
    for (const other of root.querySelectorAll('.workbook-step')) other.classList.toggle('is-current', other === step)
    root.classList.toggle('prints-step', step === place)
    document.body.classList.toggle('in-step', name !== '')
    const heading = partOf(step, 'heading') ?? document.querySelector('h1')
    this.heading = heading
    const words = heading.querySelector('.caption') ?? heading
    document.title = name ? `${words.textContent} – ${this.title}` : this.title
    if (!takesFocus) return
    // From the top; on a small screen the focus then moves down to the step.
    scrollTo(0, 0)
    goTo(heading)
  }
}
