/**
 * A definition's prompt in its parts: the question, and the case or list that is shown with it.
 * @param {string} prompt
 * @returns {string[]}
 */
export function paragraphsOf(prompt) {
  return prompt.split('\n\n')
}
