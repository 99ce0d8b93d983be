/** The steps that stand in the page as forms: details and questions. Script gives them a heading of their own, Back and Continue. */
import { elementWith, partOf, viewOf } from '../record/views.mjs'
import { faultsOfDetails, isAsked, longestOf, tidyDetails } from './details.mjs'
import { hideAnswer } from '../question/controls.mjs'
import { hintsIn } from '../question/hints.mjs'
import { finalAnswer, isEmptyAnswer, questionIn } from '../question/kinds.mjs'
import { offerMoves } from '../question/order.mjs'
import { shuffleChoices } from '../question/shuffle.mjs'

class StepForm {
  constructor(root, form) {
    this.root = root
    this.form = form
    // Each step is a page to its reader, so that its heading is the page's.
    const heading = partOf(form, 'heading')
    const raised = document.createElement('h1')
    raised.dataset.part = 'heading'
    raised.append(...heading.childNodes)
    heading.replaceWith(raised)
  }

  /** Back and Continue stand at the step that is shown, and nowhere else. Back leads to a step, or to the start page, which has no fragment. */
  arrive(draft, back) {
    for (const old of this.root.querySelectorAll('[data-foot]')) old.remove()
    this.form.prepend(viewOf(this.root, 'back'))
    this.form.append(viewOf(this.root, 'continue', { question: 'question' in this.form.dataset }))
    const link = this.form.querySelector('.workbook-back a')
    link.href = `#${back}`
    if (back) delete link.dataset.do
    else link.dataset.do = 'showStart'
  }

  /** What was typed as it is kept once the reader goes on. */
  tidied() {
    return []
  }

  /** @returns {boolean} whether there is something to be read before one goes on */
  showFeedback() {
    return false
  }
}

/** One question's page. */
export class QuestionForm extends StepForm {
  /**
   * @param {HTMLElement} root
   * @param {HTMLFormElement} form
   * @param {() => After | null} after what is loaded later, when it is there
   */
  constructor(root, form, after) {
    super(root, form)
    this.after = after
    this.question = questionIn(form)
    this.kind = this.question.kind
    this.paper = partOf(form, 'paper')
    hideAnswer(form)
    offerMoves(root, form)
    this.takeInReading()
  }

  /** The reading of a section stands before its first question, also where that is a page by itself. */
  takeInReading() {
    const reading = this.form.previousElementSibling
    if (!reading?.matches('.workbook-section')) return
    const title = elementWith('p')
    title.className = 'workbook-section-title'
    const heading = reading.firstElementChild
    title.append(...heading.childNodes)
    heading.replaceWith(title)
    this.form.prepend(reading)
    partOf(this.form, 'heading').setAttribute('aria-describedby', reading.id)
  }

  /** Which question it is of those that this learner gets. */
  number(number, total) {
    this.form.id = this.question.name = `q${number}`
    this.form.hidden = false
    partOf(this.form, 'number').textContent = number
    partOf(this.form, 'total').textContent = total
  }

  /** Not drawn for this learner. */
  putAside() {
    this.form.removeAttribute('id')
    this.form.hidden = true
  }

  /** What the draft changes by. */
  changeBy() {
    return [`answers.${this.question.id}`, this.kind.read(this.form)]
  }

  write({ answers, salt }) {
    shuffleChoices(this.form, salt)
    const answer = answers[this.question.id] ?? this.kind.empty
    // Written only where it differs: the cursor of somebody who types here would jump.
    if (String(this.kind.read(this.form)) !== String(answer)) this.kind.write(this.form, answer)
    this.changed()
  }

  /** Whether something is to be said of an answer. */
  get isMarked() {
    return partOf(this.form, 'answer') !== null
  }

  get answer() {
    return finalAnswer(this.question, this.kind.read(this.form))
  }

  /** “Right” or “Not quite”, once for each answer. */
  showFeedback() {
    const place = partOf(this.form, 'feedback')
    if (place.hasChildNodes() || isEmptyAnswer(this.answer)) return false
    const view = this.after()?.feedbackView(this)
    if (view) place.append(view)
    return Boolean(view)
  }

  /** What was typed also stands where paper shows it whole: a box prints no more than it shows. */
  changed() {
    partOf(this.form, 'feedback')?.replaceChildren()
    if (!this.paper) return
    this.paper.textContent = this.kind.read(this.form)
    this.showHints?.(this.paper.textContent)
  }

  /** A confirmer who returned this answer may have left a comment: it stands above the box. */
  arrive(draft, back) {
    super.arrive(draft, back)
    if (this.paper) {
      const foot = viewOf(this.root, 'question-foot')
      this.showHints = hintsIn(foot, Number(this.form.dataset.max), (text) => this.after()?.personalDataIn(text) ?? [])
      this.form.querySelector('.field').append(foot)
      this.changed()
    }
    this.form.querySelector('[data-comment]')?.remove()
    const comment = draft.from?.comments?.[this.question.id]
    if (comment) partOf(this.form, 'heading').after(viewOf(this.root, 'comment', { name: draft.from.name, comment }))
  }

  /** @returns {{field: HTMLElement, message: string}[]} */
  problems() {
    const field = this.form.elements.answer
    const { answer, question: { type, key }, form: { dataset: { min = 0, max } } } = this
    if (isEmptyAnswer(answer) || !field?.matches?.('textarea, [type="text"]')) return []
    if (type === 'number' && key && this.after()?.isNumber(answer) === false) return [{ field, message: this.root.dataset.notANumber }]
    const { length } = answer
    const [fault, n] = length > max ? ['long', max] : ['short', min]
    return length > max || length < min ? [{ field, message: this.root.dataset[fault].replace('{n}', n) }] : []
  }
}

/** The details' page. */
export class DetailsForm extends StepForm {
  read() {
    return Object.fromEntries(new FormData(this.form))
  }

  changeBy({ name, value }) {
    return [`details.${name}`, value]
  }

  write({ details }) {
    for (const control of this.form.querySelectorAll('[name]')) {
      const value = details[control.name] ?? control.options?.[0].value ?? ''
      if (control.value !== value) control.value = value
      // An agency that has left the register: nothing is chosen.
      if (control.selectedIndex < 0) control.selectedIndex = 0
    }
  }

  arrive(draft, back) {
    super.arrive(draft, back)
    this.changed()
  }

  /** Two fields are there for one choice only. The form on paper, where nothing was chosen yet, has both. */
  changed() {
    for (const name of ['agency_other', 'reason']) this.form.elements[name].closest('.field').hidden = !isAsked(name, this.read())
  }

  /** As the record will have it: an address's domain in small letters, say. */
  tidied() {
    return Object.entries(tidyDetails(this.read())).map(([name, value]) => [`details.${name}`, value])
  }

  problems() {
    return faultsOfDetails(tidyDetails(this.read())).map(({ field: name, fault }) => {
      const field = this.form.elements[name]
      const message = this.form.dataset[fault].replace('{label}', field.labels[0].textContent).replace('{max}', longestOf(name))
      return { field, message }
    })
  }
}
