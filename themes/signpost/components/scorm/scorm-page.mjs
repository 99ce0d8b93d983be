/** The document of a package: one step at a time, what was done in each, and what the learning system is told. */
import { startKnowledgeCheck } from '../knowledge-check/knowledge-check.mjs'
import { shuffled } from '../question/shuffle.mjs'
import { elementWith, goTo, partOf, viewOf } from '../record/views.mjs'
import { Progress } from './progress.mjs'
import { RunTime } from './run-time.mjs'

export class ScormPage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    this.runTime = new RunTime(window, root.dataset.scorm)
    this.title = document.title
  }

  open() {
    const { root, runTime } = this
    partOf(root, 'without-script').remove()
    const why = runTime.start()
    if (why) partOf(root, 'notices').append(viewOf(root, why))
    this.progress = new Progress(runTime.suspendData)
    drawPools(root, this.progress.seed)
    this.steps = [...root.querySelectorAll('[data-step]')]
    this.tasks = this.steps.filter((step) => step.dataset.task)
    for (const step of this.tasks.filter(isQuestion)) this.startCheck(step)
    this.listen()
    if (!location.hash && document.getElementById(runTime.location)) history.replaceState(null, '', `#${runTime.location}`)
    this.follow(location.hash !== '')
    this.keep()
  }

  listen() {
    this.root.addEventListener('click', ({ target }) => {
      if (target.closest('[data-do="goOn"]')) this.goOn()
      if (target.closest('[data-do="keep"]')) this.keep()
    })
    addEventListener('hashchange', () => this.follow())
    addEventListener('beforeunload', (event) => {
      if (this.isKept === false) event.preventDefault()
    })
    addEventListener('pagehide', () => this.runTime.end())
    // Shown again by Back, the page would speak in a session that has ended.
    addEventListener('pageshow', ({ persisted }) => persisted && location.reload())
  }

  /** A question answers by itself; what was answered before is there again. */
  startCheck(step) {
    const { progress } = this
    const key = step.dataset.task
    startKnowledgeCheck(step.querySelector('[data-module="knowledge-check"]'), {
      seed: progress.seed,
      answer: progress.answers.get(key)?.answer,
      answered: (question, answer, verdict) => {
        // Words of one's own are for oneself: that they were written is all that is kept.
        const isOwn = question.type === 'open'
        progress.answers.set(key, { isRight: verdict === 'right', answer: isOwn ? undefined : answer })
        this.record(step, question, answer, verdict)
        this.keep()
      },
    })
  }

  record(step, { type, key, prompt, choices }, answer, verdict) {
    const left = [...step.querySelectorAll('.match-row select')].map((select) => select.name)
    this.runTime.record({
      id: step.dataset.record,
      question: { type, key, prompt: prompt.trim(), choices: [...choices.keys()].sort(), left },
      answer, verdict,
      at: new Date(),
      took: Date.now() - this.shownAt,
    })
  }

  get isCompleted() {
    return this.tasks.every((step) => this.isDone(step))
  }

  isDone(step) {
    return this.progress.isDone({ key: step.dataset.task, isQuestion: isQuestion(step) })
  }

  /** Tells the learning system where the learner stands. */
  keep() {
    const { root, runTime, progress } = this
    if (!runTime.isRecorded) return
    this.isKept = runTime.keep({
      location: this.current.id,
      suspendData: progress.pack(runTime.maxSuspendData),
      isCompleted: this.isCompleted,
    })
    const notices = partOf(root, 'notices')
    if (this.isKept) notices.replaceChildren()
    else if (!notices.firstElementChild) notices.append(viewOf(root, 'not-kept'))
    const status = partOf(root, 'status')
    const time = new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
    status.textContent = this.isKept ? status.dataset.kept.replace('{time}', time) : ''
    if (this.current.id === 'end') this.drawEnd()
  }

  /** Continue at the foot of a page says that it was read. */
  goOn() {
    const { current, steps, progress } = this
    if (current.dataset.task && !isQuestion(current)) progress.read.add(current.dataset.task)
    location.hash = steps[steps.indexOf(current) + 1].id
  }

  /** Shows the step that the address names, or the one in which the place it names lies. */
  follow(takesFocus = true) {
    const name = decodeURIComponent(location.hash.slice(1))
    const place = name ? document.getElementById(name) : this.steps[0]
    const step = place?.closest('[data-step]')
    // The skip link and the like change no step.
    if (step) this.show(step, place, takesFocus)
    else if (!this.current) this.show(this.steps[0], this.steps[0], false)
  }

  show(step, place, takesFocus) {
    if (step !== this.current) this.arrive(step)
    if (!takesFocus) return
    if (place === step) {
      scrollTo(0, 0)
      goTo(step.querySelector('h1'))
    } else {
      place.scrollIntoView()
      goTo(place)
    }
  }

  arrive(step) {
    const { root, steps } = this
    const isFirst = !this.current
    this.current = step
    this.shownAt = Date.now()
    for (const other of steps) other.hidden = other !== step
    for (const old of root.querySelectorAll('[data-around]')) old.remove()
    if (step.id === 'start') this.drawStart()
    else if (step.id === 'end') this.drawEnd()
    else this.drawAround(step)
    document.title = step.id === 'start' ? this.title : `${titleOf(step)} – ${this.title}`
    if (!isFirst) this.keep()
  }

  /** Where one is, above; the ways on, below. */
  drawAround(step) {
    const { root, steps, tasks } = this
    const alike = tasks.filter((task) => isQuestion(task) === isQuestion(step))
    const place = { n: String(alike.indexOf(step) + 1), total: String(alike.length), [isQuestion(step) ? 'question' : 'page']: true }
    step.prepend(viewOf(root, 'step-head', place))
    step.append(viewOf(root, 'step-foot', { ...place, back: `#${steps[steps.indexOf(step) - 1].id}` }))
  }

  /** The list of contents, each with what is done. */
  drawStart() {
    const { root, tasks } = this
    const next = tasks.find((task) => !this.isDone(task))
    const hasBegun = tasks.some((task) => this.isDone(task))
    const ways = { start: !hasBegun, goOn: hasBegun && next, done: !next, href: `#${(next ?? this.steps.at(-1)).id}` }
    partOf(root, 'go').replaceChildren(viewOf(root, 'go', ways))
    for (const standing of root.querySelectorAll('[data-standing]')) {
      const page = document.getElementById(standing.dataset.standing)
      const questions = tasks.filter((task) => task.dataset.of === page.id)
      const nAnswered = questions.filter((task) => this.isDone(task)).length
      const { read, unread, answered, answeredOne } = partOf(root, 'contents').dataset
      const sentence = questions.length === 1 ? answeredOne : answered
      const ofQuestions = questions.length ? [sentence.replace('{n}', nAnswered).replace('{total}', questions.length)] : []
      standing.textContent = [this.isDone(page) ? read : unread, ...ofQuestions].join(', ')
    }
  }

  drawEnd() {
    const { root, tasks, runTime } = this
    const open = tasks.filter((task) => !this.isDone(task))
    const isKept = Boolean(runTime.isRecorded && this.isKept)
    const view = viewOf(root, 'end', {
      done: !open.length, open: open.length > 0,
      kept: !open.length && isKept, lost: !open.length && runTime.isRecorded && !isKept, untold: !open.length && !runTime.isRecorded,
    })
    partOf(view, 'left')?.append(...open.map((task) => linkTo(task)))
    const place = partOf(root, 'end')
    const hadFocus = place.contains(document.activeElement)
    place.replaceChildren(view)
    if (hadFocus) goTo(place.querySelector('h1'))
  }
}

function isQuestion(step) {
  return 'of' in step.dataset
}

function titleOf(step) {
  return (step.querySelector('[data-prompt]') ?? step.querySelector('h1')).textContent.trim()
}

function linkTo(step) {
  const [item, link] = [elementWith('li'), elementWith('a', titleOf(step))]
  link.href = `#${step.id}`
  item.append(link)
  return item
}

/** Of questions that share a pool each learner gets so many, and the same ones each time. */
function drawPools(root, seed) {
  const pools = new Map()
  for (const step of root.querySelectorAll('[data-pool]')) {
    const { pool, poolSize } = step.dataset
    if (!pools.has(pool)) pools.set(pool, { size: Number(poolSize), steps: [] })
    pools.get(pool).steps.push(step)
  }
  for (const { size, steps } of pools.values()) {
    for (const step of shuffled(steps, seed, ({ dataset }) => dataset.task).slice(size)) step.remove()
  }
}
