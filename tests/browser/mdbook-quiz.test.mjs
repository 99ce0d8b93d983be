/** A quiz file of mdbook-quiz on its page: code keeps its lines, and an answer is marked. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { REPOSITORY, assertAccessible, launch, openPage, scratchFolder, serveFolder, signpost } from './helpers.mjs'

const folder = scratchFolder()
const QUIZZES = ['code-everywhere', 'programs']
const page = (title, body) => `+++\ntitle = "${title}"\nsummary = "${title}."\n+++\n${body}\n`
writeFileSync(join(folder, 'site.toml'), 'title = "Case"\nbase_url = "https://case.example"\n')
mkdirSync(join(folder, 'content'))
writeFileSync(join(folder, 'content/index.md'), page('Home', ''))
for (const id of QUIZZES) {
  cpSync(join(REPOSITORY, `tests/quizzes/mdbook-quiz/${id}.toml`), join(folder, `quizzes/${id}.toml`))
  writeFileSync(join(folder, `content/${id}.md`), page(id, `:::workbook {id=${id}}\n:::`))
}
signpost('build', '--site', folder)
const server = await serveFolder(join(folder, 'public'))
const browser = await launch()
after(async () => {
  await browser.close()
  server.close()
})

async function open(t, address) {
  const page = await openPage(browser)
  t.after(() => page.context().close())
  await page.goto(`${server.origin}/${address}`)
  await page.getByRole('heading', { level: 1, name: /^Question/ }).waitFor()
  return page
}

const goOn = (page) => page.getByRole('button', { name: 'Continue' }).click()
const said = async (page) => (await page.locator('main [data-part="feedback"]:visible').innerText()).replace(/\s+/g, ' ')

test('a choice that is code keeps its lines, and the right one is right', async (t) => {
  const page = await open(t, 'code-everywhere/#q1')
  const code = page.locator('#q1 label code', { hasText: 'let words' })
  assert.equal(await code.innerText(), 'let words = vec![String::from("a")];\nprintln!("{}", first(&words));')
  await assertAccessible(page, 'a question with code')
  await page.getByRole('radio', { name: /let words/ }).check()
  await goOn(page)
  assert.match(await said(page), /^Right\. &words has the type/)
  assert.equal(await page.locator('#q1 [data-part="feedback"] a').getAttribute('href'), 'https://doc.rust-lang.org/reference/')
})

test('a program is answered by what it prints, or that it does not compile', async (t) => {
  const page = await open(t, 'programs/#q2')
  const write = (text) => page.getByRole('textbox').and(page.locator('main :visible')).fill(text)
  await write('read write')
  await goOn(page)
  assert.match(await said(page), /^Right\./)
  await page.goto(`${server.origin}/programs/#q4`)
  await write('Ann Ann')
  await goOn(page)
  assert.match(await said(page), /^Not quite\. The compiler reports line 4\. Line 3 moves/)
  await page.getByRole('button', { name: 'Try again' }).click()
  await write('Does not compile.')
  await goOn(page)
  assert.match(await said(page), /^Right\./)
})
