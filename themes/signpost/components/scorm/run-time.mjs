/** What is said to a learning system, in the words of either version of SCORM. */
import { findApi } from './find-api.mjs'
import { interactionFields, timeSpan } from './formats.mjs'

const STANDARDS = {
  1.2: {
    api: 'API',
    calls: { initialize: 'LMSInitialize', get: 'LMSGetValue', set: 'LMSSetValue', commit: 'LMSCommit', terminate: 'LMSFinish' },
    status: 'cmi.core.lesson_status',
    mode: 'cmi.core.lesson_mode',
    location: 'cmi.core.lesson_location',
    sessionTime: 'cmi.core.session_time',
    exit: 'cmi.core.exit',
    maxSuspendData: 4096,
  },
  2004: {
    api: 'API_1484_11',
    calls: { initialize: 'Initialize', get: 'GetValue', set: 'SetValue', commit: 'Commit', terminate: 'Terminate' },
    status: 'cmi.completion_status',
    mode: 'cmi.mode',
    location: 'cmi.location',
    sessionTime: 'cmi.session_time',
    exit: 'cmi.exit',
    maxSuspendData: 64000,
  },
}

/** In 1.2 “passed” is a status of the same element, where a system has set it by itself. */
const COMPLETED = ['completed', 'passed']

export class RunTime {
  /**
   * @param {Window} here
   * @param {string} version
   * @param {() => number} [now] milliseconds
   */
  constructor(here, version, now = Date.now) {
    this.version = version
    this.standard = STANDARDS[version]
    this.api = findApi(here, this.standard.api)
    this.now = now
  }

  /** The most characters that `keep` may be given as suspend data. */
  get maxSuspendData() {
    return this.standard.maxSuspendData
  }

  /**
   * Begins the session.
   * @returns {'' | 'no-system' | 'refused' | 'preview'} why nothing will be recorded; empty: everything will
   */
  start() {
    const { standard, api } = this
    this.startedAt = this.now()
    if (!api) return 'no-system'
    this.isOpen = isTrue(this.call('initialize', ''))
    if (!this.isOpen) return 'refused'
    this.location = this.get(standard.location)
    this.suspendData = this.get('cmi.suspend_data')
    // Completed once is completed: a learner who comes back to read takes nothing away.
    this.isCompleted = COMPLETED.includes(this.get(standard.status))
    this.nInteractions = Number(this.get('cmi.interactions._count')) || 0
    // A system that says nothing of a mode has the normal one only.
    this.isRecorded = ['normal', ''].includes(this.get(standard.mode))
    return this.isRecorded ? '' : 'preview'
  }

  /**
   * Hands over where the learner stands.
   * @returns {boolean} whether the system has taken it
   */
  keep({ location, suspendData, isCompleted }) {
    if (!this.isOpen || !this.isRecorded) return false
    this.isCompleted ||= isCompleted
    const taken = [
      this.set(this.standard.location, location),
      this.set('cmi.suspend_data', suspendData),
      this.set(this.standard.status, this.isCompleted ? 'completed' : 'incomplete'),
    ]
    return taken.every(Boolean) && this.commit()
  }

  /** Adds a try at a question. A system need not take any, so that nothing depends on it. */
  record(interaction) {
    if (!this.isOpen || !this.isRecorded) return
    const at = `cmi.interactions.${this.nInteractions}`
    const [[first, id], ...fields] = interactionFields(this.version, interaction)
    if (!this.set(`${at}.${first}`, id)) return
    this.nInteractions++
    for (const [name, value] of fields) this.set(`${at}.${name}`, value)
  }

  /** Ends the session, in a way that it can be taken up again. */
  end() {
    if (!this.isOpen) return
    if (this.isRecorded) this.commit()
    this.call('terminate', '')
    this.isOpen = false
  }

  /** Time and manner of leaving are set each time: the window may be closed at any moment, without a last word. */
  commit() {
    const { standard } = this
    const hasTime = this.set(standard.sessionTime, timeSpan(this.version, this.now() - this.startedAt))
    const hasExit = this.set(standard.exit, 'suspend')
    return isTrue(this.call('commit', '')) && hasTime && hasExit
  }

  get(name) {
    return this.call('get', name)
  }

  set(name, value) {
    return isTrue(this.call('set', name, value))
  }

  /** A system that breaks down while it is asked has not taken what it was told. */
  call(name, ...values) {
    try {
      return String(this.api[this.standard.calls[name]](...values) ?? '')
    } catch {
      return ''
    }
  }
}

function isTrue(answer) {
  return answer === 'true'
}
