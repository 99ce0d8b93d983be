/** The e-workbook's page: what is typed, kept, sent and shown, and what each button does. */
import { clearProblems, showProblems } from '../form/problems.mjs'
import { firstControl } from '../question/controls.mjs'
import { siteInfo } from '../record/site-info.mjs'
import { openStore } from '../record/store.mjs'
import { partOf, viewOf } from '../record/views.mjs'
import { DraftKeeper } from './draft.mjs'
import { DetailsForm, QuestionForm } from './forms.mjs'
import { newRid, newSalt } from './identity.mjs'
import { Outbox } from './outbox.mjs'
import { isChanged, overviewOf, tasksOf } from './overview.mjs'
import { drawnFrom } from './pool.mjs'
import { SavedStatus } from './saved-status.mjs'
import { Steps } from './steps.mjs'

export class WorkbookPage {
  /**
   * @param {HTMLElement} root
   * @param {object} options
   * @param {string} options.siteRoot the way to the site's root
   * @param {string} options.afterAddress of the script for what comes after the answers
   */
  constructor(root, { siteRoot, afterAddress }) {
    const { id, version, title, digest } = root.dataset
    this.root = root
    partOf(root, 'without-script').remove()
    Object.assign(this, { siteRoot, afterAddress })
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
    const forms = [...root.querySelectorAll('[data-question]')].map((form) => new QuestionForm(root, form, () => this.after))
    // All of them are in a record, those too that were not drawn from a pool.
    const allQuestions = forms.map(({ question }) => question)
    if (this.details) this.detailsForm = new DetailsForm(root, this.details)
    Object.assign(this, { info, store, allForms: forms, allQuestions })
    this.outbox = new Outbox(store, workbook.id)
    await this.outbox.load()
    this.keeper = new DraftKeeper(store, this.emptyDraft(), {
      saved: () => this.saved(),
      failed: () => this.showCannotKeep('full'),
      elsewhere: (what) => this.changedElsewhere(what),
    })
    const hasDraft = await this.keeper.load()
    this.isSent = !hasDraft && Boolean(this.outbox.entry?.receipt)
    this.fill()
    this.dropChangedChoices()
    this.listen()
    if (!store) this.showCannotKeep('off')
    // How it stands is said at once; who is in the middle of the answers does not wait.
    const loading = (hasDraft || this.outbox.entry) && this.loadAfter()
    if (this.outbox.entry) await loading
    steps.open()
    if (this.outbox.entry && this.after) await this.after.opened()
  }

  /**
   * What comes after the answers is loaded when somebody begins, or was here before.
   * @returns {Promise<After | null>} null where it cannot be had now
   */
  loadAfter() {
    this.loading ??= new Promise((resolve, reject) => {
      globalThis.signpostAfter = (start) => resolve((this.after = start(this)))
      const script = document.createElement('script')
      script.src = this.afterAddress
      script.onerror = reject
      document.head.append(script)
    }).catch(() => (this.loading = null))
    return this.loading
  }

  /** Draws the step that waits for it once more. */
  async loadAgain() {
    this.failed = !(await this.loadAfter())
    this.steps.show(false)
  }

  get draft() {
    return this.keeper.draft
  }

