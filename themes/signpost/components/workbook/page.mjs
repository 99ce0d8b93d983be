/** The e-workbook's page: what is typed, kept, sent and shown, and what each button does. */
import { showProblems } from '../form/problems.mjs'
import { siteInfo } from '../record/site-info.mjs'
import { openStore } from '../record/store.mjs'
import { partOf, viewOf } from '../record/views.mjs'
import { withIndex } from '../../scripts/folder-links.mjs'
import { checkView, returnedView, sentView } from './check.mjs'
import { openCopies, saveCopyOf } from './copy.mjs'
import { DraftKeeper } from './draft.mjs'
import { DetailsForm, QuestionForm } from './forms.mjs'
import { Outbox } from './outbox.mjs'
import { nextStep, overviewOf, sentFacts, tasksOf } from './overview.mjs'
import { SavedStatus } from './saved-status.mjs'
import { SendStep } from './send-step.mjs'
import { Steps } from './steps.mjs'
import { answersObject, newRid, newSalt } from './submission.mjs'

export class WorkbookPage {
  static moduleName = 'workbook'

  /**
   * @param {HTMLElement} root
   * @param {{siteRoot: string}} options the way to the site's root
   */
  constructor(root, { siteRoot }) {
    const { id, version, title, digest, definition } = root.dataset
    this.root = root
    this.workbook = { id, version: Number(version), title, digest }
    this.definition = definition
    this.questions = JSON.parse(definition).questions
    this.training = siteRoot + (location.protocol === 'file:' ? withIndex('learn/my-training/') : 'learn/my-training/')
    this.status = new SavedStatus(partOf(root, 'status'))
    this.steps = new Steps(root, {
      drawn: ['check', 'sent', 'returned', 'erase', 'finished'],
      allowed: (name) => this.allowed(name),
      prepare: (name, step) => this.prepare(name, step),
    })
    // Nothing is shown before it is known what is kept.
    this.steps.moved = () => {}
  }

  async open() {
    const { root, workbook, definition, questions } = this
    this.info = siteInfo()
    this.store = await openStore()
    const { info, store } = this
    this.outbox = new Outbox({ store, info, workbook, definition, sendsAnswers: 'answersOnServer' in root.dataset })
    await this.outbox.load()
    this.keeper = new DraftKeeper(store, this.emptyDraft(), {
      saved: () => this.saved(),
      failed: () => this.showCannotKeep('full'),
      elsewhere: (what) => this.changedElsewhere(what),
    })
    const hasDraft = await this.keeper.load()
    this.isSent = !hasDraft && Boolean(this.outbox.entry?.receipt)
    this.details = this.steps.form('details')
    this.forms = new Map(this.details ? [['details', new DetailsForm(root, this.details)]] : [])
    questions.forEach((question, at) => this.forms.set(`q${at + 1}`, new QuestionForm(root, this.steps.form(`q${at + 1}`), question)))
    this.sending = new SendStep(this)
    this.fill()
    this.listen()
    if (!store) this.showCannotKeep('off')
    if (hasDraft && this.draft.version !== workbook.version) partOf(root, 'notices').append(viewOf(root, 'other-version'))
    delete this.steps.moved
    this.steps.show(location.hash !== '')
    root.classList.add('is-ready')
    this.sending.resendQuietly()
    if (await this.outbox.refresh()) this.steps.show(false)
  }

  get draft() {
    return this.keeper.draft
  }

  /** What overview and check page are drawn from. */
  get work() {
    return { questions: this.questions, confirms: this.details !== null, draft: this.draft }
  }

  emptyDraft() {
    const { id: workbookId, version } = this.workbook
    return {
      workbookId, version, rid: newRid(), salt: newSalt(), saved_at: 0, tab: '', at: '',
      answers: {}, details: this.outbox.details ?? {}, replaces: null, from: null,
    }
  }

