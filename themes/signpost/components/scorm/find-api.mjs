/** How far a learning system may be away: more frames than this have no reason. */
const MAX_FRAMES = 10

/**
 * The object by which a learning system is spoken to: in a frame around this page, or around the page that opened it.
 *
 * @param {Window} here
 * @param {string} name as the standard fixes it
 * @returns {object | null} null: there is no learning system
 */
export function findApi(here, name) {
  return upwards(here, name) ?? upwards(openerOf(here), name) ?? upwards(openerOf(here.top), name)
}

function upwards(from, name) {
  let frame = from
  for (let n = 0; frame && n < MAX_FRAMES; n++) {
    const api = memberOf(frame, name)
    if (api) return api
    if (frame.parent === frame) break
    frame = frame.parent
  }
  return null
}

function openerOf(frame) {
  return frame && memberOf(frame, 'opener')
}

/** A frame of another site keeps its members from this page. */
function memberOf(frame, name) {
  try {
    return frame[name] ?? null
  } catch {
    return null
  }
}
