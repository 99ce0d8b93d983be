/** What a package says to a learning system: found, spoken to and told in the formats of either standard. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findApi } from '../../themes/signpost/components/scorm/find-api.mjs'
import { interactionFields, timeSpan } from '../../themes/signpost/components/scorm/formats.mjs'
import { Progress } from '../../themes/signpost/components/scorm/progress.mjs'
import { RunTime } from '../../themes/signpost/components/scorm/run-time.mjs'

/** A window in frames, the outermost first; the innermost is given back. */
function framed(...frames) {
  const windows = frames.map((members) => ({ opener: null, ...members }))
  windows.forEach((frame, at) => {
    frame.parent = windows[at - 1] ?? frame
    frame.top = windows[0]
  })
  return windows.at(-1)
}

/** A learning system that keeps what it is told. */
function system(version, members = {}) {
  const values = new Map(Object.entries(members))
  const said = []
  const answer = (words) => {
    said.push(words)
    return 'true'
  }
  const calls = {
    Initialize: () => answer('Initialize'),
    GetValue: (name) => values.get(name) ?? '',
    SetValue: (name, value) => values.set(name, value) && 'true',
    Commit: () => answer('Commit'),
    Terminate: () => answer('Terminate'),
  }
  const named = version === '2004' ? calls : {
    LMSInitialize: calls.Initialize, LMSGetValue: calls.GetValue, LMSSetValue: calls.SetValue,
    LMSCommit: calls.Commit, LMSFinish: calls.Terminate,
  }
  return { api: named, values, said }
}

test('the system is found in the frames around the page, then around the one that opened it', () => {
  const api = {}
  assert.equal(findApi(framed({ API: api }, {}, {}), 'API'), api)
  assert.equal(findApi(framed({}, { API_1484_11: api }, {}), 'API_1484_11'), api)
  assert.equal(findApi(framed({}, { opener: framed({ API: api }, {}) }), 'API'), api)
  assert.equal(findApi(framed({ opener: framed({ API: api }, {}) }, {}, {}), 'API'), api)
  assert.equal(findApi(framed({ API: api }, {}), 'API_1484_11'), null)
})

test('frames of other sites are passed by, and frames without end are given up', () => {
  const api = {}
  const here = framed({ API: api }, {}, {})
  Object.defineProperty(here.parent, 'API', { get: () => { throw new DOMException('Blocked a frame', 'SecurityError') } })
  assert.equal(findApi(here, 'API'), api)
  const endless = () => ({ opener: null, get parent() { return endless() } })
  assert.equal(findApi({ ...endless(), top: endless() }, 'API'), null)
})

test('lengths of time', () => {
  for (const [ms, in12, in2004] of [
    [0, '0000:00:00', 'PT0H0M0S'],
    [65_400, '0000:01:05', 'PT0H1M5S'],
    [3_600_000 * 101 + 61_000, '0101:01:01', 'PT101H1M1S'],
    [-5, '0000:00:00', 'PT0H0M0S'],
  ]) {
    assert.equal(timeSpan('1.2', ms), in12)
    assert.equal(timeSpan('2004', ms), in2004)
  }
})

