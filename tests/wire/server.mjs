/** The program itself, on a copy of the site with agencies and e-workbooks of the tests' own. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bodyOf, newDraft } from './client.mjs'
import { assertAnswered, post, send } from './http.mjs'
import { learnerToken, tokenFor } from './mail.mjs'

/** The repository, which is a site as well. */
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

/** As `cargo build` makes it; SIGNPOST names another. */
export const SIGNPOST = resolve(REPOSITORY, process.env.SIGNPOST ?? join(process.env.CARGO_TARGET_DIR ?? 'target', 'debug/signpost'))

/** The longest wait for a program to start or to stop. */
const LIMIT_MS = 20_000

/** Mail domains are not public, so a test that needs them brings its own register. */
const AGENCIES = `
free_mail = ["free-mail.example"]

[[agency]]
id = "wire-school"
name = "Wire School"
mail_domains = ["school.example"]

[[agency]]
id = "wire-health"
name = "Wire Health (Lincs)"
mail_domains = ["health.example", "nhs.example"]
`

/** Its answers stay with the learner, it has every kind of choice that an author writes, and it is renewed. */
const CHOICES = `
id = "wire-choices"
version = 3
title = "Choices & “chances”"
summary = "An e-workbook of the wire tests."
confirm = "manager"
answers_on_server = false
renew_after_months = 12

[[section]]
title = "First"
text = "Nothing to read here."

[[question]]
id = "one"
type = "single"
prompt = "Pick one."
hint = "It is the second."
choices = [{ text = "First" }, { text = "Second", correct = true, feedback = "So it is." }]

[[question]]
id = "some"
type = "multi"
prompt = "Pick some."
choices = [{ id = "b", text = "B", correct = true }, { id = "c", text = "C", correct = true }, { id = "a", text = "A" }]

[[question]]
id = "words"
type = "open"
prompt = "Why?"
min_chars = 1
max_chars = 200
look_for = ["A reason", "Another reason"]
model_answer = "Because."
`

/** A folder that is gone when the process ends. */
export function scratchFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'signpost-wire-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * @param {{settings?: string}} [options] `settings` are lines of `[inbox]` in `site.toml`
 * @returns {string} the folder of a site
 */
function copySite({ settings } = {}) {
  const folder = join(scratchFolder(), 'site')
  mkdirSync(folder)
  for (const part of ['content', 'quizzes', 'themes', 'site.toml']) {
    cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true })
  }
  writeFileSync(join(folder, 'content/data/agencies.toml'), AGENCIES)
  writeFileSync(join(folder, 'quizzes/wire-choices.toml'), CHOICES)
  if (settings) addSettings(join(folder, 'site.toml'), settings)
  return folder
}

function addSettings(file, settings) {
  const text = readFileSync(file, 'utf8')
  const written = /^\[inbox\]$/m.test(text) ? text.replace(/^\[inbox\]$/m, `[inbox]\n${settings}`) : `${text}\n[inbox]\n${settings}\n`
  writeFileSync(file, written)
}

/**
 * Starts the program and waits for its words.
 *
 * @param {string} folder
 * @param {string[]} words
 * @param {RegExp} pattern what it says on standard error once it answers; the first group is its address
 */
async function launch(folder, words, pattern) {
  const child = spawn(SIGNPOST, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, NO_COLOR: '1' } })
  const killAtExit = () => child.kill('SIGKILL')
  process.on('exit', killAtExit)
  const ended = new Promise((done) => child.once('exit', (code, signal) => done(code ?? signal)))
  ended.then(() => process.off('exit', killAtExit))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (part) => (said += part))
  const address = await new Promise((found, reject) => {
    const limit = setTimeout(() => reject(new Error(`${words.join(' ')} gave no address:\n${said}`)), LIMIT_MS)
    child.once('error', (error) => reject(new Error(`${SIGNPOST} cannot be run (cargo build makes it): ${error.message}`)))
    child.once('exit', (code) => reject(new Error(`${words.join(' ')} ended with ${code}:\n${said}`)))
    child.stderr.on('data', () => {
      const match = said.match(pattern)
      if (!match) return
      clearTimeout(limit)
      found(match[1])
    })
  })
  const end = async (signal) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    const limit = setTimeout(killAtExit, LIMIT_MS)
    const how = await ended
    clearTimeout(limit)
    return how
  }
  return {
    address,
    said: () => said,
    /** Ends it as an operator does; the exit code. */
    stop: () => end('SIGTERM'),
    /** Ends it as a power cut does. */
    kill: () => end('SIGKILL'),
  }
}

