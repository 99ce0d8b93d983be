/**
 * Marks the heading being read: the last one that has come above the line a fifth of the window down.
 * @param {HTMLElement} list
 */
export function markCurrentSection(list) {
  const links = new Map()
  for (const link of list.querySelectorAll('a')) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)))
    if (heading) links.set(heading, link)
  }
  const watcher = new IntersectionObserver(() => {
    const passed = [...links.keys()].filter((heading) => heading.getBoundingClientRect().top < innerHeight / 5)
    for (const [heading, link] of links) {
      if (heading === passed.at(-1)) link.setAttribute('aria-current', 'true')
      else link.removeAttribute('aria-current')
    }
    // The watched part reaches far up, so that a jump over a whole section is noticed as well.
  }, { rootMargin: '1000000px 0px -80% 0px' })
  for (const heading of links.keys()) watcher.observe(heading)
}
