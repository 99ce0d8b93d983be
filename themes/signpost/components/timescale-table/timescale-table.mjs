const ROLES = {
  TABLE: 'table', THEAD: 'rowgroup', TBODY: 'rowgroup', TR: 'row', TD: 'cell',
}

/**
 * Where there is little room a `.stacks` table is laid out as blocks, and some browsers then
 * forget that it is a table. Its roles are written out here, since HTML does not allow them in the page.
 * @param {Document} page
 */
export function keepTableRoles(page) {
  for (const part of page.querySelectorAll('table.stacks, .stacks :is(thead, tbody, tr, td, th)')) {
    part.setAttribute('role', ROLES[part.tagName] ?? (part.scope === 'row' ? 'rowheader' : 'columnheader'))
  }
}
