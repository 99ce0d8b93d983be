import { ConfirmPage } from '../components/confirm/confirm-page.mjs'

// Only while a script runs for the first time does it know its own element.
const siteRoot = document.currentScript.dataset.root
const confirmRoot = document.querySelector('[data-module="confirm"]')
if (confirmRoot) new ConfirmPage(confirmRoot, { siteRoot })
