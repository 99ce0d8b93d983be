/** Putting things in order with two buttons each: no dragging, and every move is said. */
import { partOf, viewOf } from '../record/views.mjs'

/**
 * Gives the items of a form their buttons, in the place of the boxes for numbers.
 *
 * @param {ParentNode} root that has the views
 * @param {HTMLFormElement} form
 */
export function offerMoves(root, form) {
  const list = partOf(form, 'items')
  if (!list) return
  form.dataset.order = [...list.children].map((item) => item.dataset.item).join(' ')
  for (const item of list.children) {
    partOf(item, 'place').replaceWith(viewOf(root, 'order-tools', { text: item.querySelector('.order-text').textContent }))
  }
  partOf(form, 'order-hint').before(viewOf(root, 'order-hint'))
  list.after(viewOf(root, 'order-status'))
  const status = partOf(form, 'order-status')
  list.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-move]')
    if (button) move(button, status)
  })
}

function move(button, status) {
  const item = button.closest('[data-item]')
  const [list, by] = [item.parentElement, Number(button.dataset.move)]
  const other = by < 0 ? item.previousElementSibling : item.nextElementSibling
  const text = item.querySelector('.order-text').textContent
  if (other) {
    if (by < 0) other.before(item)
    else other.after(item)
    // Taken out and put back, the button has lost the focus.
    button.focus()
    item.closest('form').dataset.answered = ''
    button.dispatchEvent(new Event('change', { bubbles: true }))
  }
  const sentence = other ? 'moved' : by < 0 ? 'first' : 'last'
  const place = [...list.children].indexOf(item) + 1
  status.textContent = status.dataset[sentence].replace('{text}', text).replace('{place}', place).replace('{n}', list.children.length)
}
