/** What every page gets from script. Each part improves something that works without it. */
import { offerAreas } from '../components/area-choice/area-choice.mjs'
import { markChanges, visitBefore } from '../components/change-list/change-list.mjs'
import { closeMenuFromOutside, keepSearchWordsHere, openSearchBySlash } from '../components/header/header.mjs'
import { markCurrentSection } from '../components/contents-list/contents-list.mjs'
import { guardPaperForm } from '../components/paper-form/paper-form.mjs'
import { openTermsInPlace } from '../components/term-link/term-link.mjs'
import { keepTableRoles } from '../components/timescale-table/timescale-table.mjs'
import { mendFolderLinks } from './folder-links.mjs'

mendFolderLinks(document, location)
for (const menu of document.querySelectorAll('.site-menu')) closeMenuFromOutside(menu)
for (const form of document.querySelectorAll('form[role=search]')) openSearchBySlash(form)
for (const form of document.querySelectorAll('.site-search')) keepSearchWordsHere(form)
for (const list of document.querySelectorAll('.contents-list')) markCurrentSection(list)
for (const form of document.querySelectorAll('.paper-form')) guardPaperForm(form, window)
openTermsInPlace(document)
keepTableRoles(document)
offerAreas(document, () => localStorage)
try {
  const now = new Date()
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
  markChanges(document, visitBefore(localStorage, today))
} catch {
  // A browser that keeps nothing has no visit before.
}
