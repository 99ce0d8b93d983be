/** Another order for each learner, and the same one each time that learner comes back. */

/** FNV-1a over the UTF-16 units of a text. */
function hashOf(text) {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  // The last letters of two texts alike would differ in few bits.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 12)) >>> 0
}

/**
 * @template T
 * @param {T[]} list
 * @param {string} seed
 * @param {(one: T) => string} nameOf
 * @returns {T[]}
 */
export function shuffled(list, seed, nameOf) {
  const place = (one) => hashOf(`${seed} ${nameOf(one)}`)
  return [...list].sort((one, other) => place(one) - place(other))
}

/**
 * Shows the choices of a form in an order of their own; answers keep the definition's.
 * @param {HTMLFormElement} form
 * @param {string} seed
 */
export function shuffleChoices(form, seed) {
  const choices = [...form.querySelectorAll('.choice')]
  choices.forEach((choice, place) => (choice.dataset.place ??= place))
  if (!('shuffled' in form.dataset)) return
  const inOrder = shuffled(choices, `${seed} ${form.dataset.question}`, (choice) => choice.querySelector('input').value)
  const end = choices.at(-1).nextSibling
  for (const choice of inOrder) choices[0].parentElement.insertBefore(choice, end)
}
