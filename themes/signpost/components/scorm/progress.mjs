/**
 * What a learner has done: pages read, and the last answer to each question. A page or question is known by a short key that another
 * edition of the package gives it, too, so that nothing done is lost when the package is replaced.
 */
export class Progress {
  /** @param {string} [packed] what `pack` made; anything else is a fresh start */
  constructor(packed = '') {
    const { seed, read, answers } = unpacked(packed)
    /** Decides what is drawn from a pool, and in which order choices stand: the same each time for this learner. */
    this.seed = seed ?? Math.random().toString(36).slice(2, 8)
    this.read = new Set(read ?? [])
    /** @type {Map<string, {isRight: boolean, answer?: string | string[]}>} */
    this.answers = new Map(Object.entries(answers ?? {}).map(([key, [isRight, answer]]) => [key, { isRight: isRight === 1, answer }]))
  }

  /** @param {{key: string, isQuestion: boolean}} step */
  isDone({ key, isQuestion }) {
    return isQuestion ? this.answers.has(key) : this.read.has(key)
  }

  /**
   * As a text of at most so many characters. Where there is no room for all, the longest answers go: that they were given stays.
   * @param {number} limit
   */
  pack(limit) {
    const answers = Object.fromEntries([...this.answers].map(([key, { isRight, answer }]) => [key, answer === undefined ? [Number(isRight)] : [Number(isRight), answer]]))
    const lengthOf = (key) => JSON.stringify(answers[key]).length
    const longestFirst = Object.keys(answers).sort((one, other) => lengthOf(other) - lengthOf(one))
    const text = () => JSON.stringify({ v: 1, seed: this.seed, read: [...this.read], answers })
    for (const key of longestFirst) {
      if (text().length <= limit) break
      answers[key] = answers[key].slice(0, 1)
    }
    return text()
  }
}

/** Another package's data, or a part that was cut off, are as good as none. */
function unpacked(packed) {
  try {
    const kept = JSON.parse(packed)
    return kept?.v === 1 ? kept : {}
  } catch {
    return {}
  }
}
