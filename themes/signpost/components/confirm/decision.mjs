/**
 * The form that decides. Radios, a tick, the confirmer's own name, one button; pressed twice it decides once.
 */
import { paragraphsOf } from '../record/prompt.mjs'
import { tidy, tidyAnswer } from '../record/text.mjs'
import { partOf, viewOf } from '../record/views.mjs'
import { clearProblems, showProblems } from '../form/problems.mjs'
import { problemsIn, sayRefusal, sendToInbox } from './sending.mjs'

const STATEMENT = 'discussed-and-sufficient/1'

export class DecisionForm {
  /**
   * @param {HTMLElement} root holds the templates
   * @param {{inbox: string, token: string, name: string, questions: object[], onDecided: (outcome: object) => void,
   *   onRefused: (reply: object) => void}} options `onDecided` gets `{decision, state?}`; `onRefused` a 404 or 409
   */
  constructor(root, options) {
    this.options = options
    this.isSending = false
    /** Decisions that were sent and not answered: found at the inbox, one of them is ours. */
    this.unanswered = []
    this.view = viewOf(root, 'decide', { name: options.name })
    const part = (name) => partOf(this.view, name)
    this.form = part('decide')
    this.decision = part('decision')
    this.onlyConfirmed = part('only-confirmed')
    this.onlyReturned = part('only-returned')
    this.button = part('submit')
    this.status = part('decide-status')
    this.statement = this.form.querySelector('#confirm-statement')
    this.comment = this.form.querySelector('#confirm-comment')
    this.typedName = this.form.querySelector('#confirm-name')
    this.comments = new Map()
    for (const [index, question] of options.questions.entries()) this.addComment(root, question, index + 1)
    this.decision.addEventListener('change', () => this.choose())
    this.form.addEventListener('submit', (event) => this.submit(event))
  }

  addComment(root, { id, prompt }, number) {
    const view = viewOf(root, 'comment', { number: String(number), prompt: paragraphsOf(prompt)[0] })
    const field = view.querySelector('textarea')
    field.id = `confirm-comment-${number}`
    view.querySelector('label').htmlFor = field.id
    this.comments.set(id, field)
    partOf(this.form, 'comments').append(view)
  }

  get chosen() {
    return this.decision.querySelector('input:checked')?.value
  }

  choose() {
    const isReturned = this.chosen === 'returned'
    this.onlyConfirmed.hidden = isReturned
    this.onlyReturned.hidden = !isReturned
    this.button.textContent = this.button.dataset[this.chosen]
  }

  problems() {
    const problems = []
    const missing = (field) => problems.push({ field, message: field.dataset.missing })
    if (!this.chosen) missing(this.decision)
    if (this.chosen !== 'returned' && !this.statement.checked) missing(this.statement)
    if (!tidy(this.typedName.value)) missing(this.typedName)
    return problems
  }

  body() {
    const body = { token: this.options.token, decision: this.chosen, typed_name: tidy(this.typedName.value) }
    if (this.chosen === 'confirmed') return { ...body, statement: STATEMENT }
    const written = [...this.comments].map(([id, field]) => [id, tidyAnswer(field.value)]).filter(([, text]) => text)
    const comment = tidyAnswer(this.comment.value)
    if (comment) body.comment = comment
    if (written.length) body.comments = Object.fromEntries(written)
    return body
  }

  async submit(event) {
    event.preventDefault()
    if (this.isSending) return
    const problems = this.problems()
    showProblems(problems)
    if (problems.length) return
    this.isSending = true
    try {
      await this.send(this.body())
    } finally {
      this.isSending = false
    }
  }

  async send(body) {
    const reply = await sendToInbox({ inbox: this.options.inbox, path: '/api/decisions', body, status: this.status })
    if (!reply) {
      this.unanswered.push(body)
    } else if (reply.status === 200) {
      clearProblems()
      this.options.onDecided({ decision: body.decision, state: reply.body.state })
    } else if (reply.status === 409 && [body, ...this.unanswered].some((sent) => isSameDecision(reply.body, sent))) {
      // The first answer got lost on its way; the decision did not.
      this.options.onDecided({ decision: body.decision })
    } else if (reply.status === 404 || reply.status === 409) {
      this.options.onRefused(reply)
    } else {
      this.refused(reply)
    }
  }

  refused(reply) {
    const problems = problemsIn(reply, (pointer) => this.fieldAt(pointer))
    if (problems.length) showProblems(problems)
    else sayRefusal(this.status, reply)
  }

  fieldAt(pointer) {
    const [, name, key] = pointer.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    if (name === 'comments') return this.comments.get(key)
    return { decision: this.decision, statement: this.statement, typed_name: this.typedName, comment: this.comment }[name]
  }
}

/**
 * Whether a “decided before” tells of the very decision that was sent.
 *
 * @param {{type?: string, decision?: string, by?: string}} refusal
 * @param {{decision: string, typed_name: string}} sent
 */
export function isSameDecision({ type, decision, by }, sent) {
  return type === 'urn:signpost:decided' && decision === sent.decision && by === sent.typed_name
}
