/** What a learner does on the page of the e-workbook, for the tests that begin where it is done. */

/** Somebody whose agency, and whose manager's, is the board's example. */
export const DETAILS = {
  'Full name': 'Ana Kovač',
  'Job title': 'Health visitor',
  Agency: 'Example Primary School (example)',
  "Manager's name": 'Ruth Carter',
  "Manager's email": 'ruth@school.example',
}

export const heading = (page, name) => page.getByRole('heading', { level: 1, name })
export const go = async (page, button) => page.getByRole('button', { name: button, exact: true }).click()
export const box = (page) => page.locator('main textarea:visible')

/**
 * @param {import('playwright-core').Page} page
 * @param {string} workbook its address
 * @param {string} email
 */
export async function fillDetails(page, workbook, email) {
  await page.goto(`${workbook}#details`)
  await heading(page, 'Your details').waitFor()
  for (const [label, text] of Object.entries({ ...DETAILS, 'Work email': email })) {
    const field = page.getByLabel(label, { exact: true })
    if (label === 'Agency') await field.selectOption({ label: text })
    else await field.fill(text)
  }
  await go(page, 'Continue')
}

/**
 * Everything answered, at the page from which it is sent.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} workbook its address
 * @param {string} email
 * @param {(n: number) => string} [answer]
 */
export async function fillIn(page, workbook, email, answer = (n) => `Answer ${n}.`) {
  await fillDetails(page, workbook, email)
  for (let n = 1; n <= 12; n++) {
    await heading(page, new RegExp(`Question ${n} of 12`)).waitFor()
    await box(page).fill(answer(n))
    await go(page, 'Continue')
  }
  await heading(page, 'Check your answers').waitFor()
}
