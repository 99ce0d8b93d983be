import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { read, startSmtpServer } from './smtp-server.mjs'

const LIMIT_MS = 30_000
let server
before(async () => (server = await startSmtpServer()))
after(() => server.close())

/** Says everything in one piece, and hears until the server hangs up. */
function say(...lines) {
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(server.port, '127.0.0.1', () => socket.write(lines.map((line) => line + '\r\n').join('')))
    socket.setEncoding('latin1').on('data', (piece) => (heard += piece)).on('end', () => resolve(heard)).on('error', reject)
  })
}
const codes = (heard) => heard.trim().split('\r\n').map((line) => line.slice(0, 4).trim())

test('a mail in one piece with its commands is taken, its dots as they were written', async () => {
  const heard = await say('EHLO me', 'MAIL FROM:<a@x.example> BODY=8BITMIME', 'rcpt to:<b@y.example>', 'RCPT TO:<c@y.example>', 'DATA', 'Subject: dots', '', '..', '...two', 'end', '.', 'QUIT')
  assert.deepEqual(codes(heard), ['220', '250-', '250-', '250', '250', '250', '250', '354', '250', '221'])
  const mail = await server.waitFor(({ subject }) => subject === 'dots', LIMIT_MS)
  assert.deepEqual([mail.from, mail.to], ['a@x.example', ['b@y.example', 'c@y.example']])
  assert.equal(mail.raw, 'Subject: dots\r\n\r\n.\r\n..two\r\nend\r\n')
  assert.equal(mail.text, '.\n..two\nend\n')
})

test('an empty mail is a mail, and two mails may share a connection', async () => {
  const n = server.messages.length
  await say('HELO me', 'MAIL FROM:<>', 'RCPT TO:<b@y.example>', 'DATA', '.', 'MAIL FROM:<z@x.example>', 'RCPT TO:<b@y.example>', 'DATA', '', 'x', '.', 'QUIT')
  assert.deepEqual(server.messages.slice(n).map(({ from, raw }) => [from, raw]), [['', ''], ['z@x.example', '\r\nx\r\n']])
})

test('commands out of their order are refused, and RSET begins anew', async () => {
  const heard = await say('NOOP', 'RCPT TO:<b@y.example>', 'DATA', 'MAIL FROM:<a@x.example>', 'MAIL FROM:<a@x.example>', 'RSET', 'DATA', 'MAIL a@x.example', 'VRFY b', 'QUIT')
  assert.deepEqual(codes(heard), ['220', '250', '503', '503', '250', '503', '250', '503', '501', '502', '221'])
})

test('recipients are refused until they are not', async () => {
  const n = server.messages.length
  const mail = ['EHLO me', 'MAIL FROM:<a@x.example>', 'RCPT TO:<b@y.example>', 'DATA', 'QUIT']
  server.refuse(451)
  assert.deepEqual(codes(await say(...mail)).slice(4), ['250', '451', '503', '221'])
  server.refuse(null)
  assert.equal(server.messages.length, n)
  await say(...mail.slice(0, 4), 'Subject: again', '', '.', 'QUIT')
  assert.equal(server.messages.length, n + 1)
})

test('who waits in vain is told what came instead', async () => {
  await assert.rejects(server.waitFor(() => false, 1), /no such mail within 1 ms; mails that came:/)
  await assert.rejects(server.waitFor(() => assert.fail('a fault of the test'), LIMIT_MS), /a fault of the test/)
})

test('parts, encodings and names are undone', () => {
  const mail = read(
    [
      'Subject: =?utf-8?b?Wm/D?= =?utf-8?b?qw==?=', // A character cut in two words is not valid, and is not repaired.
      'To: =?utf-8?q?Zo=C3=AB_O=27Neil?=',
      ' =?utf-8?q?_B?= <b@y.example>',
      'Content-Type: multipart/mixed;',
      ' boundary="=_a; b"',
      '',
      'preamble',
      '--=_a; b',
      'Content-Type: text/plain; charset="utf-8"',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Zo=C3=AB: #t=3Dab=',
      'cd ',
      'end',
      '--=_a; b',
      'Content-Type: application/pdf',
      "Content-Disposition: attachment; filename*0*=utf-8''caf%C3%A9;",
      ' filename*1=".pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      'AP8N',
      'Cg==',
      '--=_a; b--',
      'epilogue',
    ].join('\r\n'),
  )
  assert.equal(mail.headers.to, "Zoë O'Neil B <b@y.example>")
  assert.equal(mail.text, 'Zoë: #t=abcd\nend')
  assert.deepEqual(mail.attachments, [{ name: 'café.pdf', contentType: 'application/pdf', bytes: Buffer.from([0, 255, 13, 10]) }])
})
