/** A mailbox as its owner sees it: `.eml` files decoded, waited for, and searched for links. */
import { mkdirSync, readFileSync, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'

/** The longest wait for a letter. */
const LIMIT_MS = 30_000

/**
 * @typedef {{headers: Record<string, string>, texts: {type: string, text: string}[], files: {type: string, bytes: Buffer}[]}} Mail
 * the parts that are text, and those that are not
 */

const decodeQuoted = (body) =>
  Buffer.from(
    body
      .replace(/[ \t]+$/gm, '')
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  )

function decodeBody(body, encoding) {
  if (encoding === 'quoted-printable') return decodeQuoted(body)
  if (encoding === 'base64') return Buffer.from(body, 'base64')
  return Buffer.from(body, 'latin1')
}

/** Words of RFC 2047; the space between two of them is not there. */
const decodeWords = (text) =>
  text
    .replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, '$1')
    .replace(/=\?[^?]+\?([bq])\?([^?]*)\?=/gi, (_, kind, words) =>
      (/b/i.test(kind) ? Buffer.from(words, 'base64') : decodeQuoted(words.replaceAll('_', ' '))).toString('utf8'),
    )

/**
 * @param {string} raw latin-1
 * @returns {Mail}
 */
export function parseMail(raw) {
  const at = raw.search(/\r?\n\r?\n/)
  const top = (at < 0 ? raw : raw.slice(0, at)).replace(/\r?\n[ \t]+/g, ' ')
  const body = at < 0 ? '' : raw.slice(at).replace(/^\r?\n\r?\n/, '')
  const headers = Object.fromEntries(
    top.split(/\r?\n/).map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())]
    }),
  )
  const type = headers['content-type'] ?? 'text/plain'
  const boundary = type.match(/boundary="?([^";]+)"?/i)?.[1]
  if (/^multipart\//i.test(type) && boundary) {
    const parts = `\r\n${body}`
      .split(`\n--${boundary}`)
      .slice(1)
      .filter((part) => !part.startsWith('--'))
    const read = parts.map((part) => parseMail(part.replace(/^[ \t]*\r?\n/, '')))
    return { headers, texts: read.flatMap(({ texts }) => texts), files: read.flatMap(({ files }) => files) }
  }
  const bytes = decodeBody(body, headers['content-transfer-encoding']?.toLowerCase())
  if (!/^text\//i.test(type)) return { headers, texts: [], files: [{ type, bytes }] }
  return { headers, texts: [{ type, text: bytes.toString('utf8') }], files: [] }
}

/** Who each letter is to, by its file, so that a full mailbox is not read again for every letter that comes. */
const recipients = new Map()

/** The letter in a file if it is to this address, and has been written as far as its body. */
function mailTo(path, address) {
  if (recipients.has(path) && !recipients.get(path).includes(address)) return []
  const raw = readFileSync(path, 'latin1')
  if (!/\r?\n\r?\n/.test(raw)) return []
  const mail = parseMail(raw)
  recipients.set(path, mail.headers.to?.split(/[\s<>,;"]+/) ?? [])
  return recipients.get(path).includes(address) ? [mail] : []
}

/**
 * All letters to one address.
 *
 * @param {string} folder
 * @param {string} address
 */
export const mailsTo = (folder, address) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.eml'))
    .sort()
    .flatMap((file) => mailTo(join(folder, file), address))

/**
 * Waits for letters until there is what was looked for.
 *
 * @template T
 * @param {string} folder
 * @param {string} address
 * @param {(mails: Mail[]) => T|undefined} look
 * @returns {Promise<T>}
 */
export function waitForMail(folder, address, look) {
  mkdirSync(folder, { recursive: true })
  return new Promise((resolve, reject) => {
    const end = (settle, value) => {
      clearTimeout(limit)
      watcher.close()
      settle(value)
    }
    const search = () => {
      const found = look(mailsTo(folder, address))
      if (found !== undefined) end(resolve, found)
    }
    const watcher = watch(folder, search)
    const limit = setTimeout(() => {
      const subjects = mailsTo(folder, address).map(({ headers }) => headers.subject)
      end(reject, new Error(`the letter to ${address} did not come; there are: ${subjects.join(' | ') || 'none'}`))
    }, LIMIT_MS)
    search()
  })
}

/** All links with such a fragment, in the order of the letters and each once. */
const fragmentsIn = (mails, pattern) => [
  ...new Map(
    mails.flatMap(({ texts }) => texts.flatMap(({ text }) => [...text.matchAll(pattern)])).map((match) => [match[0], match]),
  ).values(),
]

/**
 * What a confirmer finds in the mailbox: T, and K when answers were sealed.
 *
 * @param {{mailFolder: string}} site
 * @param {string} address
 * @param {number} [nth] 0 is the first token that was sent there
 * @returns {Promise<{T: string, K: string|undefined, link: string}>}
 */
export function tokenFor({ mailFolder }, address, nth = 0) {
  return waitForMail(mailFolder, address, (mails) => {
    const match = fragmentsIn(mails, /https?:\/\/\S+?#t=([\w-]{43})(?:\.([\w-]{43}))?(?![\w-])/g)[nth]
    return match && { T: match[1], K: match[2], link: match[0] }
  })
}

/**
 * W, from the learner's own letters.
 *
 * @param {{mailFolder: string}} site
 * @param {string} address
 * @returns {Promise<{W: string, link: string}>}
 */
export function learnerToken({ mailFolder }, address) {
  return waitForMail(mailFolder, address, (mails) => {
    const match = fragmentsIn(mails, /https?:\/\/\S+?#w=([\w-]{43})(?![\w-])/g)[0]
    return match && { W: match[1], link: match[0] }
  })
}
