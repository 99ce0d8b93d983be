/**
 * JSON that says each thing once. `JSON.parse` takes the last of two members with one name, another program may take the
 * first, and a signature over both would mean two things.
 *
 * @param {string} text
 * @returns {unknown}
 * @throws {SyntaxError} where it is no JSON, repeats a member at any depth, or holds half a surrogate pair
 */
export function parseStrict(text) {
  const value = JSON.parse(text)
  // The text is known to be JSON from here on, so that its strings and brackets are found by this pattern alone.
  const open = []
  let last = null
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      if (open.at(-1).has(last)) throw new SyntaxError(`“${last}” is there twice`)
      open.at(-1).add(last)
    } else {
      last = JSON.parse(token)
      if (/\p{Surrogate}/u.test(last)) throw new SyntaxError('a text holds half a surrogate pair')
    }
  }
  return value
}
