const VISIT_KEY = 'signpost.last-visit'

/**
 * The day of the visit before this one. Two days are kept on the device and nothing else: the last visit and the one before,
 * so that all pages of one day say the same.
 * @param {Storage} storage
 * @param {string} today an ISO date
 * @returns {string} an ISO date, or '' on a first visit
 */
export function visitBefore(storage, today) {
  try {
    const { before = '', last = '' } = JSON.parse(storage.getItem(VISIT_KEY) ?? '{}')
    if (last === today) return before
    storage.setItem(VISIT_KEY, JSON.stringify({ before: last, last: today }))
    return last
  } catch {
    return ''
  }
}

/**
 * Marks what changed since the last visit, and says so at the head of a page that changed.
 * @param {Document} page
 * @param {string} before
 */
export function markChanges(page, before) {
  if (!before) return
  const fresh = [...page.querySelectorAll('.changes > [data-changed]')].filter((change) => change.dataset.changed > before)
  if (fresh.length === 0) return
  for (const change of fresh) change.classList.add('is-new')
  const details = page.querySelector('.page-details')
  const list = page.querySelector('.change-list')
  const note = page.createElement('p')
  note.className = 'notice'
  const day = new Date(`${before}T12:00:00`).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })
  note.append(`Changed since you were last here on ${day}`)
  if (list) {
    const link = page.createElement('a')
    link.href = '#page-changes'
    link.textContent = fresh.length === 1 ? 'see what changed' : `see the ${fresh.length} changes`
    note.append(': ', link, '.')
  } else {
    note.append(fresh.length === 1 ? ': one change.' : `: ${fresh.length} changes.`)
  }
  ;(details ?? page.querySelector('.page-head'))?.append(note)
}
