/**
 * What has become of a submission, in the same words on every page.
 */

const STATE_WORDS = {
  awaiting_confirmation: 'Sent. Waiting for {name} since {since}',
  returned: 'More learning is needed',
  withdrawn: 'Withdrawn',
  lapsed: 'Not confirmed in time',
  needs_mars_check: 'Confirmed. The MARS team is checking it',
  issued: 'Confirmed. Certificate issued',
  refused: 'Not accepted by the MARS team',
  expired: 'Certificate expired',
  revoked: 'Certificate withdrawn by the MARS team',
  superseded: 'Replaced by a newer certificate',
}

/**
 * @param {string} state as the inbox names it
 * @param {string} confirmerName who is asked to confirm
 * @param {string} [since] when it waits, in words: no other state says it
 * @returns {string} for a person to read; no full stop, so that it also stands in a list
 */
export function stateInWords(state, confirmerName, since = '') {
  const words = Object.hasOwn(STATE_WORDS, state) ? STATE_WORDS[state] : 'Unknown. Ask the MARS team'
  // A function, since a name may hold `$&`, which a replacing text would read as an order.
  return words.replace('{since}', since).replace('{name}', () => confirmerName || 'your manager')
}

/** Whether a certificate belongs to this state, be it that it no longer counts. */
export function hasCertificate(state) {
  return ['issued', 'expired', 'revoked', 'superseded'].includes(state)
}
