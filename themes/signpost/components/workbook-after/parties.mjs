/** The details as a record has them. */
import { FIELDS } from '../workbook/details.mjs'

/**
 * The parts of a record that the details fill.
 * @param {Details} details tidied and without fault
 * @param {{id: string, name: string}[]} agencies of the register
 */
export function partiesOf(details, agencies) {
  const { name, email, job_title, capacity, reason } = details
  const agency = agencies.find(({ id }) => id === details.agency)
  return {
    learner: { name, email, job_title, agency: { id: details.agency, name: agency?.name ?? details.agency_other } },
    confirmer: { name: details.confirmer_name, email: details.confirmer_email, capacity, ...(capacity === 'peer' && { reason }) },
  }
}

/**
 * @param {string} pointer RFC 6901, into the payload
 * @returns {string | undefined} the field of the form
 */
export function fieldAt(pointer) {
  return Object.keys(FIELDS).find((field) => [pointer, `${pointer}/id`].includes(FIELDS[field][1]))
}
