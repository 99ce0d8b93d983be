import { After } from '../components/workbook-after/after.mjs'

// The page that asked for this waits for it.
globalThis.signpostAfter((page) => new After(page, AFTER_VIEWS[page.workbook.id]))
