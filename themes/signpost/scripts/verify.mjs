import { VerifyPage } from '../components/verify/verify-page.mjs'

// Only while a script runs for the first time does it know its own element.
const siteRoot = document.currentScript.dataset.root
const verifyRoot = document.querySelector('[data-module="verify"]')
if (verifyRoot) new VerifyPage(verifyRoot, { siteRoot })
