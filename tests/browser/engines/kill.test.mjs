/**
 * The browser's processes are killed while somebody types, chooses and moves, at moments that a seed gives. What was done up to
 * five seconds before is there when the same profile is opened again, just as it was at one moment.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { scratchFolder, serveFolder, signpost } from '../helpers.mjs'
import { Browser } from './driver.mjs'

const MOST_LOST_MS = 5000
const release = join(scratchFolder(), 'public')
signpost('build', '--site', fileURLToPath(new URL('../kinds', import.meta.url)), '--today', '2026-11-25', '--output', release)
const server = await serveFolder(release)
after(() => server.close())
const WORKBOOK = `${server.origin}/learn/practice/`

/** Mulberry32: numbers from 0 to 1, always the same ones. */
function randomFrom(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), seed | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Runs in the page: all answers, as they stand there. */
function answersShown() {
  const valueOf = (form) => {
    const controls = [...form.querySelectorAll('.choice input:checked, select, textarea, [type="text"]')].map(({ value }) => value)
    return [...controls, ...[...form.querySelectorAll('[data-item]')].map(({ dataset }) => dataset.item)].join(' ')
  }
  return JSON.stringify([...document.querySelectorAll('[data-question]')].map(valueOf))
}

/** Somebody who works through the questions, and what all answers were after each thing done. */
class Worker {
  constructor(person, random, history) {
    Object.assign(this, { person, random, history })
  }

  oneOf(list) {
    return list[Math.floor(this.random() * list.length)]
  }

  get isOver() {
    return Date.now() >= this.endsAt
  }

  /** Does one thing, notes when, and what all answers are after it; then waits as long as fingers take. */
  async does(work) {
    if (this.isOver) return
    const at = Date.now()
    await work()
    this.history.push({ at, answers: await this.person.page.evaluate(answersShown) })
    await sleep(Math.max(0, Math.min(30 + this.random() * 30, this.endsAt - Date.now())))
  }

  press(key) {
    return this.does(() => this.person.page.keyboard.press(key))
  }

  /** In the place of what was there. */
  async writes(letters, length) {
    const box = await this.person.reaches('textbox')
    await box.evaluate((box) => box.select())
    for (let n = 0; n < length && !this.isOver; n++) await this.press(this.oneOf(letters))
  }

  /** What the question that is shown asks for. */
  async answers(kind) {
    const { person } = this
    // So long that much could be lost of it.
    if (kind === 'open') await this.writes('etaoin shrdlu', 60 + 100 * this.random())
    else if (kind === 'short') await this.writes('etaoin', 10)
    else if (kind === 'number') await this.writes('0123456789', 2)
    else if (kind === 'single') await this.does(() => person.chooses(this.oneOf(['A talk with the family', 'A form', 'A letter'])))
    else if (kind === 'true_false') await this.does(() => person.chooses(this.oneOf(['True', 'False'])))
    else if (kind === 'multi') await this.does(() => person.presses('checkbox', this.oneOf(['Red', 'Loud', 'Green']), ' '))
    else if (kind === 'order') await this.does(() => person.presses('button', `Move ${this.oneOf(['up', 'down'])}: ${this.oneOf(['Assess', 'Plan', 'Do', 'Review'])}`))
    else await this.does(() => person.selects(this.oneOf(['Dog', 'Cat', 'Wolf']), this.oneOf(['Bark', 'Miaow', 'Moo'])))
  }

  /** For so many milliseconds, and not one more: what comes then may come at any moment of saving. */
  async works(duration) {
    const { page } = this.person
    this.endsAt = Date.now() + duration
    while (!this.isOver) {
      const kind = await page.evaluate(() => document.querySelector('form.is-current')?.dataset.type)
      if (!kind) {
        await page.evaluate(() => (location.hash = '#q1'))
        await this.person.arrives('Question 1 of 8')
        continue
      }
      await this.answers(kind)
      // Twice: what is said of the answer is read first.
      for (let n = 0; n < 2 && !this.isOver; n++) await this.does(() => this.person.presses('button', 'Continue'))
    }
  }
}

/** How many milliseconds of work are gone. */
function lostBefore(diedAt, history, found) {
  const last = history.findLastIndex(({ answers }) => answers === found)
  assert.ok(last >= 0, `the answers are not as they were at any moment:\n${found}\n${history.at(-1).answers}`)
  return last === history.length - 1 ? 0 : diedAt - history[last + 1].at
}

/** @returns {Promise<number[]>} what was lost each time, in milliseconds */
async function lossesOf(engine, times, seed) {
  const random = randomFrom(seed)
  const profile = scratchFolder()
  const losses = []
  let before = null
  for (let n = 0; n <= times; n++) {
    const browser = await Browser.open(engine, profile)
    const history = []
    let diedAt
    try {
      const person = await browser.person()
      await person.goes(`${WORKBOOK}#q${random() < 0.5 ? 1 : 2 + Math.floor(random() * 7)}`)
      await person.arrives('Question')
      const answers = await person.page.evaluate(answersShown)
      if (before) losses.push(lostBefore(before.diedAt, before.history, answers))
      history.push({ at: Date.now(), answers })
      if (n < times) await new Worker(person, random, history).works(200 + random() * 7800)
    } finally {
      diedAt = await browser.kill()
    }
    before = { history, diedAt }
  }
  return losses
}

// At one time: fingers are slow, and a computer has nothing to do meanwhile.
describe('killed at any moment', { concurrency: true }, () => {
  for (const [engine, times] of [['chromium', 30], ['firefox', 10]]) {
    test(`${engine}, ${times} times: at most the last five seconds are gone`, async (t) => {
      const losses = await lossesOf(engine, times, 20261125)
      const worst = Math.max(...losses)
      t.diagnostic(`the worst loss: ${(worst / 1000).toFixed(1)} seconds; nothing was lost ${losses.filter((loss) => loss === 0).length} times of ${losses.length}`)
      assert.ok(worst <= MOST_LOST_MS, `${worst} milliseconds are gone`)
    })
  }
})
