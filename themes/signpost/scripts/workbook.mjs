import { WorkbookPage } from '../components/workbook/page.mjs'

// Only while a script runs for the first time does it know its own element.
const { root: siteRoot, after: afterAddress } = document.currentScript.dataset
const workbookRoot = document.querySelector('[data-module="workbook"]')
if (workbookRoot) new WorkbookPage(workbookRoot, { siteRoot, afterAddress }).open()