const CHOICES = ['c1', 'c2', 'c3']
const TRIED = [
  {
    kind: 'single', question: { type: 'single', key: 'c2', choices: CHOICES }, answer: 'c1', verdict: 'not-quite',
    '1.2': { type: 'choice', patterns: ['b'], response: 'a', result: 'wrong' },
    2004: { type: 'choice', patterns: ['c2'], response: 'c1', result: 'incorrect' },
  },
  {
    kind: 'multi', question: { type: 'multi', key: ['c1', 'c3'], choices: CHOICES }, answer: ['c1', 'c3'], verdict: 'right',
    '1.2': { type: 'choice', patterns: ['a,c'], response: 'a,c', result: 'correct' },
    2004: { type: 'choice', patterns: ['c1[,]c3'], response: 'c1[,]c3', result: 'correct' },
  },
  {
    kind: 'true_false', question: { type: 'true_false', key: 'false' }, answer: 'true', verdict: 'not-quite',
    '1.2': { type: 'true-false', patterns: ['f'], response: 't', result: 'wrong' },
    2004: { type: 'true-false', patterns: ['false'], response: 'true', result: 'incorrect' },
  },
  {
    kind: 'short', question: { type: 'short', key: ['lead professional', 'lead'] }, answer: 'The lead', verdict: 'right',
    '1.2': { type: 'fill-in', patterns: ['lead professional', 'lead'], response: 'The lead', result: 'correct' },
    2004: { type: 'fill-in', patterns: ['lead professional', 'lead'], response: 'The lead', result: 'correct' },
  },
  {
    kind: 'number', question: { type: 'number', key: [20, 0.5] }, answer: '20 working days', verdict: 'right',
    '1.2': { type: 'numeric', patterns: ['20'], response: '20', result: 'correct' },
    2004: { type: 'numeric', patterns: ['19.5[:]20.5'], response: '20', result: 'correct' },
  },
  {
    kind: 'a number that arithmetic would spoil', question: { type: 'number', key: [0.3, 0.1] }, answer: '0.30', verdict: 'right',
    '1.2': { type: 'numeric', patterns: ['0.3'], response: '0.3', result: 'correct' },
    2004: { type: 'numeric', patterns: ['0.2[:]0.4'], response: '0.3', result: 'correct' },
  },
  {
    kind: 'order', question: { type: 'order', key: ['i1', 'i2', 'i3'], choices: ['i1', 'i2', 'i3'] }, answer: ['i2', 'i1', 'i3'], verdict: 'not-quite',
    '1.2': { type: 'sequencing', patterns: ['a,b,c'], response: 'b,a,c', result: 'wrong' },
    2004: { type: 'sequencing', patterns: ['i1[,]i2[,]i3'], response: 'i2[,]i1[,]i3', result: 'incorrect' },
  },
  {
    kind: 'match, with one left open', question: { type: 'match', key: ['r2', 'r1'], choices: ['r1', 'r2'], left: ['l1', 'l2'] }, answer: ['r2', ''], verdict: 'not-quite',
    '1.2': { type: 'matching', patterns: ['a.b,b.a'], response: 'a.b', result: 'wrong' },
    2004: { type: 'matching', patterns: ['l1[.]r2[,]l2[.]r1'], response: 'l1[.]r2', result: 'incorrect' },
  },
  {
    kind: 'open: the words are not handed over', question: { type: 'open' }, answer: 'What I think of a family.', verdict: 'unmarked',
    '1.2': { type: 'fill-in', patterns: [], response: undefined, result: 'neutral' },
    2004: { type: 'long-fill-in', patterns: [], response: undefined, result: 'neutral' },
  },
]

for (const version of ['1.2', '2004']) {
  for (const { kind, question, answer, verdict, [version]: expected } of TRIED) {
    test(`SCORM ${version}, ${kind}`, () => {
      const tried = { id: 'q_1', question: { prompt: 'Why?', ...question }, answer, verdict, at: new Date(2026, 10, 25, 9, 5, 7), took: 61_000 }
      const fields = interactionFields(version, tried)
      assert.deepEqual(fields.slice(0, 2), [['id', 'q_1'], ['type', expected.type]])
      const values = Object.fromEntries(fields)
      assert.deepEqual(Object.keys(values).filter((name) => name.startsWith('correct')).map((name) => values[name]), expected.patterns)
      assert.equal(values[version === '2004' ? 'learner_response' : 'student_response'], expected.response)
      assert.equal(values.result, expected.result)
      assert.equal(values.latency, timeSpan(version, 61_000))
      if (version === '2004') {
        assert.equal(values.timestamp, tried.at.toISOString().replace('000Z', '00Z'))
        assert.equal(values.description, 'Why?')
      } else assert.equal(values.time, '09:05:07')
    })
  }
}

test('progress is taken up where it was left', () => {
  const progress = new Progress()
  progress.read.add('page')
  progress.answers.set('one', { isRight: false, answer: 'c1' })
  progress.answers.set('two', { isRight: true, answer: ['i1', 'i2'] })
  progress.answers.set('own', { isRight: false })
  const again = new Progress(progress.pack(4096))
  assert.equal(again.seed, progress.seed)
  assert.deepEqual([...again.read], ['page'])
  assert.deepEqual(Object.fromEntries(again.answers), {
    one: { isRight: false, answer: 'c1' }, two: { isRight: true, answer: ['i1', 'i2'] }, own: { isRight: false, answer: undefined },
  })
  assert.ok(again.isDone({ key: 'page', isQuestion: false }) && again.isDone({ key: 'own', isQuestion: true }))
  assert.ok(!again.isDone({ key: 'page', isQuestion: true }))
})

test('a long answer goes before anything else is lost', () => {
  const progress = new Progress()
  for (let n = 0; n < 120; n++) {
    progress.read.add(`page${n}`)
    progress.answers.set(`key-${n}`, { isRight: n % 2 === 0, answer: n < 20 ? 'x'.repeat(200) : 'c1' })
  }
  const packed = progress.pack(4096)
  assert.ok(packed.length <= 4096, `${packed.length} characters`)
  const again = new Progress(packed)
  assert.equal(again.answers.size, 120)
  assert.deepEqual(again.read, progress.read)
  assert.deepEqual([...again.answers.values()].map(({ isRight }) => isRight), [...progress.answers.values()].map(({ isRight }) => isRight))
  assert.equal(again.answers.get('key-119').answer, 'c1')
})

