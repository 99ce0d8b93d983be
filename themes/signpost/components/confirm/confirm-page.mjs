/**
 * The page of the person who confirms. Three ways lead in: the mailed link, its code pasted, the learner's file. Viewing changes
 * nothing; only the form at the end decides.
 */
import { InboxUnreachable, askInbox } from '../record/inbox.mjs'
import { canonical } from '../record/canonical.mjs'
import { dayOfMoment } from '../record/dates.mjs'
import { referenceOf } from '../record/reference.mjs'
import { siteInfo } from '../record/site-info.mjs'
import { stateInWords } from '../record/states.mjs'
import { goTo, partOf, viewOf } from '../record/views.mjs'
import { askForLinkView } from './ask-for-link.mjs'
import { codeInAddress, keepCode, keptCode, readCode } from './code.mjs'
import { DecisionForm } from './decision.mjs'
import { addFileField } from './file-field.mjs'
import { ForwardForm } from './forward.mjs'
import { clearProblems, showProblems } from '../form/problems.mjs'
import { Unusable, checkAnswers, openAnswers, readDefinition, readRecord } from './request.mjs'
import { factsOf, fileFactsOf, sheetOf } from './sheet.mjs'

export class ConfirmPage {
  /**
   * @param {HTMLElement} root holds the templates
   * @param {{siteRoot: string}} addresses relative to this page
   */
  constructor(root, { siteRoot }) {
    this.root = root
    this.siteRoot = siteRoot
    this.inbox = siteInfo().inbox
    this.place = partOf(root, 'place')
    this.status = partOf(root, 'status')
    partOf(root, 'without-script').remove()
    this.place.hidden = false
    // A second link, opened in the same tab, changes the fragment and loads nothing.
    addEventListener('hashchange', () => {
      if (codeInAddress(location.hash) !== null) this.readAddress()
    })
    this.readAddress()
  }

  readAddress() {
    const written = codeInAddress(location.hash)
    // Out of the address bar at once: addresses are read over shoulders, kept in histories and copied.
    if (written !== null) history.replaceState(null, '', location.pathname + location.search)
    const code = written === null ? keptCode() : readCode(written)
    if (!this.inbox) this.show(viewOf(this.root, 'no-inbox'))
    else if (code) this.open(code)
    else this.showEntrance(written ?? '')
  }

  /** Shows this and nothing else. Headings take the focus only after something was pressed. */
  show(...views) {
    clearProblems()
    this.status.textContent = ''
    this.place.replaceChildren(...views)
    for (const field of this.place.querySelectorAll('[data-part="file-field"]')) addFileField(this.root, field, (file) => this.showFile(file))
    partOf(this.place, 'start-again')?.addEventListener('click', () => this.startAgain())
  }

  goToHeading() {
    const heading = this.place.querySelector('h2')
    if (heading) goTo(heading)
  }

  startAgain() {
    keepCode(null)
    this.code = null
    this.showEntrance('')
    this.goToHeading()
  }

  showEntrance(written) {
    this.show(viewOf(this.root, 'entrance', { online: location.protocol !== 'file:', folder: location.protocol === 'file:' }))
    const input = this.place.querySelector('#confirm-code')
    if (!input) return
    input.value = written
    partOf(this.place, 'code-form').addEventListener('submit', async (event) => {
      event.preventDefault()
      const code = readCode(input.value)
      if (!code) return showProblems([{ field: input, message: input.value.trim() ? input.dataset.wrong : input.dataset.missing }])
      await this.open(code)
      this.goToHeading()
    })
    if (written) showProblems([{ field: input, message: input.dataset.wrong }])
  }

  /** Asks the inbox for the request of this code. Only T leaves the device. */
  async open(code) {
    keepCode(code)
    this.code = code
    clearProblems()
    this.place.replaceChildren()
    this.status.textContent = this.status.dataset.opening
    let reply
    try {
      reply = await askInbox(this.inbox, '/api/open', { token: code.token })
    } catch (error) {
      if (!(error instanceof InboxUnreachable)) throw error
    }
    // Another code came while this one was on its way.
    if (this.code !== code) return
    if (reply?.status === 200) return this.showRequest(code, reply.body)
    if (reply && reply.status < 500 && reply.status !== 429) return this.showRefusal(reply)
    this.show(viewOf(this.root, 'unreachable', { offline: !reply, detail: reply?.body.detail }))
    partOf(this.place, 'try-again').addEventListener('click', async () => {
      await this.open(code)
      this.goToHeading()
    })
  }

  /** A 404: this code opens nothing. A 409: something became of the request, and `detail` says what. */
  showRefusal({ status, body }) {
    keepCode(null)
    if (status !== 409) return this.show(viewOf(this.root, 'cannot-open', { detail: body.detail }))
    const isDecided = body.type === 'urn:signpost:decided'
    this.show(isDecided ? this.decidedView(body) : viewOf(this.root, 'over', { detail: body.detail }), viewOf(this.root, 'another'))
  }

