/** What a learner and a confirmer do, step by step, in whichever browser. */
import assert from 'node:assert/strict'

/** The folder of the pages and e-workbooks that only these tests have. */
export const SITE = new URL('site', import.meta.url).pathname

export const MANAGER = 'ruth.carter@school.example'

/** From the step on which details are asked for to the one after it. */
export async function givesDetails(person, email, confirmer = { capacity: 'My manager' }) {
  await person.arrives('Your details')
  await person.fills('Full name', 'Zoë Lárner')
  await person.fills('Work email', email)
  await person.fills('Job title', 'Teaching assistant')
  await person.selects('Agency', 'Example Primary School (example)')
  await person.selects('Who will confirm', confirmer.capacity)
  if (confirmer.reason) await person.fills('Why a peer or colleague confirms', confirmer.reason)
  await person.fills("Manager's name", 'Ruth Carter')
  await person.fills("Manager's email", MANAGER)
  await person.presses('button', 'Continue')
}

/** Answers open questions from the one that is shown to the last. */
export async function answers(person, texts) {
  for (const [at, text] of texts.entries()) {
    await person.arrives(`Question ${at + 1} of ${texts.length}`)
    await person.fills(undefined, text)
    await person.presses('button', 'Continue')
  }
  await person.arrives('Check your answers')
}

/** Fills in an e-workbook of two questions up to the page from which it is sent. */
export async function getsReady(person, workbook, email, confirmer) {
  await person.goes(`${workbook}#details`)
  await givesDetails(person, email, confirmer)
  await answers(person, ['Help as early as possible.', 'Whoever works with the family.'])
}

export async function sends(person) {
  await person.presses('button', 'Send to my manager')
  await person.arrives('Sent to your manager')
  return referenceOn(person)
}

/** The reference that the page shows. */
export async function referenceOn(person) {
  const [reference] = (await person.main()).match(/MARS-\w{4}-\w{4}/) ?? assert.fail('the page has no reference')
  return reference
}

/** The first link to a page in a mail. */
export const linkIn = ({ text }, page) => text.split('\n').find((line) => line.includes(`/${page}`))

/** The mail that asks to confirm a submission. */
export const requestFor = (board, reference) => board.smtp.waitFor(({ to, text }) => to[0] === MANAGER && text.includes(reference))

/** Opens the mailed link and agrees. */
export async function confirms(person, link) {
  await person.goes(link)
  await decides(person)
}

/** Agrees to what is shown. */
export async function decides(person) {
  await person.chooses('I have discussed it and they understand')
  await person.ticks('I have read and discussed these answers')
  await person.fills('Type your full name', 'Ruth Carter')
  await person.presses('button', 'Confirm')
}
