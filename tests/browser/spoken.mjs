/** What a screen reader gets of a page, in lines of text: from Chromium's own accessibility tree. */

/** Properties that are spoken. */
const STATES = ['level', 'checked', 'expanded', 'invalid', 'live', 'atomic']
/** Boxes that have no meaning of their own. */
const UNSPOKEN = ['generic', 'none', 'InlineTextBox', 'LineBreak', 'ListMarker']

async function treeOf(page) {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  return new Map(nodes.map((node) => [node.nodeId, node]))
}

/** One line: role, name, description, value, states. */
function lineOf({ role, name, description, value, properties = [] }) {
  const words = [role.value]
  if (name?.value) words.push(`“${name.value.replace(/\s+/g, ' ').trim()}”`)
  if (description?.value) words.push(`described by “${description.value.replace(/\s+/g, ' ').trim()}”`)
  if (value?.value !== undefined && value.value !== '') words.push(`= ${value.value}`)
  for (const { name: state, value } of properties) {
    if (STATES.includes(state) && !['false', 'off', ''].includes(String(value.value))) words.push(`${state}:${value.value}`)
  }
  return words.join(' ')
}

/**
 * The tree below an element of the page.
 * @param {Page} page
 * @param {string} [selector] of the element that is visible
 */
export async function spokenTree(page, selector = 'main') {
  const tree = await treeOf(page)
  const session = await page.context().newCDPSession(page)
  const place = page.locator(`${selector}`).filter({ visible: true }).or(page.locator(selector)).first()
  await place.evaluate((element) => (globalThis.spokenRoot = element))
  const { result } = await session.send('Runtime.evaluate', { expression: 'spokenRoot' })
  const { node } = await session.send('DOM.describeNode', { objectId: result.objectId })
  await session.detach()
  const root = [...tree.values()].find(({ backendDOMNodeId }) => backendDOMNodeId === node.backendNodeId)
  const lines = []
  const visit = (node, depth, parentName) => {
    const isSpoken = !node.ignored && !UNSPOKEN.includes(node.role.value)
    const name = node.name?.value ?? ''
    // Words that their parent's name has said already.
    const isRepeated = node.role?.value === 'StaticText' && parentName.includes(name.trim())
    if (isSpoken && !isRepeated) lines.push(`${'  '.repeat(depth)}${lineOf(node)}`)
    for (const id of node.childIds ?? []) {
      if (tree.has(id)) visit(tree.get(id), depth + (isSpoken && !isRepeated ? 1 : 0), isSpoken && name ? name : parentName)
    }
  }
  visit(root, 0, '')
  return lines.join('\n')
}

/** Where Tab leads from the page's heading to the end of the main part, as each stop is spoken. */
export async function tabStops(page) {
  const stops = []
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    const isInside = await page.evaluate(() => document.querySelector('main').contains(document.activeElement))
    if (!isInside) break
    const session = await page.context().newCDPSession(page)
    const { result } = await session.send('Runtime.evaluate', { expression: 'document.activeElement' })
    const { nodes } = await session.send('Accessibility.getPartialAXTree', { objectId: result.objectId, fetchRelatives: false })
    await session.detach()
    stops.push(`${stops.length + 1}. ${lineOf(nodes[0])}`)
  }
  return stops.join('\n')
}
