import { guardPaperForm } from '../components/paper-form/paper-form.mjs'
import { openTermsInPlace } from '../components/term-link/term-link.mjs'
import { keepTableRoles } from '../components/timescale-table/timescale-table.mjs'
import { ScormPage } from '../components/scorm/scorm-page.mjs'

for (const form of document.querySelectorAll('.paper-form')) guardPaperForm(form, window)
openTermsInPlace(document)
keepTableRoles(document)
new ScormPage(document.querySelector('[data-module="scorm"]')).open()
