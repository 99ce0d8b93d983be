/** Names, other texts and addresses: each is as the rule says, or refused; nothing is repaired. */
import { after, test } from 'node:test'
import { assertAnswered, assertFields } from './http.mjs'
import { postWith as postTo, set } from './payload.mjs'
import { startSignpost } from './server.mjs'

const site = await startSignpost()
after(() => site.stop())

const postWith = (change) => postTo(site, change)

const TEXTS = ['/learner/name', '/learner/job_title', '/learner/agency/name', '/confirmer/name', '/confirmer/reason']
const LONGEST = { '/learner/agency/name': 120, '/confirmer/reason': 300 }

/** Only a peer gives a reason. */
const asPeer = (change) => (payload) => {
  payload.confirmer = { ...payload.confirmer, capacity: 'peer', reason: 'We work side by side' }
  payload.learner.agency.id = 'other'
  change(payload)
}

test('A text is counted in UTF-16 units', async () => {
  for (const pointer of TEXTS) {
    const most = LONGEST[pointer] ?? 100
    for (const text of ['x', 'é'.repeat(most), '🙂'.repeat(most / 2)]) assertAnswered(await postWith(asPeer(set(pointer, text))), 201)
    for (const text of ['', 'x'.repeat(most + 1), `${'🙂'.repeat(most / 2)}x`])
      assertFields(await postWith(asPeer(set(pointer, text))), pointer)
  }
})

const BAD_TEXTS = {
  'a space in front': ' Ann',
  'a space at the end': 'Ann ',
  'only a space': ' ',
  'letters that are not composed': 'Ze\u0308e',
  'a Hangul that is not composed': '\u1112\u1161\u11ab',
  'the Ångström sign': '\u212bsa',
  'a tab': 'A\tB',
  'a line feed': 'A\nB',
  NUL: 'A\0B',
  DEL: 'A\x7fB',
  'a C1 control': 'A\u0085B',
  'U+2028': 'A\u2028B',
  'U+2029': 'A\u2029B',
  'U+200E': 'A\u200eB',
  'U+200F': 'A\u200fB',
  'U+061C': 'A\u061cB',
  'U+202A': 'A\u202aB',
  'U+202E': 'A\u202eB',
  'U+2066': 'A\u2066B',
  'U+2069': 'A\u2069B',
}

for (const [what, text] of Object.entries(BAD_TEXTS)) {
  test(`A text with ${what} is refused, not repaired`, async () => {
    for (const pointer of TEXTS) assertFields(await postWith(asPeer(set(pointer, text))), pointer)
  })
}

test('Names of the world are accepted, and what looks like mark-up or a formula is only text', async () => {
  const names = [
    'Zoë',
    'Nguyễn Văn A',
    'O’Neill',
    'محمد',
    'नेहा\u200dक',
    'می\u200cخواهم',
    '李小龍',
    '<script>alert(1)</script>',
    '=1+1',
    '"; DROP TABLE',
    'x',
  ]
  for (const name of names) assertAnswered(await postWith(set('/learner/name', name.normalize('NFC'))), 201)
})

const label = (length) => 'a'.repeat(length)
const local = (length) => label(length - 1) + '1'
const ADDRESSES = [
  'a@b.example',
  'A.B@school.example',
  "o'neil+x@school.example",
  "!#$%&'*+/=?^_{|}~-@school.example",
  `${local(64)}@school.example`,
  `a@${label(63)}.example`,
  'a@1.2',
  'a@xn--bcher-kva.example',
  'a@a-b.example',
  `${local(64)}@${label(63)}.${label(63)}.${label(61)}`,
]
const NO_ADDRESSES = [
  '',
  'a',
  '@school.example',
  'a@',
  'a@school',
  'a@@school.example',
  'a b@school.example',
  'a@school.example ',
  ' a@school.example',
  '.a@school.example',
  'a.@school.example',
  'a..b@school.example',
  'a@School.example',
  'a@.example',
  'a@school..example',
  'a@school.example.',
  'a@-school.example',
  'a@school-.example',
  'a@sch_ool.example',
  'a@[127.0.0.1]',
  '"a"@school.example',
  'a`b@school.example',
  'a,b@school.example',
  'a(b)@school.example',
  'ä@school.example',
  'a@schööl.example',
  'Ann <a@school.example>',
  'a@school.example,b@school.example',
  'a@school.example\nBcc: b@school.example',
  'a\0@school.example',
  `${local(65)}@school.example`,
  `a@${label(64)}.example`,
  `${local(64)}@${label(63)}.${label(63)}.${label(62)}`,
]

test('Each address that the rule allows is accepted', async () => {
  for (const address of ADDRESSES) {
    assertAnswered(await postWith(set('/learner/email', address)), 201)
    assertAnswered(await postWith(set('/confirmer/email', address)), 201)
  }
})

test('Each address that the rule does not allow is refused', async () => {
  for (const address of NO_ADDRESSES) {
    assertFields(await postWith(set('/learner/email', address)), '/learner/email')
    assertFields(await postWith(set('/confirmer/email', address)), '/confirmer/email')
  }
})

test('The confirmer is another person than the learner, capitals and plus addresses apart', async () => {
  const pairs = [
    ['ann@school.example', 'ann@school.example'],
    ['Ann@school.example', 'aNN@school.example'],
    ['ann+a@school.example', 'ann@school.example'],
    ['ann@school.example', 'ann+b+c@school.example'],
  ]
  for (const [learner, confirmer] of pairs) {
    const change = (payload) => {
      payload.learner.email = learner
      payload.confirmer.email = confirmer
    }
    assertFields(await postWith(change), '/confirmer/email')
  }
  assertAnswered(
    await postWith((payload) => {
      payload.learner.email = 'ann@school.example'
      payload.confirmer.email = 'ann@health.example'
    }),
    201,
  )
})
