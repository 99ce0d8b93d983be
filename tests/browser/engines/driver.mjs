/**
 * Chromium and Firefox, driven by the same words: puppeteer-core speaks DevTools to the one and WebDriver BiDi to the other. Each
 * browser has a profile folder, as on a person's own computer, and a person in front of it who has a keyboard and no mouse.
 */
import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import puppeteer from 'puppeteer-core'
import { LIMIT_MS, executable, scratchFolder } from '../helpers.mjs'

export const ENGINES = ['chromium', 'firefox']

const CHROMIUM_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update']

const firefoxPrefs = (downloads) => ({
  'browser.download.dir': downloads,
  'browser.download.folderList': 2,
  'browser.download.always_ask_before_handling_new_types': false,
  'browser.download.alwaysOpenPanel': false,
  'browser.download.useDownloadDir': true,
  'browser.helperApps.neverAsk.saveToDisk': 'application/json',
  // Loopback by name and by number, and nothing else.
  'network.proxy.type': 0,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
})

/** Waits for what comes outside the page. */
export async function untilTrue(what, test) {
  for (const until = Date.now() + LIMIT_MS; !test(); await sleep(20)) assert.ok(Date.now() < until, `${what} did not come`)
}

/** What has a role by itself, which is all that the pages use. */
const ELEMENTS = {
  button: 'button',
  checkbox: '[type="checkbox"]',
  combobox: 'select',
  file: '[type="file"]',
  link: 'a[href]',
  radio: '[type="radio"]',
  textbox: 'textarea, input:not([type="checkbox"], [type="file"], [type="radio"])',
}

/** Runs in the page. The browsers' own search by role and name takes Firefox half a second each time. */
function shownAs(selector, name) {
  const nameOf = (element) => {
    if (element.ariaLabel) return element.ariaLabel
    const words = (element.labels?.[0] ?? element).cloneNode(true)
    for (const sign of words.querySelectorAll('[aria-hidden="true"]')) sign.remove()
    return words.textContent.replace(/\s+/g, ' ').trim()
  }
  const place = name === undefined ? document.querySelector('main') : document
  return [...place.querySelectorAll(selector)].find((element) => element.checkVisibility() && [undefined, nameOf(element)].includes(name))
}

/** A browser on a profile that outlasts it. */
export class Browser {
  /**
   * @param {'chromium' | 'firefox'} engine
   * @param {string} [profile] a folder
   * @param {object} [prefs] of Firefox
   */
  static async open(engine, profile = scratchFolder(), prefs = {}) {
    const downloads = scratchFolder()
    const isFirefox = engine === 'firefox'
    const driven = await puppeteer.launch({
      browser: isFirefox ? 'firefox' : 'chrome',
      executablePath: executable(isFirefox ? 'FIREFOX' : 'CHROMIUM', isFirefox ? 'firefox-esr' : 'chromium'),
      userDataDir: profile,
      args: isFirefox ? [] : CHROMIUM_ARGS,
      extraPrefsFirefox: { ...firefoxPrefs(downloads), ...prefs },
      downloadBehavior: { policy: 'allow', downloadPath: downloads },
      defaultViewport: { width: 1280, height: 900 },
      timeout: LIMIT_MS,
      protocolTimeout: LIMIT_MS,
    })
    return new Browser(driven, profile, downloads)
  }

  constructor(driven, profile, downloads) {
    Object.assign(this, { driven, profile, downloads })
  }

  /** Somebody in the profile itself, in a tab of their own, which is closed at the end of the test, if one is given. */
  async person(t) {
    const page = await this.driven.newPage()
    t?.after(() => page.close())
    return new Person(page, this.downloads)
  }

  /** Somebody on another computer: nothing is shared with anybody. */
  async stranger(t) {
    const downloads = scratchFolder()
    const context = await this.driven.createBrowserContext({ downloadBehavior: { policy: 'allow', downloadPath: downloads } })
    t.after(() => context.close())
    return new Person(await context.newPage(), downloads)
  }

  close() {
    return this.driven.close()
  }

  /**
   * At once and whole, all its processes: nothing in it is told.
   * @returns {Promise<number>} when, in milliseconds since 1970
   */
  async kill() {
    const leader = this.driven.process()
    const ended = new Promise((resolve) => leader.once('exit', resolve))
    process.kill(-leader.pid, 'SIGKILL')
    const at = Date.now()
    await ended
    // puppeteer then puts back Firefox's settings as they were before it; the next one must not meet it at that.
    await untilTrue('the settings put back', () => !readdirSync(this.profile).some((name) => name.endsWith('.puppeteer')))
    return at
  }
}

/** One tab, and who uses it by keyboard. Things go by their role and their name: what stands on them or labels them. */
export class Person {
  constructor(page, downloads) {
    Object.assign(this, { page, downloads, wrongs: [] })
    page.setDefaultTimeout(LIMIT_MS)
    page.on('console', (message) => message.type() === 'error' && this.wrongs.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => this.wrongs.push(`exception: ${error.message}`))
  }

  /** Closes the tab, and has a new one in the same browser. */
  async closesTab() {
    const context = this.page.browserContext()
    const page = await context.newPage()
    await this.page.close()
    return new Person(page, this.downloads)
  }

  /** From the next page on, what a page would do after more than a second it does after one. */
  hurries() {
    return this.page.evaluateOnNewDocument(() => {
      const { setTimeout } = globalThis
      globalThis.setTimeout = (work, wait, ...more) => setTimeout(work, Math.min(wait, 1000), ...more)
    })
  }

  /** Loads a page, also where only the fragment differs from what is shown. */
  async goes(url) {
    await this.page.bringToFront()
    await this.page.goto('about:blank')
    await this.page.goto(url)
  }

