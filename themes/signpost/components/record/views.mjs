/**
 * Parts of a page that stand as `<template data-view="name">` in a component's HTML, so that its words can be changed there.
 */
import { mendFolderLinks } from '../../scripts/folder-links.mjs'

/**
 * A copy of a view, filled in. `data-slot="name"` takes a text, `data-if="name"` goes when that value is empty, and
 * `data-link="name"` takes an address. Values are set as text: nothing that a person typed is read as HTML.
 *
 * @param {ParentNode} root
 * @param {string} name
 * @param {Record<string, string | boolean | undefined>} [values]
 * @returns {DocumentFragment}
 */
export function viewOf(root, name, values = {}) {
  const view = document.importNode(root.querySelector(`template[data-view="${name}"]`).content, true)
  for (const part of view.querySelectorAll('[data-if]')) if (!values[part.dataset.if]) part.remove()
  fillSlots(view, values)
  for (const part of view.querySelectorAll('[data-link]')) part.href = values[part.dataset.link]
  mendFolderLinks(view, location)
  return view
}

/**
 * Writes texts where they belong, also in what stands in the page already.
 *
 * @param {ParentNode} view
 * @param {Record<string, string | undefined>} values
 */
export function fillSlots(view, values) {
  for (const part of view.querySelectorAll('[data-slot]')) part.textContent = values[part.dataset.slot] ?? ''
}

/**
 * The part of a component or a view with this name.
 * @param {ParentNode} root
 * @param {string} name
 * @returns {HTMLElement}
 */
export function partOf(root, name) {
  return root.querySelector(`[data-part="${name}"]`)
}

/**
 * A new element with a text.
 * @param {string} tag
 * @param {string} [text]
 */
export function elementWith(tag, text = '') {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}

/**
 * Brings the reader to a heading or message that has just appeared.
 * @param {HTMLElement} element
 */
export function goTo(element) {
  element.tabIndex = -1
  element.focus()
}