  decidedView({ decision, at, by }, state = '') {
    return viewOf(this.root, 'decided', {
      confirmed: decision === 'confirmed',
      returned: decision === 'returned',
      by,
      on: dayOfMoment(at),
      state,
    })
  }

  async showRequest(code, body) {
    let record
    try {
      record = await readRecord(body.record)
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      return this.show(viewOf(this.root, 'altered'))
    }
    const request = { record, state: body.state, receivedAt: body.received_at, sentTo: body.sent_to, reference: await referenceOf(record.rid) }
    if (this.code !== code) return
    if (body.decided) {
      const words = stateInWords(body.state, record.confirmer.name)
      return this.showOver(request, this.decidedView(body.decided, words))
    }
    if (body.state !== 'awaiting_confirmation') return this.showOver(request, this.overView(request))
    const opened = await this.openSealed(code, body, record)
    if (this.code === code) this.showToDecide(code, { ...request, ...opened })
  }

  overView({ state, record }) {
    const isKnown = state === 'withdrawn' || state === 'lapsed'
    const words = stateInWords(state, record.confirmer.name)
    return viewOf(this.root, 'over', { withdrawn: state === 'withdrawn', lapsed: state === 'lapsed', other: !isKnown, state: words })
  }

  showOver(request, view) {
    this.show(view, factsOf(this.root, { ...request, isOver: true }), viewOf(this.root, 'another'))
  }

  /** @returns {Promise<{definition: object | null, object?: object, reason?: string}>} `reason`: why there is nothing to read */
  async openSealed({ key }, { sealed, definition: text }, record) {
    let definition = null
    try {
      definition = await readDefinition(text, record.workbook)
      if (!sealed) return { definition, reason: 'not-kept' }
      if (!key) return { definition, reason: 'no-key' }
      return { definition, object: await openAnswers(sealed, key, { record, definition }) }
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      return { definition, reason: error.reason }
    }
  }

  showToDecide(code, request) {
    const { record, definition, object, reason } = request
    const answers = document.createElement('div')
    const options = { inbox: this.inbox, token: code.token, onRefused: (reply) => this.refused(reply) }
    const decision = new DecisionForm(this.root, {
      ...options,
      name: record.learner.name,
      questions: definition?.questions ?? [],
      onDecided: (outcome) => this.decided(code, request, outcome),
    })
    const forward = new ForwardForm(this.root, options)
    this.show(factsOf(this.root, { ...request, canDecide: true }), answers, decision.view, forward.view)
    if (object) answers.append(sheetOf(this.root, this.siteRoot, definition, object.answers))
    else this.offerFile(answers, record, reason)
  }

  /** The answers did not open: the learner's file may hold them. What was typed below meanwhile stays. */
  offerFile(place, record, reason) {
    place.append(viewOf(this.root, 'no-answers', { [reason]: true }))
    addFileField(this.root, partOf(place, 'file-field'), async (file) => {
      if (file.object.rid !== record.rid) throw new Unusable('another')
      const definition = await readDefinition(file.definitionText, record.workbook)
      const object = await checkAnswers(canonical(file.object), record, definition)
      place.replaceChildren(sheetOf(this.root, this.siteRoot, definition, object.answers))
      goTo(place.querySelector('h3'))
    })
  }

  refused(reply) {
    this.showRefusal(reply)
    this.goToHeading()
  }

  /** The answers are of no more use, here as at the inbox: what is kept for a reload opens only the outcome. */
  async decided({ token }, { record, reference }, { decision, state }) {
    keepCode({ token, key: null })
    // Our own decision, found repeated, comes without what became of it.
    state ??= await this.stateOf(token)
    const isKnown = ['issued', 'needs_mars_check', 'returned'].includes(state)
    const view = viewOf(this.root, 'done', {
      confirmed: decision === 'confirmed',
      returned: decision === 'returned',
      issued: state === 'issued',
      needs_mars_check: state === 'needs_mars_check',
      state: state && !isKnown ? stateInWords(state, record.confirmer.name) : '',
      name: record.learner.name,
      workbook: record.workbook.title,
      reference,
    })
    this.show(view, viewOf(this.root, 'another'))
    this.goToHeading()
  }

  async stateOf(token) {
    try {
      return (await askInbox(this.inbox, '/api/open', { token })).body.state
    } catch (error) {
      if (!(error instanceof InboxUnreachable)) throw error
    }
  }

  /** A file chosen at the entrance. */
  async showFile(file) {
    this.code = null
    const { record, definition, object } = file
    const sheet = sheetOf(this.root, this.siteRoot, definition, object.answers)
    if (record) {
      const reference = await referenceOf(record.rid)
      const facts = factsOf(this.root, { record, definition, object, reference })
      this.show(facts, sheet, askForLinkView(this.root, file, reference), viewOf(this.root, 'another'))
    } else {
      this.show(fileFactsOf(this.root, file), sheet, viewOf(this.root, 'another'))
    }
    this.goToHeading()
  }
}