  /**
   * @param {keyof ELEMENTS} role
   * @param {string} [name] none: the first in the page's own part
   * @returns {Promise<import('puppeteer-core').ElementHandle>} what is shown with this role and name, as soon as it is
   */
  finds(role, name) {
    return this.waits(`${role} “${name}”`, shownAs, ELEMENTS[role], name)
  }

  /**
   * Presses Tab, or Shift and Tab for what stands above, until the test holds for this element. A reader who goes on past the
   * end is in the browser's own bars.
   *
   * @param {string} what in words
   * @param {import('puppeteer-core').ElementHandle} element
   * @param {(element: Element) => boolean} hasArrived runs in the page
   */
  async tabsTo(what, element, hasArrived) {
    const { keyboard } = this.page
    let hasCome = await element.evaluate(hasArrived)
    const isAbove = await element.evaluate((element) => {
      const position = document.activeElement.compareDocumentPosition(element)
      return Boolean(position & Node.DOCUMENT_POSITION_PRECEDING)
    })
    if (isAbove) await keyboard.down('Shift')
    for (let presses = 0; presses < 150 && !hasCome; presses++) {
      await keyboard.press('Tab')
      hasCome = await element.evaluate(hasArrived)
    }
    if (isAbove) await keyboard.up('Shift')
    assert.ok(hasCome, `${what} can be reached by Tab`)
  }

  /** @returns {Promise<import('puppeteer-core').ElementHandle>} what has the focus now */
  async reaches(role, name) {
    const element = await this.finds(role, name)
    await this.tabsTo(`${role} “${name}”`, element, (element) => element === document.activeElement)
    return element
  }

  async presses(role, name, key = 'Enter') {
    await this.reaches(role, name)
    await this.page.keyboard.press(key)
  }

  /** Types in the place of what stands there. */
  async fills(name, text) {
    const field = await this.reaches('textbox', name)
    await field.evaluate((field) => field.select())
    await this.types(text)
  }

  /** Key by key, where the cursor is. */
  async types(text) {
    await this.page.keyboard.type(text)
  }

  /** All at once, as from the clipboard, into what has the focus. */
  async pastes(text) {
    await this.page.evaluate((text) => document.execCommand('insertText', false, text), text)
  }

  /** A list: the arrows go through it. (Letters would be taken for more of the word before, if that was typed just now.) */
  async selects(name, option) {
    const list = await this.reaches('combobox', name)
    const steps = await list.evaluate((list, option) => [...list.options].findIndex(({ text }) => text === option) - list.selectedIndex, option)
    for (let n = 0; n < Math.abs(steps); n++) await this.page.keyboard.press(steps > 0 ? 'ArrowDown' : 'ArrowUp')
    assert.equal(await list.evaluate((list) => list.selectedOptions[0].text), option)
  }

  /** Makes this tick, or takes it away. */
  async ticks(name, isTicked = true) {
    const box = await this.reaches('checkbox', name)
    if ((await box.evaluate((box) => box.checked)) !== isTicked) await this.page.keyboard.press(' ')
    assert.equal(await box.evaluate((box) => box.checked), isTicked, `“${name}”`)
  }

  /** One of several: Tab comes to the group, the arrows go through it. */
  async chooses(name) {
    const radio = await this.finds('radio', name)
    await this.tabsTo(`the group of “${name}”`, radio, ({ name, form }) => document.activeElement === form.elements[name] || [...form.elements[name]].includes(document.activeElement))
    const group = await radio.evaluate(({ form, name }) => form.elements[name].length)
    for (let n = 0; n < group && !(await radio.evaluate((radio) => radio === document.activeElement)); n++) await this.page.keyboard.press('ArrowDown')
    await this.page.keyboard.press(' ')
    assert.ok(await radio.evaluate((radio) => radio.checked), `“${name}” is chosen`)
  }

  /** A step is there: its heading has the focus, or what is said of its mistakes. */
  async arrives(heading) {
    await this.waits(`the heading “${heading}”`, (words) => {
      const shown = [...document.querySelectorAll('h1')].filter((h1) => h1.checkVisibility())
      const isThere = shown.length === 1 && shown[0].innerText.replace(/\s+/g, ' ').includes(words)
      return isThere && document.activeElement.closest('main h1, main [tabindex="-1"]') !== null
    }, heading)
  }

  /** The page says this, for everybody to see. */
  async reads(words) {
    await this.waits(`the words “${words}”`, (words) => document.body.innerText.replace(/\s+/g, ' ').includes(words), words)
  }

  async waits(what, test, ...args) {
    try {
      // Not by drawn frames: a tab behind another draws none.
      return await this.page.waitForFunction(test, { polling: 20 }, ...args)
    } catch (cause) {
      const shown = await this.page.evaluate(() => `${location.href}\n${document.querySelector('main')?.innerText.slice(0, 2000)}`)
      throw new Error(`${what} did not come. The page:\n${shown}`, { cause })
    }
  }

  /** Text of the part of the page that is its own. */
  main() {
    return this.page.$eval('main', (main) => main.innerText)
  }

  /** Chooses a file, as the system's own window would. */
  async gives(name, file) {
    const input = await this.finds('file', name)
    await input.uploadFile(file)
  }

  /** @returns {Promise<string>} the file that was downloaded last, once all of it is there */
  async downloaded(ending) {
    let file
    await untilTrue(`a file that ends in ${ending}`, () => {
      const name = readdirSync(this.downloads).find((name) => name.endsWith(ending))
      file = name && join(this.downloads, name)
      return file && statSync(file).size > 0
    })
    return file
  }
}