test('data that is not ours is a fresh start', () => {
  for (const packed of ['', 'bookmark=3', '{"v":2,"read":["a"]}', '[1]', 'null', '{"v":1,"rea']) assert.equal(new Progress(packed).read.size, 0)
})

const NAMES = {
  1.2: { api: 'API', status: 'cmi.core.lesson_status', mode: 'cmi.core.lesson_mode', location: 'cmi.core.lesson_location', time: 'cmi.core.session_time', exit: 'cmi.core.exit' },
  2004: { api: 'API_1484_11', status: 'cmi.completion_status', mode: 'cmi.mode', location: 'cmi.location', time: 'cmi.session_time', exit: 'cmi.exit' },
}
const STAND = { location: 'a', suspendData: '{}', isCompleted: false }

for (const [version, names] of Object.entries(NAMES)) {
  const started = (members) => {
    const lms = system(version, members)
    let now = 0
    const runTime = new RunTime(framed({ [names.api]: lms.api }, {}), version, () => now)
    return { ...lms, runTime, why: runTime.start(), wait: (ms) => (now += ms) }
  }

  test(`SCORM ${version}: a session from beginning to end`, () => {
    const { runTime, values, said, why, wait } = started({ [names.mode]: 'normal' })
    assert.equal(why, '')
    wait(65_000)
    assert.ok(runTime.keep(STAND))
    assert.equal(values.get(names.status), 'incomplete')
    assert.equal(values.get(names.location), 'a')
    assert.equal(values.get('cmi.suspend_data'), '{}')
    assert.equal(values.get(names.time), timeSpan(version, 65_000))
    assert.equal(values.get(names.exit), 'suspend')
    assert.ok(runTime.keep({ ...STAND, isCompleted: true }))
    assert.equal(values.get(names.status), 'completed')
    wait(1_000)
    runTime.end()
    runTime.end()
    assert.equal(values.get(names.time), timeSpan(version, 66_000))
    assert.deepEqual(said, ['Initialize', 'Commit', 'Commit', 'Commit', 'Terminate'])
    assert.equal(runTime.keep(STAND), false, 'nothing is kept after the end')
  })

  test(`SCORM ${version}: completed stays completed`, () => {
    const { runTime, values } = started({ [names.status]: 'completed' })
    assert.ok(runTime.keep(STAND))
    assert.equal(values.get(names.status), 'completed')
  })

  test(`SCORM ${version}: nothing is recorded of a preview`, () => {
    const { runTime, values, why, said } = started({ [names.mode]: 'browse' })
    assert.equal(why, 'preview')
    assert.equal(runTime.keep(STAND), false)
    runTime.record({ id: 'x' })
    runTime.end()
    assert.deepEqual([...values.keys()], [names.mode])
    assert.deepEqual(said, ['Initialize', 'Terminate'])
  })

  test(`SCORM ${version}: tries at questions go behind those of earlier sessions`, () => {
    const { runTime, values } = started({ 'cmi.interactions._count': '2' })
    const tried = { id: 'q', question: { type: 'true_false', key: 'true', prompt: 'Is it?' }, answer: 'true', verdict: 'right', at: new Date(0), took: 0 }
    runTime.record(tried)
    runTime.record(tried)
    assert.equal(values.get('cmi.interactions.2.result'), 'correct')
    assert.equal(values.get('cmi.interactions.3.id'), 'q')
  })

  test(`SCORM ${version}: a system that takes nothing, or breaks down, is told of`, () => {
    const { runTime, values } = started({})
    const set = Object.keys(runTime.api).find((name) => name.endsWith('SetValue'))
    runTime.api[set] = () => 'false'
    assert.equal(runTime.keep(STAND), false)
    runTime.api[set] = () => { throw new Error('the system has gone') }
    assert.equal(runTime.keep(STAND), false)
    assert.equal(values.size, 0)
  })

  test(`SCORM ${version}: no system, or one that refuses`, () => {
    const alone = new RunTime(framed({}), version)
    assert.equal(alone.start(), 'no-system')
    assert.equal(alone.keep(STAND), false)
    alone.end()
    const refusing = system(version)
    for (const name of Object.keys(refusing.api)) refusing.api[name] = () => 'false'
    const refused = new RunTime(framed({ [names.api]: refusing.api }), version)
    assert.equal(refused.start(), 'refused')
    assert.equal(refused.keep(STAND), false)
  })
}
