/** What people of the tests do with an e-workbook: fill it in and send it, and open the links that they are mailed. */

export const heading = (page, name) => page.getByRole('heading', { level: 1, name })
export const press = (page, name) => page.getByRole('button', { name, exact: true }).click()

/** Somebody of a school in the register, who names their manager. */
const DETAILS = {
  'Full name': 'Ana Kovač',
  'Work email': 'ana@school.example',
  'Job title': 'Health visitor',
  Agency: { label: 'Example Primary School (example)' },
  'Who will confirm': { label: 'My manager' },
  "Manager's name": 'Ruth Carter',
  "Manager's email": 'ruth@school.example',
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} address of the e-workbook
 * @param {Partial<typeof DETAILS>} [details] that are other than usual, by their labels
 */
export async function fillDetails(page, address, details) {
  await page.goto(`${address}#details`)
  await heading(page, 'Your details').waitFor()
  for (const [label, value] of Object.entries({ ...DETAILS, ...details })) {
    const field = page.locator('#details').getByLabel(label, { exact: true })
    await (typeof value === 'string' ? field.fill(value) : field.selectOption(value))
  }
  await press(page, 'Continue')
}

/**
 * Answers each question that is shown, up to the check page.
 *
 * @param {import('playwright-core').Page} page at the first question
 * @param {(id: string) => string | string[]} answerTo what is typed; texts of what is chosen; of an order the items that are
 *   moved up, one after the other
 */
export async function answerAll(page, answerTo) {
  const form = page.locator('form.is-current[data-question]')
  for (let n = 1; ; n++) {
    await heading(page, new RegExp(`^(Question ${n} of|Check your answers)`)).waitFor()
    if (!(await form.count())) return
    const [id, type] = await form.evaluate(({ dataset: { question, type } }) => [question, type])
    await answer(form, type, answerTo(id))
    await press(page, 'Continue')
    // What is said of a marked answer is read first.
    const isHere = await page.waitForFunction(isSaid, id)
    if (await isHere.jsonValue() === 'said') await press(page, 'Continue')
  }
}

/** Runs in the page: whether a question is left, or something is said of its answer. */
function isSaid(id) {
  const form = document.querySelector('.is-current')
  return form?.dataset.question !== id ? 'left' : form.querySelector('[data-part="feedback"]')?.hasChildNodes() && 'said'
}

async function answer(form, type, given) {
  const parts = [given].flat()
  if (['open', 'short', 'number'].includes(type)) await form.getByRole('textbox').fill(given)
  else if (type === 'order') for (const item of parts) await form.getByRole('button', { name: `Move up: ${item}` }).click()
  else if (type === 'match') for (const [at, right] of parts.entries()) await form.getByRole('combobox').nth(at).selectOption({ label: right })
  else for (const text of parts) await form.getByLabel(text, { exact: true }).check()
}

/** Sends from the check page. Out: the reference. */
export async function send(page) {
  await press(page, 'Send to my manager')
  await heading(page, 'Sent to your manager').waitFor()
  return page.locator('main').getByText(/^MARS-\w{4}-\w{4}$/).filter({ visible: true }).first().innerText()
}

/**
 * The link of a mail that is about a submission.
 *
 * @param {import('./board.mjs').Board} board
 * @param {{to: string, reference: string, page: string, subject?: string}} mail `page` as `confirm/#t=`
 */
export async function linkMailedTo(board, { to, reference, page, subject = '' }) {
  const isIt = (mail) => mail.to[0] === to && mail.text.includes(reference) && mail.subject.includes(subject)
  const { text } = await board.smtp.waitFor(isIt)
  return text.split('\n').find((line) => line.startsWith(`${board.origin}/${page}`))
}
