/** The line that says when the answers were saved: always true to the eye, and to the ear at most once a minute. */
const SPOKEN_EVERY_MS = 60000

export class SavedStatus {
  /** @param {HTMLElement} element with role="status" and its sentences as data attributes */
  constructor(element) {
    this.element = element
    this.spokenAt = -SPOKEN_EVERY_MS
  }

  /** @param {number} now in milliseconds, of a clock that is not set */
  saved(now = performance.now()) {
    const isSpoken = now - this.spokenAt >= SPOKEN_EVERY_MS
    if (isSpoken) this.spokenAt = now
    this.say('saved', isSpoken)
  }

  /** @param {string} sentence which of them, or nothing */
  say(sentence, isSpoken = true) {
    const time = new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
    const words = (this.element.dataset[sentence] ?? '').replace('{time}', time)
    // What stands there already would be spoken again at each key.
    if (this.element.textContent === words) return
    // Before the words: what is changed while a region is off is never spoken.
    this.element.setAttribute('aria-live', isSpoken ? 'polite' : 'off')
    this.element.textContent = words
  }
}
