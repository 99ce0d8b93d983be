/** “Send to my manager”: what stands in its way, the sending itself, and how it went, in words. */
import { clearProblems, showProblems } from '../form/problems.mjs'
import { goTo, partOf, viewOf } from '../record/views.mjs'
import { tidyDetails } from '../workbook/details.mjs'
import { fieldAt, partiesOf } from './parties.mjs'
import { tasksOf } from '../workbook/overview.mjs'
import { mailIn } from './routes.mjs'
import { isPassing, waitInWords } from './sending.mjs'
import { newRid } from '../workbook/identity.mjs'
import { answersObject, saysTheSame } from './submission.mjs'

/** A silent inbox is asked again so often, while the page is open. */
const AGAIN_AFTER_MS = 60000

export class SendStep {
  /**
   * @param {WorkbookPage} page
   * @param {Posting} posting
   */
  constructor(page, posting) {
    Object.assign(this, { page, posting })
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
    const sending = this.posting.submit(page.draft, this.parties)
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

  /** Sends again what waits: when the page opens, when the network is back, and from time to time. Nobody is taken away from what they do. */
  async resendQuietly() {
    const { outbox, info } = this.page
    if (!outbox.pending || this.isChanged || !info.inbox || !this.canSign || navigator.onLine === false) return
    this.settle(await this.posting.resend(), true)
  }

  /** Whether what waits is not what the learner has written by now: sent as it was, their last words would be lost. */
  get isChanged() {
    const { page, page: { outbox, draft } } = this
    const object = answersObject(outbox.pending.workbook, page.allQuestions, draft)
    return page.hasAnswers() && !saysTheSame(outbox.pending, object, this.parties)
  }

  get parties() {
    const { draft, info } = this.page
    return partiesOf(tidyDetails(draft.details), info.agencies)
  }

  /** “Try again”: on the start page what waits, as it is; what was changed since is looked at first. */
  async again() {
    const { steps } = this.page
    if (steps.current === 'check') return this.pressed()
    if (this.isChanged) return steps.go('check')
    this.settle(await this.posting.resend())
  }

  /** @param {boolean} [isQuiet] nobody pressed for it: the reader is not taken anywhere */
  async settle(result, isQuiet) {
    const { page } = this
    // Pressed twice, there is one sending and one result.
    if (this.last === result) return
    this.last = result
    if (result.sent) return page.after.wasSent(isQuiet)
    clearTimeout(this.timer)
    if (result.reason === 'unreachable') this.timer = setTimeout(() => this.resendQuietly(), AGAIN_AFTER_MS)
    if (!isPassing(result.reason)) page.keeper.change('rid', newRid())
    const errors = result.errors ?? []
    // What cannot be replaced any more is left alone: the next try is a submission of its own.
    if (errors.some(({ pointer }) => pointer === '/replaces')) page.keeper.change('replaces', null)
    const problems = errors.map((error) => this.problemOf(error)).filter(({ field }) => field)
    if (problems.length && !isQuiet) {
      page.steps.go('details', { back: 'check' })
      return showProblems(problems)
    }
    const place = partOf(page.root, { check: 'result', '': 'standing' }[page.steps.current])
    // Who reads it is not taken out of it when it failed by itself once more.
    if (!place || (isQuiet && place.contains(document.activeElement))) return
    this.say('')
    place.replaceChildren(this.notSentView())
    if (!isQuiet) goTo(partOf(page.root, 'not-sent'))
  }

  /** The inbox found what this page did not: in its words, at the field that it means. */
  problemOf({ pointer, detail }) {
    const field = this.page.details.elements[fieldAt(pointer)]
    return { field, message: `${field?.labels[0].textContent}: ${detail}` }
  }

  /** What is said of the submission that waits, or of the last try. */
  notSentView() {
    const { page, last } = this
    const { reason = 'unreachable', wait, detail, errors = [] } = last ?? {}
    const { isKept, pending } = page.outbox
    const isChanged = Boolean(pending) && this.isChanged
    const waits = reason === 'unreachable' && isKept && !isChanged
    const isOffline = navigator.onLine === false
    return viewOf(page.root, 'not-sent', {
      [reason]: !isChanged,
      waits,
      offline: waits && isOffline,
      silent: waits && !isOffline,
      notYet: isChanged || reason === 'busy',
      stopped: !waits && !isChanged && reason !== 'busy',
      changed: isChanged,
      kept: isKept && !waits,
      unkept: !isKept,
      detail: [detail, ...errors.map((error) => `${error.pointer}: ${error.detail}.`)].filter(Boolean).join(' '),
      wait: waitInWords(wait),
      mail: mailIn(page.root, page.after.completion)?.href,
    })
  }
}
