import { SearchPage } from '../components/search/search-page.mjs'

// Only while a script runs for the first time does it know its own element.
const { index, root } = document.currentScript.dataset
const searchRoot = document.querySelector('[data-module="search-page"]')
if (searchRoot) new SearchPage(searchRoot, { indexAddress: index, siteRoot: root })
