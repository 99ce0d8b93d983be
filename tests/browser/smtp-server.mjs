/**
 * A mail server for tests: it takes every mail and hands it over decoded. No packages.
 *
 * In: what a mail program says on a loopback port. Out: messages, in the order of their arrival. It knows no TLS, no sign-in and
 * no limits, and it forwards nothing. What it reads it reads byte for byte (latin1) until a part's own charset is known.
 */
import { createServer } from 'node:net'

const CRLF = '\r\n'
const END_OF_DATA = '\r\n.\r\n'

/**
 * @typedef {object} Attachment
 * @property {string} name
 * @property {string} contentType without its parameters, in small letters
 * @property {Buffer} bytes
 *
 * @typedef {object} Message
 * @property {string} from the address that the envelope names
 * @property {string[]} to the addresses that the envelope names
 * @property {string} raw as it was written: the dots that SMTP adds are taken away; one character a byte
 * @property {Record<string, string>} headers by their names in small letters; unfolded, encoded words decoded, the last of a name
 * @property {string} subject
 * @property {string} text the first text/plain part that is no attachment; lines end with \n
 * @property {Attachment[]} attachments
 *
 * @typedef {object} SmtpServer
 * @property {number} port
 * @property {Message[]} messages
 * @property {(predicate: (message: Message) => boolean, limitMs?: number) => Promise<Message>} waitFor the first message,
 *   come or still to come, for which the predicate holds; rejected when none came within the limit
 * @property {(code: number | null) => void} refuse answers every recipient with this code from now on; null takes them again
 * @property {() => Promise<void>} close
 */

/**
 * @param {{port?: number}} [options] 0 takes a free port
 * @returns {Promise<SmtpServer>}
 */
