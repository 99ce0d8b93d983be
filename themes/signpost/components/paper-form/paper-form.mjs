/**
 * A form that keeps nothing: says so before a page with words in it is left, and offers to print and to empty it.
 * @param {HTMLElement} root
 * @param {Window} window
 */
export function guardPaperForm(root, window) {
  const fields = () => [...root.querySelectorAll('input, textarea')]
  const isFilled = () => fields().some((field) => (field.type === 'radio' ? field.checked : field.value.trim() !== ''))
  window.addEventListener('beforeunload', (event) => {
    if (isFilled()) event.preventDefault()
  })
  const buttons = root.ownerDocument.createElement('p')
  buttons.className = 'paper-form-buttons'
  buttons.append(
    button(root, 'Print this form', () => window.print()),
    button(root, 'Empty this form', () => {
      if (!isFilled() || !window.confirm('Empty every field of this form?')) return
      for (const field of fields()) {
        if (field.type === 'radio') field.checked = false
        else field.value = ''
      }
      fields()[0].focus()
    }, 'secondary'),
  )
  root.append(buttons)
}

function button(root, words, act, className = '') {
  const button = root.ownerDocument.createElement('button')
  button.type = 'button'
  button.className = className
  button.textContent = words
  button.addEventListener('click', act)
  return button
}
