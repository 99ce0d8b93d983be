/** The e-workbook's page: what is typed, kept, sent and shown, and what each button does. */
import { clearProblems, showProblems } from '../form/problems.mjs'
import { firstControl } from '../question/controls.mjs'
import { dayAt } from '../record/dates.mjs'
import { siteInfo } from '../record/site-info.mjs'
import { openStore } from '../record/store.mjs'
import { partOf, viewOf } from '../record/views.mjs'
import { checkView, sentView, standingView } from './check.mjs'
import { openCopies, saveCopyOf } from './copy.mjs'
import { loadDefinition } from './definition.mjs'
import { DraftKeeper } from './draft.mjs'
import { DetailsForm, QuestionForm } from './forms.mjs'
import { Outbox } from './outbox.mjs'
import { isChanged, overviewOf, tasksOf } from './overview.mjs'
import { drawnFrom } from './pool.mjs'
import { fillCompletionPage } from './routes.mjs'
import { SavedStatus } from './saved-status.mjs'
import { SendStep } from './send-step.mjs'
import { Steps } from './steps.mjs'
import { newRid, newSalt } from './submission.mjs'

export class WorkbookPage {
  /**
   * @param {HTMLElement} root
   * @param {{siteRoot: string}} options the way to the site's root
   */
  constructor(root, { siteRoot }) {
    const { id, version, title, digest } = root.dataset
    this.root = root
    partOf(root, 'without-script').remove()
    this.siteRoot = siteRoot
    this.workbook = { id, version: Number(version), title, digest }
    this.status = new SavedStatus(partOf(root, 'status'))
    this.steps = new Steps(root, {
      drawn: ['check', 'sent', 'erase', 'finished'],
      allowed: (name) => this.allowed(name),
      prepare: (name, step) => this.prepare(name, step),
    })
  }

  async open() {
    const { root, steps, workbook } = this
    const [info, store] = [siteInfo(), await openStore()]
    this.details = steps.step('details')
    const forms = [...root.querySelectorAll('[data-question]')].map((form) => new QuestionForm(root, form))
    // All of them are in a record, those too that were not drawn from a pool.
    const allQuestions = forms.map(({ question }) => question)
    if (this.details) this.detailsForm = new DetailsForm(root, this.details)
    Object.assign(this, { info, store, allForms: forms, allQuestions })
    this.outbox = new Outbox({ store, info, workbook, questions: allQuestions, sendsAnswers: 'answersOnServer' in root.dataset })
    await this.outbox.load()
    this.keeper = new DraftKeeper(store, this.emptyDraft(), {
      saved: () => this.saved(),
      failed: () => this.showCannotKeep('full'),
      elsewhere: (what) => this.changedElsewhere(what),
    })
    const hasDraft = await this.keeper.load()
    this.isSent = !hasDraft && Boolean(this.outbox.entry?.receipt)
    this.sending = new SendStep(this)
    this.fill()
    this.dropChangedChoices()
    this.listen()
    if (!store) this.showCannotKeep('off')
    steps.open()
    this.sending.resendQuietly()
    if (await this.outbox.refresh()) steps.show(false)
  }

  get draft() {
    return this.keeper.draft
  }

  /** What overview and check page are drawn from. */
  get work() {
    return { questions: this.questions, confirms: this.details !== null, draft: this.draft }
  }

  /** What the mail and the completion page are made from. */
  get completion() {
    return { workbook: this.workbook, details: this.draft.details, info: this.info, today: dayAt(Date.now() / 1000) }
  }

  emptyDraft() {
    return {
      workbookId: this.workbook.id, rid: newRid(), salt: newSalt(), saved_at: 0, tab: '', at: '',
      answers: {}, details: this.outbox.details ?? {}, marks: {}, replaces: null, from: null,
    }
  }

  /** Writes the draft into the forms that this learner gets. */
  fill() {
    const drawn = drawnFrom(this.allForms, this.draft)
    for (const form of this.allForms) if (!drawn.includes(form)) form.putAside()
    drawn.forEach((form, n) => form.number(n + 1, drawn.length))
    this.questions = drawn.map(({ question }) => question)
    this.forms = new Map(drawn.map((form) => [form.question.name, form]))
    if (this.detailsForm) this.forms = new Map([['details', this.detailsForm], ...this.forms])
    for (const form of this.forms.values()) form.write(this.draft)
  }

