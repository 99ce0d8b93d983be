/**
 * The page that checks a certificate: from its link, its code, or its file. All of it happens on this device.
 */
import { clearProblems, showProblems } from '../form/problems.mjs'
import { dayInWords } from '../record/dates.mjs'
import { siteInfo } from '../record/site-info.mjs'
import { elementWith, partOf, viewOf } from '../record/views.mjs'
import { codeIn, factsInWords, findCertificate, isNumberOfCertificate } from './certificate.mjs'
import { freshSiteInfo, statusList } from './site.mjs'
import { judge, notGenuine } from './verdict.mjs'

/** A certificate with its font comes to some 50 KiB. */
const MAX_PDF_BYTES = 8 * 1024 * 1024

export class VerifyPage {
  /**
   * @param {HTMLElement} root holds the form, the verdict and the templates
   * @param {{siteRoot: string}} addresses relative to this page
   */
  constructor(root, { siteRoot }) {
    this.root = root
    this.siteRoot = siteRoot
    this.verdict = root.querySelector('#verdict')
    this.form = partOf(root, 'form')
    this.code = root.querySelector('#certificate-code')
    this.file = root.querySelector('#certificate-file')
    /** Counts the checks, so that a slow one never overwrites a later one. */
    this.turn = 0
    partOf(root, 'without-script').remove()
    this.form.hidden = false
    this.form.addEventListener('submit', (event) => this.submit(event))
    this.file.addEventListener('change', () => this.checkFile(this.file.files[0]))
    this.takeDroppedFiles()
    addEventListener('hashchange', () => this.readAddress())
    this.readAddress()
  }

  readAddress() {
    if (!location.hash.startsWith('#c=')) return
    this.code.value = ''
    this.check(codeIn(location.hash))
  }

  submit(event) {
    event.preventDefault()
    const code = codeIn(this.code.value)
    const { missing, number } = this.code.dataset
    const message = isNumberOfCertificate(code.toUpperCase()) ? number : code ? '' : missing
    showProblems(message ? [{ field: this.code, message }] : [])
    if (message) this.clear()
    else this.check(code)
  }

  /** A file dropped anywhere on the page; choosing one does the same. */
  takeDroppedFiles() {
    const holdsFile = (event) => event.dataTransfer?.types.includes('Files')
    addEventListener('dragover', (event) => {
      if (holdsFile(event)) event.preventDefault()
    })
    addEventListener('drop', (event) => {
      if (!holdsFile(event)) return
      event.preventDefault()
      this.checkFile(event.dataTransfer.files[0])
    })
  }

  async checkFile(file) {
    if (!file) return
    clearProblems()
    if (file.size > MAX_PDF_BYTES) {
      this.clear()
      return showProblems([{ field: this.file, message: this.file.dataset.tooLarge }])
    }
    const { code, isOne } = findCertificate(new Uint8Array(await file.arrayBuffer()))
    // The same file, changed, can then be chosen again.
    this.file.value = ''
    this.code.value = ''
    if (code) this.check(code)
    else this.show(notGenuine(isOne ? 'none-in-file' : 'several-in-file'), siteInfo())
  }

  clear() {
    this.turn += 1
    this.verdict.replaceChildren()
  }

  async check(code) {
    const turn = (this.turn += 1)
    this.verdict.replaceChildren(viewOf(this.root, 'checking'))
    let info = siteInfo()
    const site = async () => {
      const fresh = await freshSiteInfo(this.siteRoot)
      info = fresh.info
      return fresh
    }
    const now = Math.floor(Date.now() / 1000)
    const judgement = await judge(code, { site, status: statusList, now, pageDay: dayOfPage(document.lastModified) })
    if (turn === this.turn) this.show(judgement, info)
  }

  /** The sentence first, then why, or what was signed. */
  show({ verdict, sentence, certificate, reason }, info) {
    const words = elementWith('p', sentence)
    words.className = `verdict-sentence verdict-${verdict}`
    const facts = certificate ? factsInWords(certificate, info) : {}
    this.verdict.replaceChildren(words, viewOf(this.root, certificate ? 'certificate' : reason, facts))
    // It stands above the form, which on a phone may be all there is to see.
    this.verdict.scrollIntoView({ block: 'nearest' })
  }
}

/** `11/25/2026 08:37:00`, as browsers write it, in words. */
function dayOfPage(lastModified) {
  const [, month, day, year] = /^(\d{2})\/(\d{2})\/(\d{4})/.exec(lastModified) ?? []
  return dayInWords(`${year}-${month}-${day}`)
}
