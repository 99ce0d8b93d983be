/**
 * The same address with index.html, where it is a folder's; any other address as it was.
 * @param {string} address
 */
export function withIndex(address) {
  return address.replace(/\/(?=$|[?#])/, '/index.html')
}

/**
 * Opened from a disk, a link to a folder shows a list of files instead of the page in it.
 * @param {Document} page
 * @param {Location} here
 */
export function mendFolderLinks(page, here) {
  if (here.protocol !== 'file:') return
  for (const link of page.querySelectorAll('a[href]')) {
    if (link.protocol === 'file:' && !link.getAttribute('href').startsWith('#')) link.href = withIndex(link.href)
  }
  for (const form of page.querySelectorAll('form[action]')) form.action = withIndex(form.action)
}
