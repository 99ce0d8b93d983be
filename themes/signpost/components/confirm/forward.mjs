/**
 * “Somebody else should confirm this”: passes a request on to another confirmer of the learner's agency.
 */
import { isAddress, tidy, tidyAddress } from '../record/text.mjs'
import { goTo, partOf, viewOf } from '../record/views.mjs'
import { showProblems } from '../form/problems.mjs'
import { problemsIn, sayRefusal, sendToInbox } from './sending.mjs'

export class ForwardForm {
  /**
   * @param {HTMLElement} root holds the templates
   * @param {{inbox: string, token: string, onRefused: (reply: object) => void}} options
   */
  constructor(root, options) {
    this.root = root
    this.options = options
    this.isSending = false
    this.view = viewOf(root, 'forward')
    this.form = partOf(this.view, 'forward')
    this.status = partOf(this.view, 'forward-status')
    this.capacity = partOf(this.view, 'capacity')
    this.name = this.form.querySelector('#forward-name')
    this.email = this.form.querySelector('#forward-email')
    this.form.addEventListener('submit', (event) => this.submit(event))
  }

  body() {
    const capacity = this.capacity.querySelector('input:checked')?.value
    return { token: this.options.token, name: tidy(this.name.value), email: tidyAddress(this.email.value), capacity }
  }

  problems({ name, email, capacity }) {
    const problems = []
    if (!name) problems.push({ field: this.name, message: this.name.dataset.missing })
    if (!email) problems.push({ field: this.email, message: this.email.dataset.missing })
    else if (!isAddress(email)) problems.push({ field: this.email, message: this.email.dataset.wrong })
    if (!capacity) problems.push({ field: this.capacity, message: this.capacity.dataset.missing })
    return problems
  }

  async submit(event) {
    event.preventDefault()
    if (this.isSending) return
    const body = this.body()
    const problems = this.problems(body)
    showProblems(problems)
    if (problems.length) return
    this.isSending = true
    try {
      const reply = await sendToInbox({ inbox: this.options.inbox, path: '/api/forwards', body, status: this.status })
      if (reply) this.answered(reply)
    } finally {
      this.isSending = false
    }
  }

  answered(reply) {
    if (reply.status === 202) {
      const view = viewOf(this.root, 'forwarded', { sentTo: reply.body.sent_to })
      const words = view.firstElementChild
      this.form.replaceWith(view)
      goTo(words)
    } else if (reply.status === 404 || reply.status === 409) {
      this.options.onRefused(reply)
    } else {
      const fields = { '/name': this.name, '/email': this.email, '/capacity': this.capacity }
      const problems = problemsIn(reply, (pointer) => fields[pointer])
      if (problems.length) showProblems(problems)
      else sayRefusal(this.status, reply)
    }
  }
}