  listen() {
    const { root, keeper } = this
    root.addEventListener('input', ({ target }) => this.typed(target))
    root.addEventListener('change', ({ target }) => {
      this.typed(target)
      keeper.save()
    })
    root.addEventListener('submit', (event) => {
      event.preventDefault()
      if (this.steps.current === 'check') this.sending.pressed()
      else this.continueFrom(this.steps.current)
    })
    root.addEventListener('click', (event) => this.clicked(event))
    addEventListener('pagehide', () => keeper.leave())
    if (this.details) addEventListener('beforeprint', () => this.beforePrint())
    document.addEventListener('visibilitychange', () => document.hidden && keeper.save())
    addEventListener('beforeunload', (event) => {
      if (!keeper.isKept && !this.isSent && this.hasAnswers()) event.preventDefault()
    })
  }

  typed(target) {
    const form = this.forms.get(target.form?.id)
    if (!form) return
    this.keeper.change(...form.changeBy(target))
    this.markAsSeen(form)
    form.changed()
    if (!this.keeper.isKept) this.status.say('notKept')
  }

  /** From now on the answer belongs to the question as it is asked in this version. */
  markAsSeen({ question }) {
    if (question && this.draft.marks?.[question.id] !== question.mark) this.keeper.change(`marks.${question.id}`, question.mark)
  }

  /** What is chosen is only an answer to what could be chosen; words are kept, and looked at again. */
  dropChangedChoices() {
    for (const question of this.questions) {
      if (isChanged(question, this.draft) && question.choices.size) this.keeper.change(`answers.${question.id}`, question.kind.empty)
    }
  }

  tryAgain() {
    const form = this.forms.get(this.steps.current)
    form.changed()
    firstControl(form.form).focus()
  }

  /** `data-do` names a method of this class, `data-change` a step that one comes back from. */
  clicked(event) {
    const target = event.target.closest('[data-do], [data-change]')
    if (!target) return
    event.preventDefault()
    if (target.dataset.do) this[target.dataset.do]()
    else this.steps.go(target.hash.slice(1), { back: 'check' })
  }

  print() {
    print()
  }

  showStart() {
    this.steps.go('')
  }

  sendAgain() {
    this.sending.again()
  }

  allowed(name) {
    if (this.isSent && (name === 'check' || this.forms.has(name))) return 'sent'
    return name === 'sent' && !this.isSent ? '' : name
  }

  prepare(name, step) {
    const { root, allQuestions: questions, outbox: { entry, isKept } } = this
    if (!name) this.drawStart()
    else if (this.forms.has(name)) this.arrive(name)
    else if (name === 'check') step.append(this.checkView())
    else if (name === 'sent') step.append(sentView(root, entry, questions, isKept))
    else step.append(viewOf(root, name, { unsent: !this.isSent && this.hasAnswers() }))
  }

  /** The completion page goes with the form and with the finished answers. Once these are sent, it would be sent twice. */
  beforePrint() {
    const page = partOf(this.root, 'completion-page')
    const { current, drawn } = this.steps
    const isFinished = current === 'check'
    page.hidden = this.isSent || (drawn.includes(current) && !isFinished)
    fillCompletionPage(page, { ...this.completion, ...(!isFinished && { today: '' }) })
  }

  drawStart() {
    const { root, isSent, outbox, keeper } = this
    const standing = outbox.pending ? this.sending.notSentView() : isSent ? standingView(root, outbox.entry, this.allQuestions) : ''
    partOf(root, 'standing').replaceChildren(standing)
    partOf(root, 'overview').replaceChildren(overviewOf(root, this.work, isSent))

    const device = partOf(root, 'device')
    const store = this.store !== null
    device.replaceChildren(viewOf(root, 'device', { store, draft: !isSent, canChoose: store && !isSent }))
    const notKept = partOf(device, 'not-kept')
    if (notKept) notKept.checked = !keeper.isKept
    notKept?.addEventListener('change', () => this.keep(!notKept.checked))
    if (isSent) return
    openCopies(partOf(device, 'open-copy'), {
      workbookId: this.workbook.id,
      hasAnswers: () => this.hasAnswers(),
      use: (copy) => this.useCopy(copy),
    })
  }

  checkView() {
    const { root, info, details, sending } = this
    const view = checkView(root, this.work, { info, canSign: sending.canSign, details, completion: this.completion })
    if (this.outbox.pending) partOf(view, 'result').append(sending.notSentView())
    return view
  }

