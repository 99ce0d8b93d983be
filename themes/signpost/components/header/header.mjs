/**
 * Escape and a press elsewhere close the menu; after Escape the focus is back on its button.
 * @param {HTMLDetailsElement} menu
 */
export function closeMenuFromOutside(menu) {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return
    menu.open = false
    menu.querySelector('summary').focus()
  })
  document.addEventListener('click', (event) => {
    if (!menu.contains(event.target)) menu.open = false
  })
}

/**
 * `/` goes to the search box, unless something is being typed or `data-shortcuts="off"` is on the html element.
 * @param {HTMLFormElement} form
 */
export function openSearchBySlash(form) {
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.closest?.('input, select, textarea, [contenteditable]')) return
    if (document.documentElement.dataset.shortcuts === 'off') return
    event.preventDefault()
    form.elements.q.focus()
  })
}

/**
 * Sends the words in the fragment, which a browser keeps to itself, instead of the query, which a server would log.
 * @param {HTMLFormElement} form
 */
export function keepSearchWordsHere(form) {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    location.href = `${form.action}#q=${encodeURIComponent(form.elements.q.value.trim())}`
  })
}
