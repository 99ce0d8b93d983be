/**
 * What the build wrote to /signpost.js: where the inbox is, which keys count, which agencies there are.
 * @returns {{inbox: string | null, site: string, keys: {keys: object[]}, agencies: {id: string, name: string}[], workbooks: object[]}}
 */
export function siteInfo() {
  return globalThis.signpostInfo ?? { inbox: null, site: '', keys: { keys: [] }, agencies: [], workbooks: [] }
}
