/** The details of learner and confirmer: what the record takes, by the rules that the inbox has. */
import { isAddress, lengthOf, mailboxOf, tidy, tidyAddress } from '../record/text.mjs'

/** Each field of the form: its longest text (none for a choice, null for an address), and the part of the record it fills. */
export const FIELDS = {
  name: [100, '/learner/name'],
  email: [null, '/learner/email'],
  job_title: [100, '/learner/job_title'],
  agency: [64, '/learner/agency/id'],
  agency_other: [120, '/learner/agency/name'],
  capacity: [64, '/confirmer/capacity'],
  reason: [300, '/confirmer/reason'],
  confirmer_name: [100, '/confirmer/name'],
  confirmer_email: [null, '/confirmer/email'],
}

/**
 * @typedef {{name: string, email: string, job_title: string, agency: string, agency_other: string, capacity: string,
 *   reason: string, confirmer_name: string, confirmer_email: string}} Details
 */

/**
 * @param {Partial<Details>} details
 * @returns {Details} tidied; empty where nothing was typed
 */
export function tidyDetails(details) {
  const tidied = ([field, [longest]]) => [field, (longest ? tidy : tidyAddress)(details[field] ?? '')]
  return Object.fromEntries(Object.entries(FIELDS).map(tidied))
}

/**
 * @param {Details} details tidied
 * @returns {{field: string, fault: 'missing' | 'long' | 'wrong' | 'same'}[]} in the order of the form
 */
export function faultsOfDetails(details) {
  return Object.keys(FIELDS)
    .map((field) => ({ field, fault: isAsked(field, details) && faultOf(field, details) }))
    .filter(({ fault }) => fault)
}

/** @param {string} field that holds a text */
export function longestOf(field) {
  return FIELDS[field][0]
}

/** Two fields are asked for with one choice only. */
export function isAsked(field, { agency, capacity }) {
  if (field === 'agency_other') return agency === 'other'
  return field !== 'reason' || capacity === 'peer'
}

function faultOf(field, details) {
  const value = details[field]
  const [longest] = FIELDS[field]
  if (!value) return 'missing'
  if (longest) return lengthOf(value) > longest && 'long'
  if (!isAddress(value)) return 'wrong'
  return field === 'confirmer_email' && mailboxOf(value) === mailboxOf(details.email) && 'same'
}

/**
 * What was typed, from the payload of a record.
 * @returns {Details}
 */
export function detailsOf({ learner, confirmer }) {
  const at = (pointer) => pointer.slice(1).split('/').reduce((part, name) => part[name] ?? '', { learner, confirmer })
  return Object.fromEntries(Object.entries(FIELDS).map(([field, [, pointer]]) => [field, at(pointer)]))
}
