/** Every kind of question by keyboard, in both browsers: wrong, wrong a second time, right, and there again when the page is loaded anew. */
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { scratchFolder, serveFolder, signpost } from '../helpers.mjs'
import { Browser, ENGINES } from './driver.mjs'

const release = join(scratchFolder(), 'public')
signpost('build', '--site', fileURLToPath(new URL('../kinds', import.meta.url)), '--today', '2026-11-25', '--output', release)
const server = await serveFolder(release)
after(() => server.close())

const writes = (text) => (person) => person.fills(undefined, text)
const chooses = (name) => (person) => person.chooses(name)
const ticks = (...names) => async (person) => {
  for (const name of ['Red', 'Loud', 'Green']) await person.ticks(name, names.includes(name))
}
const moves = (...buttons) => async (person) => {
  for (const button of buttons) await person.presses('button', button)
}
const matches = (...sounds) => async (person) => {
  for (const [n, animal] of ['Dog', 'Cat', 'Wolf'].entries()) await person.selects(animal, sounds[n])
}

/** In the order of the file. */
const KINDS = [
  { kind: 'open', wrong: writes('Because it is.'), says: 'Compare your answer with this. Because a problem is smaller before it has grown.' },
  { kind: 'single', wrong: chooses('A form'), says: 'Not quite. A form: A form is filled in with the family.', right: chooses('A talk with the family') },
  { kind: 'multi', wrong: ticks('Red', 'Loud'), says: 'Not quite: you ticked 1 of the 2 right ones', right: ticks('Red', 'Green') },
  { kind: 'true_false', wrong: chooses('True'), says: 'Not quite. It has seven.', right: chooses('False') },
  { kind: 'short', wrong: writes('the manager'), says: 'Not quite. The lead professional does.', right: writes(' The Lead professional. ') },
  { kind: 'number', wrong: writes('8'), says: 'Not quite. Monday to Sunday are seven.', right: writes('7 days') },
  // Shown as Assess, Do, Plan, Review.
  { kind: 'order', wrong: moves('Move down: Assess'), says: 'Not quite: 1 of 4 ', right: moves('Move up: Assess', 'Move up: Plan') },
  { kind: 'match', wrong: matches('Bark', 'Moo', 'Bark'), says: 'Not quite: 2 of 3 ', right: matches('Bark', 'Miaow', 'Bark') },
]

for (const engine of ENGINES) {
  describe(engine, () => {
    let browser
    before(async () => {
      browser = await Browser.open(engine)
    })
    after(() => browser.close())

    KINDS.forEach(({ kind, wrong, says, right }, index) => {
      test(`${kind}: wrong, wrong again, right, and kept`, async (t) => {
        const learner = await browser.stranger(t)
        const here = `Question ${index + 1} of 8`
        const next = index === 7 ? 'How it went' : `Question ${index + 2} of 8`
        const goesOn = () => learner.presses('button', 'Continue')
        await learner.goes(`${server.origin}/learn/practice/#q${index + 1}`)
        await learner.arrives(here)
        await wrong(learner)
        await goesOn()
        await learner.reads(says)
        await goesOn()
        await learner.arrives(next)

        await learner.presses('link', 'Back')
        await learner.arrives(here)
        await goesOn()
        await learner.reads(says)
        if (right) {
          await learner.presses('button', 'Try again')
          await right(learner)
          await goesOn()
          await learner.reads('Right.')
        }
        await goesOn()
        await learner.arrives(next)

        await learner.goes(`${server.origin}/learn/practice/#q${index + 1}`)
        await learner.arrives(here)
        await goesOn()
        await learner.reads(right ? 'Right.' : says)
      })
    })
  })
}
