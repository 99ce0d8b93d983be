const AREA_KEY = 'signpost.area'

/**
 * The area a reader chose, kept on the device. Without a choice, or where nothing can be kept, the toolkit's own.
 * @param {Storage | undefined} storage
 * @returns {string} an area's id, or '' for none
 */
export function chosenArea(storage) {
  try {
    return storage?.getItem(AREA_KEY) ?? ''
  } catch {
    return ''
  }
}

/**
 * Lets a reader choose an area in the contacts panel, and puts its figures and contacts first on every page. The others
 * stay one press away, and on paper all of them stand.
 * @param {Document} page
 * @param {() => Storage} storage
 */
export function offerAreas(page, storage) {
  const panel = page.querySelector('.contacts-panel')
  const areas = [...(panel?.querySelectorAll('li[data-area]') ?? [])]
  if (areas.length < 2) return
  const own = areas.find((area) => !area.hidden).dataset.area
  const kept = safely(storage)
  const wanted = chosenArea(kept)
  const chosen = areas.some((area) => area.dataset.area === wanted) ? wanted : ''
  panel.append(choice(page, areas, chosen || own, (area) => {
    const isKept = keep(kept, area === own ? '' : area)
    showArea(page, areas, area, own)
    status.textContent = `${nameOf(areas, area)} now comes first in every list and table.${isKept ? '' : ' This device does not keep the choice.'}`
  }))
  const status = page.createElement('p')
  status.setAttribute('role', 'status')
  status.className = 'area-status'
  panel.append(status)
  page.defaultView.addEventListener('hashchange', () => showTarget(page))
  if (chosen && chosen !== own) showArea(page, areas, chosen, own)
}

function choice(page, areas, chosen, changed) {
  const label = page.createElement('label')
  label.className = 'area-choice'
  label.dataset.print = 'no'
  const select = page.createElement('select')
  for (const area of areas) {
    select.add(new page.defaultView.Option(area.dataset.name, area.dataset.area, false, area.dataset.area === chosen))
  }
  select.addEventListener('change', () => changed(select.value))
  label.append('My area ', select)
  return label
}

/** Panel, tables, ladders, cards and the page's own note, as a reader of an area needs them. */
export function showArea(page, areas, area, own) {
  for (const line of areas) line.hidden = line.dataset.area !== area
  for (const box of page.querySelectorAll('.by-area')) putFirst(page, box, area, nameOf(areas, area), area === own)
  noteOfPage(page, areas, area, own)
  showTarget(page)
}

/**
 * What belongs to an area stands first in its box, and the rest is closed. Where the area has nothing, that is said first.
 * A box that shows one area alone stands under a heading that names it, and stays as it is.
 */
export function putFirst(page, box, area, name, isOwn) {
  const parts = [...box.children].filter((part) => part.dataset.area)
  // The order of the page as it came, kept for the way back.
  parts.forEach((part, index) => (part.dataset.order ??= index))
  parts.sort((a, b) => a.dataset.order - b.dataset.order)
  const isFirst = (part) => part.dataset.area === area || part.dataset.area === 'all'
  const others = parts.filter((part) => !isFirst(part))
  const has = parts.some((part) => part.dataset.area === area)
  const isComparison = new Set(parts.map((part) => part.dataset.area)).size > 1
  box.append(...parts.filter(isFirst), ...others)
  box.areaMore?.remove()
  const isClosed = isComparison && has && others.length > 0 && !isOwn
  box.classList.toggle('is-closed', isClosed)
  for (const part of parts) part.classList.toggle('is-other-area', others.includes(part))
  if (isOwn || !isComparison || (has && !isClosed)) return
  const place = box.closest('.table-box') ?? box
  const more = page.createElement(isClosed ? 'button' : 'p')
  box.areaMore = more
  more.className = 'area-more'
  if (!isClosed) {
    more.textContent = `Our sources give nothing for ${name} here. What they give for other areas:`
    return place.before(more)
  }
  more.type = 'button'
  more.textContent = `Show the other areas (${others.length})`
  more.setAttribute('aria-expanded', 'false')
  more.addEventListener('click', () => {
    const opens = more.getAttribute('aria-expanded') === 'false'
    more.setAttribute('aria-expanded', String(opens))
    more.textContent = opens ? 'Hide the other areas' : `Show the other areas (${others.length})`
    box.classList.toggle('is-closed', !opens)
  })
  place.after(more)
}

/** A page about other areas says so at its head, and leads to the page about the reader's own. */
function noteOfPage(page, areas, area, own) {
  page.querySelector('.area-note')?.remove()
  const list = page.querySelector('.page-details .areas')
  const named = [...(list?.querySelectorAll('[data-area]') ?? [])].map((item) => item.dataset.area)
  if (area === own || named.length === 0 || named.includes(area) || named.includes('all')) return
  const note = page.createElement('p')
  note.className = 'area-note'
  note.append(`You chose ${nameOf(areas, area)}. This page is about other areas. `)
  const { href } = areas.find((line) => line.dataset.area === area).dataset
  if (href) {
    const link = page.createElement('a')
    link.href = href
    link.textContent = `What we hold on ${nameOf(areas, area)}`
    note.append(link, '.')
  }
  list.after(note)
}

/** A link to an entry that is closed opens its box. */
function showTarget(page) {
  const id = decodeURIComponent(page.defaultView.location.hash.slice(1))
  const box = id && page.getElementById(id)?.closest('.is-other-area')?.closest('.by-area.is-closed')
  if (!box) return
  box.areaMore.click()
  page.getElementById(id).scrollIntoView()
}

function nameOf(areas, area) {
  return areas.find((line) => line.dataset.area === area).dataset.name
}

function safely(storage) {
  try {
    return storage()
  } catch {
    return undefined
  }
}

function keep(storage, area) {
  try {
    if (area) storage.setItem(AREA_KEY, area)
    else storage.removeItem(AREA_KEY)
    return true
  } catch {
    return false
  }
}
