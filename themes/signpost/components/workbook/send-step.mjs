/** “Send to my manager”: what stands in its way, the sending itself, and how it went, in words. */
import { clearProblems, showProblems } from '../form/problems.mjs'
import { goTo, partOf, viewOf } from '../record/views.mjs'
import { fieldAt, partiesOf, tidyDetails } from './details.mjs'
import { tasksOf } from './overview.mjs'
import { isPassing, waitInWords } from './sending.mjs'
import { newRid } from './submission.mjs'

export class SendStep {
  /** @param {WorkbookPage} page */
  constructor(page) {
    this.page = page
    addEventListener('online', () => this.resendQuietly())
  }

  /** Whether this browser can sign and send from here. */
  get canSign() {
    return Boolean(globalThis.crypto?.subtle) && location.protocol !== 'file:'
  }

  async pressed() {
    const { page } = this
    clearProblems()
    await page.keeper.save()
    if (this.showWhatIsMissing()) return
    this.say('sending')
    const { draft } = page.keeper
    const sending = page.outbox.submit(draft, partiesOf(tidyDetails(draft.details), page.info.agencies))
    this.settle(await sending.catch(({ message }) => ({ reason: 'refused', detail: message })))
  }

  say(sentence) {
    const status = partOf(this.page.root, 'send-status')
    if (status) status.textContent = status.dataset[sentence] ?? ''
  }

  /** Goes to the first form with a problem. */
  showWhatIsMissing() {
    const { page } = this
    for (const [name, form] of page.forms) {
      const problems = form.problems()
      if (!problems.length) continue
      page.steps.go(name, { back: 'check' })
      showProblems(problems)
      return true
    }
    const tick = partOf(page.root, 'unanswered')
    const isMissing = tick && !tick.checked && tasksOf(page.work).some(({ isDone }) => !isDone)
    if (isMissing) showProblems([{ field: tick, message: tick.dataset.missing }])
    return isMissing
  }

  /** Sends again what waits, when the page opens and when the network is back. Nobody is taken away from what they do. */
  async resendQuietly() {
    const { outbox, info } = this.page
    if (!outbox.pending || !info.inbox || !this.canSign || navigator.onLine === false) return
    this.settle(await outbox.resend(), true)
  }

  /** “Try again”: on the start page what waits, as it is. */
  async again() {
    if (this.page.steps.current === 'check') return this.pressed()
    this.settle(await this.page.outbox.resend())
  }

  /** @param {boolean} [isQuiet] nobody pressed for it: the reader is not taken anywhere */
  async settle(result, isQuiet) {
    const { page } = this
    // Pressed twice, there is one sending and one result.
    if (this.last === result) return
    this.last = result
    if (result.sent) return page.wasSent(isQuiet)
    if (!isPassing(result.reason)) page.keeper.change('rid', newRid())
    const errors = result.errors ?? []
    // What cannot be replaced any more is left alone: the next try is a submission of its own.
    if (errors.some(({ pointer }) => pointer === '/replaces')) page.keeper.change('replaces', null)
    const problems = errors.map((error) => this.problemOf(error)).filter(({ field }) => field)
    if (problems.length) {
      page.steps.go('details', { back: 'check' })
      return showProblems(problems)
    }
    const place = { check: 'result', '': 'standing' }[page.steps.current]
    if (place === undefined) return
    this.say('')
    partOf(page.root, place).replaceChildren(this.notSentView())
    if (!isQuiet) goTo(partOf(page.root, 'not-sent'))
  }

  /** The inbox found what this page did not: in its words, at the field that it means. */
  problemOf({ pointer, detail }) {
    const field = this.page.details.elements[fieldAt(pointer)]
    return { field, message: `${field?.labels[0].textContent}: ${detail}` }
  }

  /** What is said of the submission that waits, or of the last try. */
  notSentView() {
    const { reason = 'unreachable', wait, detail, errors = [] } = this.last ?? {}
    const { isKept } = this.page.outbox
    const isUnreachable = reason === 'unreachable'
    return viewOf(this.page.root, 'not-sent', {
      [reason]: true,
      waits: isUnreachable && isKept,
      lost: isUnreachable && !isKept,
      stopped: !(isUnreachable && isKept) && reason !== 'busy',
      detail: [detail, ...errors.map((error) => `${error.pointer}: ${error.detail}.`)].filter(Boolean).join(' '),
      wait: waitInWords(wait),
    })
  }
}
