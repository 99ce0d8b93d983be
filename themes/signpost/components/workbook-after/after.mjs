/**
 * What comes after the answers: checking them, sending them, how that stands, copies. The page loads it when somebody begins, so
 * that whoever only looks waits for less.
 */
import { showProblems } from '../form/problems.mjs'
import { dayAt } from '../record/dates.mjs'
import { feedbackView } from '../question/feedback.mjs'
import { numberIn } from '../question/marking.mjs'
import { personalDataIn } from '../question/personal-data.mjs'
import { partOf, viewOf } from '../record/views.mjs'
import { marksIn } from './asked.mjs'
import { checkView, sentView, standingView } from './check.mjs'
import { readCopy, saveCopyOf } from './copy.mjs'
import { loadDefinition } from './definition.mjs'
import { Posting } from './posting.mjs'
import { fillCompletionPage } from './routes.mjs'
import { SendStep } from './send-step.mjs'

export class After {
  /**
   * @param {WorkbookPage} page
   * @param {string} views HTML, drawn by the build
   */
  constructor(page, views) {
    const { root, info, workbook, allQuestions: questions, outbox } = page
    this.page = page
    root.insertAdjacentHTML('beforeend', views)
    const [sendsAnswers, definition] = ['answersOnServer' in root.dataset, () => this.definition()]
    this.posting = new Posting(outbox, { info, workbook, questions, sendsAnswers, definition })
    this.sending = new SendStep(page, this.posting)
    this.training = `${page.siteRoot}learn/my-training/`
    // “Renew” under My training leads here; the page then shows where it is in its address.
    this.renews = location.hash === '#renew'
    if (page.details) addEventListener('beforeprint', () => this.beforePrint())
    // At once, so that a copy can be saved when the network is gone.
    this.definition()
  }

  definition() {
    const { siteRoot, workbook } = this.page
    this.loading ??= loadDefinition(siteRoot, workbook).catch(() => (this.loading = null))
    return this.loading
  }

  /** What the start page says of what was sent, or waits. */
  standingView() {
    const { root, isSent, outbox, allQuestions } = this.page
    if (outbox.pending) return this.sending.notSentView()
    return isSent ? standingView(root, outbox.entry, allQuestions, this.training) : ''
  }

  /** A step that is drawn when it is shown. */
  view(name) {
    const { root, isSent } = this.page
    if (name === 'check') return this.checkView()
    return name === 'sent' ? this.sentView() : viewOf(root, name, { unsent: !isSent && this.page.hasAnswers() })
  }

  checkView() {
    const { root, work, info, details, outbox } = this.page
    const view = checkView(root, work, { info, canSign: this.sending.canSign, details, completion: this.completion })
    if (outbox.pending) partOf(view, 'result').append(this.sending.notSentView())
    return view
  }

  sentView() {
    const { root, outbox: { entry, isKept }, allQuestions } = this.page
    return sentView(root, entry, allQuestions, { isKept, training: this.training })
  }

  /** What the mail and the completion page are made from. */
  get completion() {
    const { workbook, draft: { details }, info } = this.page
    return { workbook, details, info, today: dayAt(Date.now() / 1000) }
  }

  /**
   * The completion page goes with the form and with the finished answers, and says what is known already: the day only once the
   * answers are finished. Once these are sent, it would be sent twice.
   */
  beforePrint() {
    const { root, isSent, steps: { current, drawn } } = this.page
    const completionPage = partOf(root, 'completion-page')
    const isFinished = current === 'check'
    completionPage.hidden = isSent || (drawn.includes(current) && !isFinished)
    fillCompletionPage(completionPage, { ...this.completion, ...(!isFinished && { today: '' }) })
  }

  /** What is to be said of a question's answer, if anything. */
  feedbackView({ root, form, question, answer }) {
    return feedbackView(root, form, question, answer)
  }

  isNumber(text) {
    return !Number.isNaN(numberIn(text))
  }

  personalDataIn(text) {
    return personalDataIn(text)
  }

  sendAgain() {
    return this.sending.again()
  }

  /** What a saved copy holds is signed as soon as the details are complete. */
  async saveCopy() {
    const { isSent, outbox, detailsForm, draft, status } = this.page
    const isSigned = this.sending.canSign && detailsForm?.problems().length === 0
    const copied = isSent ? outbox.entry : await this.posting.forCopy(draft, isSigned ? this.sending.parties : null)
    const definition = await this.definition()
    if (definition) saveCopyOf({ definition, ...copied })
    else status.say('noCopy')
  }

  /** “Open a saved copy”: at once where nothing is lost by it, else after a question. */
  async openCopy(input) {
    const { page } = this
    try {
      const copy = await readCopy(input.files[0], page.workbook.id)
      if (!page.hasAnswers() || confirm(input.dataset.replace)) await this.useCopy(copy)
    } catch ({ message }) {
      showProblems([{ field: input, message: input.dataset[message] ?? message }])
    }
    // The same file may be chosen again.
    input.value = ''
  }

  async useCopy({ answers, details, marks }) {
    await this.page.beginWith({ answers, marks, ...(details && { details }) })
    this.page.steps.go('')
    this.page.status.say('restored')
  }

  /** Answers go on from what was sent; after a certificate they begin anew. The details are the same. */
  async beginAgain() {
    const { page, page: { steps } } = this
    const { state, object, rid, definition, confirmer: { name }, comment, comments } = page.outbox.entry
    const isReturned = state === 'returned'
    const isChange = isReturned || ['lapsed', 'withdrawn', 'refused'].includes(state)
    await page.beginWith({
      ...(isChange && { answers: object.answers, marks: await marksIn(definition) }),
      // A returned or lapsed submission gives way to the new one; any other stays what it is.
      replaces: isReturned || state === 'lapsed' ? rid : null,
      from: isReturned ? { name, comment, comments } : null,
    })
    const commented = page.questions.findIndex(({ id }) => comments?.[id])
    if (!isChange) steps.go(page.draft.at)
    else if (commented < 0) steps.go('check')
    else steps.go(page.questions[commented].name, { back: 'check' })
  }

  /** Once the page is open: what waits is sent, and it is asked how that stands which was. */
  async opened() {
    const { isSent, outbox, steps } = this.page
    if (this.renews && isSent && ['issued', 'expired'].includes(outbox.entry.state)) await this.beginAgain()
    this.sending.resendQuietly()
    if (await this.posting.refresh()) steps.show(false)
  }

  async wasSent(isQuiet) {
    const { page, page: { steps } } = this
    page.isSent = true
    await page.keeper.erase(page.emptyDraft(), 'sent')
    page.fill()
    page.status.say(isQuiet ? 'sent' : '')
    // Sent by itself: who is doing something else is told, and not taken away from it.
    if (isQuiet && steps.current !== 'check') steps.show(false)
    else steps.go('sent')
  }

  async erase(alsoSent = false) {
    const { page, page: { outbox, store } } = this
    await outbox.dropPending()
    // First what is in memory: leaving the page would write it down again.
    await page.keeper.erase(page.emptyDraft(), 'erased')
    if (alsoSent) await store?.eraseAll()
    page.fill()
    page.steps.go('')
    page.status.say('erased')
  }

  finish() {
    this.page.isSent = false
    Object.assign(this.page.outbox, { entry: null, details: null })
    this.posting.pageKey = null
    return this.erase(true)
  }
}
