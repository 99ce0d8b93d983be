/** Whether a 201 ever leaves before the disk has the record: looked at from outside, call by call. Needs strace. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bodyOf, newDraft } from './client.mjs'
import { assertAnswered, post } from './http.mjs'
import { SIGNPOST, scratchFolder, startInboxAlone } from './server.mjs'

const N_POSTS = 60
const LIMIT_MS = 30_000

/** `signpost inbox serve` with every write and every wait for the disk written down. */
async function traced(site, trace) {
  const calls = ['-e', 'trace=pwrite64,write,writev,sendto,sendmsg,fdatasync,fsync', '-s', '100000', '-y', '-o', trace]
  const words = ['inbox', 'serve', '--site', site.folder, '--address', '127.0.0.1:0', '--mail', `dir:${site.mailFolder}`]
  // -D: the process started here is the inbox itself, which can be asked to stop; the tracer goes with it.
  const child = spawn('strace', ['-D', '-f', ...calls, SIGNPOST, ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let said = ''
  const address = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`the inbox does not listen:\n${said}`)), LIMIT_MS)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`strace ended with ${code}:\n${said}`)))
    child.stderr.setEncoding('utf8').on('data', (part) => {
      said += part
      const [, port] = said.match(/listens at 127\.0\.0\.1:(\d+)/) ?? []
      if (!port) return
      clearTimeout(limit)
      resolve(`http://127.0.0.1:${port}`)
    })
  })
  process.on('exit', () => child.kill('SIGKILL'))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    // The tracer writes its last line a moment later.
    for (const until = Date.now() + LIMIT_MS; !readFileSync(trace, 'latin1').includes('+++ exited with 0 +++'); ) {
      assert.ok(Date.now() < until, 'the trace ends')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return { address, stop }
}

/** The lines of a trace, with a call that was interrupted by another thread put where it ended. */
function callsIn(text) {
  const begun = new Map()
  const calls = []
  for (const line of text.split('\n')) {
    const [, thread, call] = line.match(/^(\d+)\s+(.*)$/) ?? []
    if (!call) continue
    if (call.endsWith('<unfinished ...>')) begun.set(thread, call.replace(/ ?<unfinished \.\.\.>$/, ''))
    else if (call.startsWith('<... ')) {
      calls.push((begun.get(thread) ?? '') + call.replace(/^<\.\.\. \w+ resumed>/, ''))
      begun.delete(thread)
    } else calls.push(call)
  }
  return calls
}

test(`Of ${N_POSTS} acknowledgements none leaves before the record is on disk`, async () => {
  const site = await startInboxAlone()
  await site.stop()
  const trace = join(scratchFolder(), 'trace')
  const inbox = await traced(site, trace)
  const rids = []
  for (let n = 0; n < N_POSTS; n += 1) {
    const draft = await newDraft(site)
    assertAnswered(await post({ ...site, address: inbox.address }, '/api/submissions', await bodyOf(draft)), 201)
    rids.push(draft.payload.rid)
  }
  await inbox.stop()

  const calls = callsIn(readFileSync(trace, 'latin1'))
  const isLog = (call) => call.includes('inbox.db-wal>')
  const tooEarly = rids.filter((rid) => {
    const acknowledged = calls.findIndex((call) => /^(write|writev|sendto|sendmsg)\(/.test(call) && call.includes('HTTP/1.1 201') && call.includes(rid))
    const written = calls.findIndex((call) => call.startsWith('pwrite64(') && isLog(call) && call.includes(rid))
    assert.ok(acknowledged > 0 && written > 0, `${rid} is in the trace`)
    // The last page of the commit that holds it, then a wait for the disk that ended well, then the reply.
    const synced = calls.findIndex((call, at) => at > written && /^f(data)?sync\(/.test(call) && isLog(call) && call.endsWith('= 0'))
    const isCommitted = calls.slice(written, synced).every((call) => !call.includes('HTTP/1.1 201'))
    return !(synced > written && synced < acknowledged && isCommitted)
  })
  assert.deepEqual(tooEarly, [])
})