export async function startSmtpServer({ port = 0 } = {}) {
  const messages = []
  const waiting = new Set()
  const clients = new Set()
  let refusal = null

  const take = (message) => {
    messages.push(message)
    for (const look of [...waiting]) look(message)
  }
  const server = createServer((socket) => {
    clients.add(socket)
    socket.on('close', () => clients.delete(socket))
    socket.on('error', () => {}) // A client that goes away in the middle is no failure of the server.
    converse(socket, take, () => refusal)
  })
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))

  return {
    port: server.address().port,
    messages,
    // Async, so that a predicate that throws at once is a rejection too.
    async waitFor(predicate, limitMs = 30_000) {
      const here = messages.find(predicate)
      if (here) return here
      return new Promise((resolve, reject) => {
        const settle = (how, value) => {
          waiting.delete(look)
          clearTimeout(timer)
          how(value)
        }
        const look = (message) => {
          try {
            if (predicate(message)) settle(resolve, message)
          } catch (error) {
            settle(reject, error)
          }
        }
        const cameInstead = () => messages.map(({ to, subject }) => `${to}: ${subject}`).join('\n') || 'none'
        const late = () => settle(reject, new Error(`no such mail within ${limitMs} ms; mails that came:\n${cameInstead()}`))
        const timer = setTimeout(late, limitMs)
        waiting.add(look)
      })
    },
    refuse(code) {
      refusal = code
    },
    close() {
      for (const client of clients) client.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** One connection. Commands may come one by one, in pieces or all at once (RFC 2920): each is answered in its turn. */
function converse(socket, take, refusalNow) {
  let unread = ''
  let isData = false
  let envelope = null
  const say = (answer) => socket.write(answer + CRLF)

  const obey = (line) => {
    const [, verb = '', argument = ''] = /^(\S*)\s*(.*)$/.exec(line) ?? []
    const path = /<([^>]*)>/.exec(argument)?.[1]
    switch (verb.toUpperCase()) {
      case 'EHLO':
        envelope = null
        return say(['250-test', '250-8BITMIME', '250 PIPELINING'].join(CRLF))
      case 'HELO':
        envelope = null
        return say('250 test')
      case 'MAIL':
        if (envelope) return say('503 5.5.1 one mail at a time')
        if (path === undefined || !/^from:/i.test(argument)) return say('501 5.5.4 MAIL FROM:<address>')
        envelope = { from: path, to: [] }
        return say('250 2.1.0 ok')
      case 'RCPT':
        if (!envelope) return say('503 5.5.1 MAIL first')
        if (!path || !/^to:/i.test(argument)) return say('501 5.5.4 RCPT TO:<address>')
        if (refusalNow() !== null) return say(`${refusalNow()} not <${path}>`)
        envelope.to.push(path)
        return say('250 2.1.5 ok')
      case 'DATA':
        if (!envelope?.to.length) return say('503 5.5.1 RCPT first')
        isData = true
        return say('354 go on, end with a dot')
      case 'RSET':
        envelope = null
        return say('250 2.0.0 ok')
      case 'NOOP':
        return say('250 2.0.0 ok')
      case 'QUIT':
        say('221 2.0.0 bye')
        return socket.end()
      default:
        return say('502 5.5.1 unknown command')
    }
  }

  socket.setEncoding('latin1')
  socket.on('data', (piece) => {
    unread += piece
    while (!socket.writableEnded) {
      // An empty mail is a dot alone: its line end is that of DATA.
      const end = isData && unread.startsWith('.\r\n') ? -CRLF.length : unread.indexOf(isData ? END_OF_DATA : CRLF)
      if (isData) {
        if (end === -1) return
        const data = unread.slice(0, end + CRLF.length)
        unread = unread.slice(end + END_OF_DATA.length)
        take({ ...envelope, ...read(data.replace(/^\./gm, '')) })
        envelope = null
        isData = false
        say('250 2.0.0 taken')
      } else {
        if (end === -1) return
        const line = unread.slice(0, end)
        unread = unread.slice(end + CRLF.length)
        obey(line)
      }
    }
  })
  say('220 test')
}

/** A mail's bytes (one character a byte) as what a reader sees. */
export function read(raw) {
  const parts = leavesOf(raw)
  const isText = (part) => part.contentType === 'text/plain' && part.disposition !== 'attachment'
  const headers = Object.fromEntries([...splitPart(raw).headers].map(([name, value]) => [name, decodeWords(value)]))
  const text = parts.find(isText)
  return {
    raw,
    headers,
    subject: headers.subject ?? '',
    text: text ? new TextDecoder(text.charset).decode(text.bytes).replaceAll(CRLF, '\n') : '',
    attachments: parts
      .filter((part) => part.disposition === 'attachment' || !part.contentType.startsWith('text/'))
      .map(({ name, contentType, bytes }) => ({ name, contentType, bytes })),
  }
}

/** All parts of a mail that are no multipart themselves, in their order. */
function leavesOf(raw) {
  const { headers, body } = splitPart(raw)
  const type = withParameters(headers.get('content-type') ?? 'text/plain')
  if (type.value.startsWith('multipart/')) return splitMultipart(body, type.parameters.get('boundary')).flatMap(leavesOf)
  const disposition = withParameters(headers.get('content-disposition') ?? '')
  const name = disposition.parameters.get('filename') ?? type.parameters.get('name') ?? ''
  return [
    {
      contentType: type.value,
      charset: type.parameters.get('charset') ?? 'utf-8',
      disposition: disposition.value,
      name: decodeWords(name),
      bytes: decodeTransfer(body, (headers.get('content-transfer-encoding') ?? '7bit').trim().toLowerCase()),
    },
  ]
}

function splitPart(raw) {
  // A part without headers begins with the empty line.
  const end = raw.startsWith(CRLF) ? 0 : raw.indexOf(CRLF + CRLF)
  const head = end === -1 ? raw : raw.slice(0, end)
  const body = end === -1 ? '' : raw.slice(end + (end === 0 ? 2 : 4))
  const headers = new Map()
  for (const line of head.replace(/\r\n(?=[ \t])/g, '').split(CRLF)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body }
}

function splitMultipart(body, boundary) {
  // The line end before a boundary belongs to the boundary.
  const pieces = (CRLF + body).split(`${CRLF}--${boundary}`)
  const last = pieces.findIndex((piece, at) => at > 0 && piece.startsWith('--'))
  if (last === -1) throw new Error(`the part ${boundary} of a mail has no end`)
  return pieces.slice(1, last).map((piece) => piece.slice(piece.indexOf(CRLF) + CRLF.length))
}

/** `text/plain; charset=utf-8` and the like. Long names in pieces (`filename*0*=`) are put together (RFC 2231). */
function withParameters(header) {
  const [value, ...rest] = header.match(/(?:"(?:\\.|[^"\\])*"|[^;"])+/g) ?? ['']
  const parameters = new Map()
  for (const parameter of rest) {
    const [, name, inQuotes, bare] = /^\s*([^=\s]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|(\S*))/.exec(parameter) ?? []
    if (!name) continue
    const [, base, isEncoded] = /^([^*]+)(?:\*\d+)?(\*)?$/.exec(name.toLowerCase()) ?? [null, name.toLowerCase()]
    const written = inQuotes?.replace(/\\(.)/g, '$1') ?? bare
    const read = isEncoded ? decodeURIComponent(written.replace(/^utf-8'[^']*'/i, '')) : written
    parameters.set(base, (parameters.get(base) ?? '') + read)
  }
  return { value: value.trim().toLowerCase(), parameters }
}

function decodeTransfer(body, encoding) {
  if (encoding === 'base64') return Buffer.from(body, 'base64')
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1')
  const joined = body.replace(/[ \t]+(?=\r\n|$)/g, '').replace(/=\r\n/g, '')
  return Buffer.from(joined.replace(/=([0-9A-F]{2})/gi, (_, digits) => String.fromCharCode(parseInt(digits, 16))), 'latin1')
}

/** `=?utf-8?b?…?=` and `=?utf-8?q?…?=` (RFC 2047). Space between two such words belongs to neither. */
function decodeWords(header) {
  const joined = header.replace(/(=\?[^?\s]+\?[bq]\?[^?\s]*\?=)\s+(?==\?[^?\s]+\?[bq]\?)/gi, '$1')
  return joined.replace(/=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bq])\?([^?\s]*)\?=/gi, (_, charset, encoding, word) => {
    const isBase64 = encoding.toLowerCase() === 'b'
    const bytes = isBase64 ? Buffer.from(word, 'base64') : decodeTransfer(word.replaceAll('_', ' '), 'quoted-printable')
    return new TextDecoder(charset).decode(bytes)
  })
}