  /** What overview and check page are drawn from. */
  get work() {
    return { questions: this.questions, confirms: this.details !== null, draft: this.draft }
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
      if (this.steps.current === 'check') this.after.sending.pressed()
      else this.continueFrom(this.steps.current)
    })
    root.addEventListener('click', (event) => this.clicked(event))
    addEventListener('pagehide', () => keeper.leave())
    document.addEventListener('visibilitychange', () => document.hidden && keeper.save())
    addEventListener('beforeunload', (event) => {
      if ((!keeper.isKept || keeper.hasFailed) && !this.isSent && this.hasAnswers()) event.preventDefault()
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
      if (!isChanged(question, this.draft) || !question.choices.size) continue
      this.keeper.change(`answers.${question.id}`, question.kind.empty)
      this.forms.get(question.name).write(this.draft)
    }
  }

  tryAgain() {
    const form = this.forms.get(this.steps.current)
    form.changed()
    firstControl(form.form).focus()
  }

  /** `data-do` names a method of this class or of what is loaded later, `data-change` a step that one comes back from. */
  clicked(event) {
    const target = event.target.closest('[data-do], [data-change]')
    if (!target) return
    event.preventDefault()
    const { do: what } = target.dataset
    if (what) (what in this ? this : this.after)[what]()
    else this.steps.go(target.hash.slice(1), { back: 'check' })
  }

  print() {
    print()
  }

  showStart() {
    this.steps.go('')
  }

  allowed(name) {
    if (this.isSent && (name === 'check' || this.forms.has(name))) return 'sent'
    return name === 'sent' && !this.isSent ? '' : name
  }

  prepare(name, step) {
    const { after } = this
    if (!name) this.drawStart()
    else if (this.forms.has(name)) this.arrive(name)
    else step.append(after ? after.view(name) : this.waitFor(name))
  }

  /** For a step that cannot be drawn yet. */
  waitFor(name) {
    if (this.failed) return viewOf(this.root, 'not-loaded')
    this.loadAfter().then((after) => {
      this.failed = !after
      if (this.steps.current === name) this.steps.show()
    })
    return viewOf(this.root, 'wait')
  }

  drawStart() {
    const { root, isSent, outbox, keeper } = this
    const standing = this.after?.standingView() ?? (outbox.entry ? viewOf(root, 'not-loaded') : '')
    partOf(root, 'standing').replaceChildren(standing)
    partOf(root, 'overview').replaceChildren(overviewOf(root, this.work, isSent))

    const device = partOf(root, 'device')
    const store = this.store !== null
    device.replaceChildren(viewOf(root, 'device', { store, draft: !isSent, canChoose: store && !isSent }))
    const notKept = partOf(device, 'not-kept')
    if (notKept) notKept.checked = !keeper.isKept
    notKept?.addEventListener('change', () => this.keep(!notKept.checked))
    const copy = partOf(device, 'open-copy')
    copy?.addEventListener('change', () => {
      clearProblems()
      this.withAfter((after) => after.openCopy(copy))
    })
  }

  /** At a form: Back leads to where the reader came from. */
  arrive(name) {
    const names = ['', ...this.forms.keys()]
    this.forms.get(name).arrive(this.draft, this.steps.back ?? names[names.indexOf(name) - 1])
    this.loadAfter()
    if (this.draft.at !== name) this.keeper.change('at', name)
    this.keeper.save()
  }

  async continueFrom(name) {
    const form = this.forms.get(name)
    if (form.isMarked) await this.loadAfter()
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
    this.status.say('notKept')
  }

  async keep(isKept) {
    await this.outbox.keep(isKept)
    await this.keeper.keep(isKept)
    if (!isKept) this.status.say('notKept')
  }

  async beginWith(members) {
    this.isSent = false
    await this.keeper.begin({ ...this.emptyDraft(), at: this.forms.keys().next().value, ...members })
    this.fill()
    this.dropChangedChoices()
  }

  async changedElsewhere(what) {
    if (what !== 'changed') {
      await this.outbox.load()
      if (this.outbox.entry) await this.loadAfter()
      this.keeper.draft = this.emptyDraft()
    }
    this.isSent = what !== 'changed' && Boolean(this.outbox.entry?.receipt)
    this.fill()
    if (this.isSent || !this.forms.has(this.steps.current)) this.steps.show(false)
    this.status.say(what)
  }

  async withAfter(work) {
    const after = await this.loadAfter()
    if (after) await work(after)
    else this.status.say('noCopy')
  }

  saveCopy() {
    return this.withAfter((after) => after.saveCopy())
  }
}