  /** At a form: Back leads to where the reader came from. */
  arrive(name) {
    const names = ['', ...this.forms.keys()]
    this.forms.get(name).arrive(this.draft, this.steps.back ?? names[names.indexOf(name) - 1])
    this.definition()
    if (this.draft.at !== name) this.keeper.change('at', name)
    this.keeper.save()
  }

  continueFrom(name) {
    const form = this.forms.get(name)
    const problems = form.problems()
    if (problems.length) return showProblems(problems)
    clearProblems()
    for (const change of form.tidied()) this.keeper.change(...change)
    this.markAsSeen(form)
    this.keeper.save()
    // What is said of an answer is read first; the next Continue goes on.
    if (form.showFeedback()) return
    form.write(this.draft)
    const names = [...this.forms.keys(), 'check']
    this.steps.go(this.steps.back ?? names[names.indexOf(name) + 1])
  }

  hasAnswers() {
    return tasksOf(this.work).some(({ question, isDone }) => question && isDone)
  }

  saved() {
    partOf(this.root, 'notices').querySelector('.callout')?.remove()
    this.status.saved()
  }

  showCannotKeep(why) {
    const notices = partOf(this.root, 'notices')
    if (!notices.querySelector('.callout')) notices.append(viewOf(this.root, 'cannot-keep', { [why]: true }))
  }

  async keep(isKept) {
    await this.outbox.keep(isKept)
    await this.keeper.keep(isKept)
    if (!isKept) this.status.say('notKept')
  }

  async useCopy({ answers, details }) {
    await this.beginWith({ answers, ...(details && { details }) })
    this.steps.go('')
    this.status.say('restored')
  }

  /** Answers go on from what was sent; after a certificate they begin anew. The details are the same. */
  async beginAgain() {
    const { state, object, rid, confirmer: { name }, comment, comments } = this.outbox.entry
    const isReturned = state === 'returned'
    const isChange = isReturned || ['lapsed', 'withdrawn', 'refused'].includes(state)
    await this.beginWith({
      ...(isChange && { answers: object.answers }),
      // A returned or lapsed submission gives way to the new one; any other stays what it is.
      replaces: isReturned || state === 'lapsed' ? rid : null,
      from: isReturned ? { name, comment, comments } : null,
    })
    const commented = this.questions.findIndex(({ id }) => comments?.[id])
    if (!isChange) this.steps.go(this.draft.at)
    else if (commented < 0) this.steps.go('check')
    else this.steps.go(this.questions[commented].name, { back: 'check' })
  }

  async beginWith(members) {
    this.isSent = false
    await this.keeper.begin({ ...this.emptyDraft(), at: this.forms.keys().next().value, ...members })
    this.fill()
  }

  async wasSent(isQuiet) {
    this.isSent = true
    await this.keeper.erase(this.emptyDraft(), 'sent')
    this.fill()
    this.status.say(isQuiet ? 'sent' : '')
    // Sent by itself: who is doing something else is told, and not taken away from it.
    if (isQuiet && this.steps.current !== 'check') this.steps.show(false)
    else this.steps.go('sent')
  }

  async changedElsewhere(what) {
    if (what !== 'changed') {
      await this.outbox.load()
      this.keeper.draft = this.emptyDraft()
    }
    this.isSent = what !== 'changed' && Boolean(this.outbox.entry?.receipt)
    this.fill()
    if (this.isSent || !this.forms.has(this.steps.current)) this.steps.show(false)
    this.status.say(what)
  }

  /** Asked for when somebody begins, so that a copy can be saved when the network is gone. */
  definition() {
    this.loading ??= loadDefinition(this.siteRoot, this.workbook).catch(() => (this.loading = null))
    return this.loading
  }

  async saveCopy() {
    const { sending, outbox, detailsForm } = this
    const isSigned = sending.canSign && detailsForm?.problems().length === 0
    const copied = this.isSent ? outbox.entry : await outbox.forCopy(this.draft, isSigned ? sending.parties : null)
    const definition = await this.definition()
    if (definition) saveCopyOf({ definition, ...copied })
    else this.status.say('noCopy')
  }

  async erase(alsoSent = false) {
    await this.outbox.dropPending()
    // First what is in memory: leaving the page would write it down again.
    await this.keeper.erase(this.emptyDraft(), 'erased')
    if (alsoSent) await this.store?.eraseAll()
    this.fill()
    this.steps.go('')
    this.status.say('erased')
  }

  finish() {
    this.isSent = false
    Object.assign(this.outbox, { entry: null, details: null, pageKey: null })
    return this.erase(true)
  }
}
