/**
 * A glossary link that carries its definition opens it in place, right after the word, so that
 * it is read where it is needed. Pressed with a modifier it stays a link.
 * @param {Document} page
 */
export function openTermsInPlace(page) {
  for (const link of page.querySelectorAll('a.term[data-definition]')) {
    link.setAttribute('role', 'button')
    link.setAttribute('aria-expanded', 'false')
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
      event.preventDefault()
      toggleTerm(link)
    })
    link.addEventListener('keydown', (event) => {
      if (event.key === ' ') {
        event.preventDefault()
        toggleTerm(link)
      }
      if (event.key === 'Escape' && link.getAttribute('aria-expanded') === 'true') toggleTerm(link)
    })
  }
}

/** @param {HTMLAnchorElement} link */
export function toggleTerm(link) {
  const opens = link.getAttribute('aria-expanded') === 'false'
  link.setAttribute('aria-expanded', String(opens))
  if (!opens) return link.nextElementSibling.remove()
  const note = document.createElement('span')
  note.className = 'term-note'
  note.textContent = link.dataset.definition
  link.after(note)
}
