/**
 * A board's whole set-up on loopback: the published site on a web server, the inbox as a program of its own with SQLite, and a
 * mail server. Nothing in it is a stand-in but the mail server's other end.
 */
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { LIMIT_MS, REPOSITORY, SIGNPOST, scratchFolder, serveFolder } from './helpers.mjs'
import { startSmtpServer } from './smtp-server.mjs'

const SOURCES = ['content', 'quizzes', 'themes', 'site.toml']

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer()
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address()
  await new Promise((closed) => server.close(closed))
  return port
}

/**
 * @typedef {object} Board
 * @property {string} folder the site's sources, with the inbox's files in var/
 * @property {string} release the published site
 * @property {string} origin of the published site
 * @property {import('./smtp-server.mjs').SmtpServer} smtp
 * @property {(...flags: string[]) => {status: number, stdout: string, stderr: string}} run the program, in the site's folder
 * @property {() => object[]} records as `inbox list --all` names them
 * @property {() => Promise<void>} stopInbox as when its computer is restarted
 * @property {() => Promise<void>} restartInbox at the same address, with all it has taken in
 * @property {() => Promise<void>} republish builds the site anew and restarts the inbox, as after a change to the sources
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} [more] a folder with sources besides: pages, e-workbooks
 * @returns {Promise<Board>}
 */
export async function startBoard(more) {
  const folder = join(scratchFolder(), 'site')
  mkdirSync(folder)
  for (const source of SOURCES) cpSync(join(REPOSITORY, source), join(folder, source), { recursive: true })
  if (more) cpSync(more, folder, { recursive: true })
  const release = join(folder, 'public')
  mkdirSync(join(folder, 'var'))
  const web = await serveFolder(release)
  const smtp = await startSmtpServer()
  const inboxAddress = `127.0.0.1:${await freePort()}`
  appendFileSync(
    join(folder, 'site.toml'),
    [
      '',
      '[inbox]',
      `origin = "http://${inboxAddress}"`,
      'keys = "board-keys.json"',
      `allowed_origins = ["${web.origin}"]`,
      'mail_from = "toolkit@board.example"',
      'mars_mailbox = "mars@board.example"',
      `smtp = "smtp://127.0.0.1:${smtp.port}"`,
      '',
    ].join('\n'),
  )
  const run = (...flags) => spawnSync(SIGNPOST, flags, { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
  const must = (...flags) => {
    const { status, stderr } = run(...flags)
    if (status !== 0) throw new Error(`signpost ${flags.join(' ')} ended with ${status}:\n${stderr}`)
  }
  must('inbox', 'keys', 'new')
  // The inbox reads the site's address where the mails' links lead.
  const settings = join(folder, 'site.toml')
  const text = readFileSync(settings, 'utf8').replace(/^base_url = .*$/m, `base_url = "${web.origin}"`)
  appendFileSync(settings, '', { flag: 'w' })
  appendFileSync(settings, text)
  const build = () => must('build', '--base-url', web.origin, '--output', release)
  build()
  let inbox = await startInbox(folder, inboxAddress)
  const records = () => run('inbox', 'list', '--all', '--format', 'json').stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line))
  const stopInbox = () => inbox.stop()
  const restartInbox = async () => {
    inbox = await startInbox(folder, inboxAddress)
  }
  const republish = async () => {
    build()
    await stopInbox()
    await restartInbox()
  }
  const stop = async () => {
    await inbox.stop()
    web.close()
    await smtp.close()
  }
  return { folder, release, origin: web.origin, smtp, run, records, stopInbox, restartInbox, republish, stop }
}

/**
 * The inbox as a program, from the moment at which it listens.
 *
 * @param {string} folder the site's
 * @param {string} address
 * @returns {Promise<{stop: () => Promise<void>}>}
 */
async function startInbox(folder, address) {
  const inbox = spawn(SIGNPOST, ['inbox', 'serve', '--address', address], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise((resolve) => inbox.once('exit', resolve))
  const kill = () => inbox.kill()
  process.on('exit', kill)
  await new Promise((resolve, reject) => {
    let said = ''
    const limit = setTimeout(() => reject(new Error(`the inbox does not listen:\n${said}`)), LIMIT_MS)
    inbox.once('exit', (code) => reject(new Error(`the inbox ended with ${code}:\n${said}`)))
    inbox.stderr.setEncoding('utf8').on('data', (part) => {
      said += part
      if (!said.includes(`listens at ${address}`)) return
      clearTimeout(limit)
      resolve()
    })
  })
  const stop = async () => {
    process.off('exit', kill)
    inbox.kill('SIGTERM')
    const code = await ended
    if (code !== 0) throw new Error(`the inbox ended with ${code}`)
  }
  return { stop }
}
