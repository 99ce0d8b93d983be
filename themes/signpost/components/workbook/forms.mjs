/** The steps that stand in the page as forms: details and questions. Script gives them a heading of their own, Back and Continue. */
import { partOf, viewOf } from '../record/views.mjs'
import { faultsOfDetails, isAsked, tidyDetails } from './details.mjs'
import { AnswerHints } from './hints.mjs'
import { finalAnswer, kindOf } from './questions.mjs'

/** Each step is a page to its reader, so that its heading is the page's. */
function raiseHeading(form) {
  const heading = partOf(form, 'heading')
  const raised = document.createElement('h1')
  raised.dataset.part = 'heading'
  raised.append(...heading.childNodes)
  heading.replaceWith(raised)
}

function addFrame(root, form) {
  raiseHeading(form)
  form.prepend(viewOf(root, 'back'))
  form.append(viewOf(root, 'continue', { question: 'question' in form.dataset }))
}

/** Back leads to a step, or to the start page, which has no fragment. */
function setBack(form, step) {
  const link = form.querySelector('.workbook-back a')
  link.href = `#${step}`
  if (step) delete link.dataset.do
  else link.dataset.do = 'start'
}

/** One question's page. */
export class QuestionForm {
  constructor(root, form, question) {
    this.form = form
    this.question = question
    this.kind = kindOf(question)
    addFrame(root, form)
    this.paper = partOf(form, 'paper')
    if (!this.paper) return
    const foot = viewOf(root, 'question-foot')
    this.hints = new AnswerHints(foot, Number(form.dataset.max))
    form.querySelector('.field').append(foot)
  }

  read() {
    return this.kind.read(this.form)
  }

  /** What the draft changes by. */
  changeBy() {
    return [`answers.${this.question.id}`, this.read()]
  }

  write({ answers }) {
    const answer = answers[this.question.id] ?? this.kind.empty
    // Written only where it differs: the cursor of somebody who types here would jump.
    if (String(this.read()) !== String(answer)) this.kind.write(this.form, answer)
    this.changed()
  }

  /** A confirmer who returned this answer may have left a comment: it stands above the box. */
  arrive(root, { from }, back) {
    setBack(this.form, back)
    this.form.querySelector('.notice[data-comment]')?.remove()
    const comment = from?.comments?.[this.question.id]
    if (comment) partOf(this.form, 'heading').after(viewOf(root, 'comment', { name: from.name, comment }))
  }

  /** What was typed also stands where paper shows it whole: a box prints no more than it shows. */
  changed() {
    if (!this.paper) return
    this.paper.textContent = this.read()
    this.hints.show(this.read())
  }

  /** @returns {{field: HTMLElement, message: string}[]} */
  problems() {
    const { max, min, long, short } = this.form.dataset
    const answer = finalAnswer(this.question, this.read())
    const control = this.form.elements.answer
    if (Array.isArray(answer) || control instanceof RadioNodeList || !answer) return []
    if (answer.length > Number(max)) return [{ field: control, message: long }]
    return answer.length < Number(min) ? [{ field: control, message: short }] : []
  }

  /** An answer is tidied when it is sent: who is at work on it keeps their empty lines. */
  tidied() {
    return []
  }
}

/** The details' page. */
export class DetailsForm {
  constructor(root, form) {
    this.form = form
    addFrame(root, form)
  }

  changeBy({ name, value }) {
    return [`details.${name}`, value]
  }

  arrive(root, draft, back) {
    setBack(this.form, back)
  }

  read() {
    return Object.fromEntries([...new FormData(this.form)])
  }

  write({ details }) {
    for (const [name, value] of Object.entries(details)) {
      const control = this.form.elements[name]
      if (control && control.value !== value) control.value = value
    }
    // An agency that has left the register: nothing is chosen.
    for (const select of this.form.querySelectorAll('select')) if (select.selectedIndex < 0) select.selectedIndex = 0
    this.changed()
  }

  /** Two fields are there for one choice only. */
  changed() {
    const details = this.read()
    for (const name of ['agency_other', 'reason']) this.form.elements[name].closest('.field').hidden = !isAsked(name, details)
  }

  /** What was typed as the record will have it: an address's domain in small letters, say. */
  tidied() {
    return Object.entries(tidyDetails(this.read())).map(([name, value]) => [`details.${name}`, value])
  }

  problems() {
    return faultsOfDetails(tidyDetails(this.read())).map(({ field, fault }) => {
      const control = this.form.elements[field]
      return { field: control, message: control.dataset[fault] }
    })
  }
}