/** What tests do with a site, however it runs. `address` is where its inbox listens, `info.inbox` what the inbox is called. */
const toolsOf = (folder, info, texts) => ({
  folder,
  info,
  texts,
  definitions: Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, JSON.parse(text)])),
  mailFolder: join(folder, 'var/mail'),
  /** `signpost inbox …` on the same site. */
  inbox: (...words) => signpost(folder, 'inbox', ...words, '--site', folder),
  /** `signpost verify …`. */
  verify: (...words) => signpost(folder, 'verify', ...words),
  /** All records, those that wait included, by `rid`. */
  list: () => listed(folder),
})

/**
 * `signpost serve`, once both its addresses answer.
 *
 * @param {{folder?: string, settings?: string, preview?: string, inbox?: string}} [options] `preview` and `inbox` are addresses
 */
export async function startSignpost({ settings, folder = copySite({ settings }), preview = '127.0.0.1:0', inbox = '127.0.0.1:0' } = {}) {
  const words = ['serve', '--site', folder, '--address', preview, '--inbox-address', inbox]
  const running = await launch(folder, words, /Signpost is at (http:\/\/[\d.:]+)\/\s/)
  const get = async (path) => (await send(running.address, { path })).text
  const info = JSON.parse(await get('/signpost.json'))
  assert.equal(typeof info.inbox, 'string', `signpost.json names no inbox:\n${running.said()}`)
  const texts = Object.fromEntries(await Promise.all(info.workbooks.map(async ({ id, definition }) => [id, await get(definition)])))
  return { ...running, ...toolsOf(folder, info, texts), preview: running.address, address: info.inbox }
}

/** `signpost build`, into `public/`. */
export const publish = (folder) => succeed(folder, 'build', '--site', folder)

function succeed(folder, ...words) {
  const { status, stderr } = signpost(folder, ...words)
  assert.equal(status, 0, stderr)
}

/** A copy of the site as a board publishes it, with keys of its own. */
function publishedSite(settings = '') {
  const folder = copySite({ settings: `origin = "https://inbox.example"\nkeys = "board-keys.json"\n${settings}` })
  succeed(folder, 'inbox', 'keys', 'new', '--site', folder)
  succeed(folder, 'inbox', 'keys', 'export', '--site', folder)
  publish(folder)
  return folder
}

/**
 * `signpost inbox serve` as on a host: the site is published, the inbox behind its proxy has another name than its address.
 *
 * @param {{folder?: string, settings?: string}} [options] the folder of one that has ended, or more lines of `[inbox]`
 */
export async function startInboxAlone({ settings, folder = publishedSite(settings) } = {}) {
  const read = (path) => readFileSync(join(folder, 'public', path), 'utf8')
  const info = JSON.parse(read('signpost.json'))
  const texts = Object.fromEntries(info.workbooks.map(({ id, definition }) => [id, read(definition)]))
  const places = ['--store', `sqlite:${join(folder, 'var/inbox.db')}`, '--mail', `dir:${join(folder, 'var/mail')}`]
  const words = ['inbox', 'serve', '--site', folder, '--address', '127.0.0.1:0', ...places]
  const running = await launch(folder, words, /(127\.0\.0\.1:\d+)/)
  return { ...running, ...toolsOf(folder, info, texts), address: `http://${running.address}` }
}

/** One command; never an exception, so that a test can ask for the exit code. */
function signpost(folder, ...words) {
  const { error, status, stdout, stderr } = spawnSync(SIGNPOST, words, { cwd: folder, encoding: 'utf8', timeout: LIMIT_MS })
  if (error) throw error
  return { status, stdout, stderr }
}

function listed(folder) {
  const { status, stdout, stderr } = signpost(folder, 'inbox', 'list', '--all', '--format', 'json', '--site', folder)
  assert.equal(status, 0, stderr)
  const records = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return Object.fromEntries(records.map((record) => [record.rid, record]))
}

/**
 * A record that has been accepted, with what each of the people around it now holds.
 *
 * @param {Awaited<ReturnType<typeof startSignpost>>} site
 * @param {{change?: (payload: any) => void} & NonNullable<Parameters<typeof newDraft>[1]>} [options]
 */
export async function submit(site, { change = () => {}, ...options } = {}) {
  const draft = await newDraft(site, options)
  change(draft.payload)
  const body = await bodyOf(draft)
  const answer = assertAnswered(await post(site, '/api/submissions', body), 201)
  const { rid, learner, confirmer } = draft.payload
  return {
    ...draft,
    rid,
    body,
    ...answer,
    /** @param {number} [nth] */
    token: async (nth) => (await tokenFor(site, confirmer.email, nth)).T,
    learnerToken: async () => (await learnerToken(site, learner.email)).W,
  }
}

/** A decision as the confirm page posts it. */
export const confirming = (token) => ({
  token,
  decision: 'confirmed',
  statement: 'discussed-and-sufficient/1',
  typed_name: 'Sam Head',
})

/** @param {Awaited<ReturnType<typeof submit>>} sent */
export async function confirm(site, sent) {
  return assertAnswered(await post(site, '/api/decisions', confirming(await sent.token())), 200)
}
