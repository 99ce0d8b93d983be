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
    const status = partOf(page.root, 'send-status')
    if (status) status.textContent = status.dataset.sending
    const { draft } = page.keeper
    this.settle(await page.outbox.submit(draft, partiesOf(tidyDetails(draft.details), page.info.agencies)))
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

  async settle(outcome, isQuiet = false) {
    const { page } = this
    if (this.settled === outcome) return
    // Pressed twice, there is one sending and one outcome.
    this.settled = outcome
    this.last = outcome
    if (outcome.sent) return page.wasSent(isQuiet)
    if (!isPassing(outcome.reason)) page.keeper.change('rid', newRid())
    if (outcome.reason === 'field') return this.showRefusedFields(outcome)
    this.showOutcome(isQuiet)
  }

  showOutcome(isQuiet) {
    const { page } = this
    const status = partOf(page.root, 'send-status')
    if (status) status.textContent = ''
    const place = { check: 'result', '': 'standing' }[page.steps.current]
    if (place === undefined) return
    partOf(page.root, place).replaceChildren(this.notSentView())
    if (!isQuiet) goTo(partOf(page.root, 'not-sent'))
  }

  /** What is said of the submission that waits, or of the last try. */
  notSentView() {
    const { reason = 'unreachable', wait, detail } = this.last ?? {}
    const isUnreachable = reason === 'unreachable'
    const isKept = this.page.outbox.isKept
    return viewOf(this.page.root, 'not-sent', {
      waits: isUnreachable && isKept,
      lost: isUnreachable && !isKept,
      busy: reason === 'busy',
      full: reason === 'full',
      large: reason === 'large',
      unverified: reason === 'unverified',
      again: reason === 'again',
      stopped: !(isUnreachable && isKept) && reason !== 'busy',
      detail,
      wait: waitInWords(wait),
    })
  }

  /** The inbox found what this page did not: in its words, at the field that it means. */
  showRefusedFields({ errors }) {
    const { page } = this
    const form = page.forms.get('details')?.form
    const problems = []
    const others = []
    for (const { pointer, detail } of errors) {
      const field = form?.elements[fieldAt(pointer)]
      if (field) problems.push({ field, message: `${field.closest('.field').querySelector('label').textContent}: ${detail}` })
      else others.push(`${pointer}: ${detail}.`)
      // What cannot be replaced any more is left alone: the next try is a submission of its own.
      if (pointer === '/replaces') page.keeper.change('replaces', null)
    }
    if (problems.length) {
      page.steps.go('details', { back: 'check' })
      showProblems(problems)
      return
    }
    this.last = { reason: 'refused', detail: others.join(' ') }
    this.showOutcome(false)
  }
}
