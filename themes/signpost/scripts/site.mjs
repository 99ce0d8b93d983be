/** What every page gets from script. Each part improves something that works without it. */
import { closeMenuFromOutside, keepSearchWordsHere, openSearchBySlash } from '../components/header/header.mjs'
import { markCurrentSection } from '../components/contents-list/contents-list.mjs'
import { openTermsInPlace } from '../components/term-link/term-link.mjs'
import { keepTableRoles } from '../components/timescale-table/timescale-table.mjs'
import { mendFolderLinks } from './folder-links.mjs'

mendFolderLinks(document, location)
for (const menu of document.querySelectorAll('.site-menu')) closeMenuFromOutside(menu)
for (const form of document.querySelectorAll('form[role=search]')) openSearchBySlash(form)
for (const form of document.querySelectorAll('.site-search')) keepSearchWordsHere(form)
for (const list of document.querySelectorAll('.contents-list')) markCurrentSection(list)
openTermsInPlace(document)
keepTableRoles(document)