  fill() {
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
      const { part, step } = event.target.dataset
      if (part === 'send') this.sending.pressed()
      else this.continueFrom(step)
    })
    root.addEventListener('click', (event) => this.clicked(event))
    addEventListener('pagehide', () => keeper.save())
    document.addEventListener('visibilitychange', () => document.hidden && keeper.save())
    addEventListener('beforeunload', (event) => {
      if (!keeper.isKept && !this.isSent && this.hasAnswers()) event.preventDefault()
    })
  }

  typed(target) {
    const form = this.forms.get(target.form?.dataset.step)
    if (!form) return
    this.keeper.change(...form.changeBy(target))
    form.changed()
    if (!this.keeper.isKept) this.status.say('notKept')
  }

  clicked(event) {
    const target = event.target.closest('[data-do], [data-change]')
    if (!target) return
    event.preventDefault()
    const actions = {
      copy: () => this.saveCopy(),
      print: () => print(),
      start: () => this.steps.go(''),
      again: () => this.sending.again(),
      change: () => this.beginAgain(),
      erase: () => this.erase(),
      finish: () => this.finish(),
    }
    if (target.dataset.do) actions[target.dataset.do]()
    else this.steps.go(target.hash.slice(1), { back: 'check' })
  }

  allowed(name) {
    if (this.isSent && (name === 'check' || this.forms.has(name))) return 'sent'
    if (name === 'sent' && !this.isSent) return ''
    return name === 'returned' && this.outbox.entry?.state !== name ? '' : name
  }

  prepare(name, step) {
    const { root, questions, outbox: { entry, isKept }, training } = this
    if (!name) this.drawStart()
    else if (this.forms.has(name)) this.arrive(name)
    else if (name === 'check') step.append(this.checkView())
    else if (name === 'sent') step.append(sentView(root, entry, questions, { isKept, training }))
    else if (name === 'returned') step.append(returnedView(root, entry, questions))
    else step.append(viewOf(root, name, { unsent: !this.isSent && this.hasAnswers() }))
  }

  drawStart() {
    const { root, isSent, outbox, training, keeper } = this
    const standing = partOf(root, 'standing')
    standing.replaceChildren()
    if (outbox.pending) standing.append(this.sending.notSentView())
    else if (isSent) standing.append(viewOf(root, 'standing', { ...sentFacts(outbox.entry), training }))
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
    const view = checkView(root, this.work, { info, canSign: sending.canSign, details })
    if (this.outbox.pending) partOf(view, 'result').append(sending.notSentView())
    return view
  }

  /** At a form: Back leads to where the reader came from. */
  arrive(name) {
    const names = ['', ...this.forms.keys()]
    this.forms.get(name).arrive(this.root, this.draft, this.steps.back ?? names[names.indexOf(name) - 1])
    if (this.draft.at !== name) this.keeper.change('at', name)
    this.keeper.save()
  }

  continueFrom(name) {
    const form = this.forms.get(name)
    const problems = form.problems()
    if (problems.length) return showProblems(problems)
    for (const change of form.tidied()) this.keeper.change(...change)
    form.write(this.draft)
    this.keeper.save()
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
    this.outbox.isKept = isKept
    await this.keeper.keep(isKept)
    if (!isKept) this.status.say('notKept')
  }

  useCopy({ answers, details }) {
    this.beginWith({ answers, ...(details && { details }) })
    this.steps.go('')
    this.status.say('restored')
  }

  /** Answers go on from what was sent; after a certificate they begin anew. The details are the same. */
  beginAgain() {
    const { state, object, rid, confirmer: { name }, comment, comments } = this.outbox.entry
    const isReturned = state === 'returned'
    const isChange = isReturned || ['lapsed', 'withdrawn', 'refused'].includes(state)
    this.beginWith({
      ...(isChange && { answers: object.answers }),
      // A returned or lapsed submission gives way to the new one; any other stays what it is.
      replaces: isReturned || state === 'lapsed' ? rid : null,
      from: isReturned ? { name, comment, comments } : null,
    })
    const commented = this.questions.findIndex(({ id }) => comments?.[id])
    if (!isChange) this.steps.go(this.draft.at)
    else if (commented < 0) this.steps.go('check')
    else this.steps.go(`q${commented + 1}`, { back: 'check' })
  }

  beginWith(members) {
    this.isSent = false
    this.keeper.begin({ ...this.emptyDraft(), at: this.forms.keys().next().value, ...members })
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
    this.status.say(what === 'changed' ? 'elsewhere' : what)
  }

  saveCopy() {
    const object = answersObject(this.workbook, this.questions, this.draft)
    const { definition } = this
    saveCopyOf({ definition, ...(this.isSent ? this.outbox.entry : { object, record: null }) })
  }

  async erase() {
    await this.outbox.dropPending()
    await this.keeper.erase(this.emptyDraft())
    this.fill()
    this.steps.go('')
    this.status.say('erased')
  }

  async finish() {
    await this.store?.eraseAll()
    this.isSent = false
    Object.assign(this.outbox, { entry: null, details: null, pageKey: null })
    await this.erase()
  }
}
