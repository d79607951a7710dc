import type { Step } from "@holdfast/core"

/** The window in which a person connects. */
export interface ConnectWindow {
  go(url: string): void
  /** Whether the person has closed it, as far as that can be known while the attempt is at such a step. */
  isClosed(step: Step["kind"]): boolean
  /** Tells when `isClosed` may have changed. Answers what ends that. */
  watch(listener: () => void): () => void
  /** Where the browser lets us: not while a page of the provider is in it. Ours, which comes after that one, closes by itself. */
  close(): void
}

const lookEveryMs = 250
// A window that is being cut off looks alive for some milliseconds, with an address that can no longer be read.
const surelyAfterLooks = 3
const width = 520
const height = 720

/**
 * Opens an empty window; undefined: it was blocked. To be called in the click itself, since later a browser takes it for one that nobody asked
 * for.
 *
 * Its `closed` cannot be taken at its word. A page with a Cross-Origin-Opener-Policy, the one that opens or one at the provider, cuts the two
 * apart: from then on a window says that it is closed while somebody signs in there. So it is believed
 * - before it was sent anywhere, and
 * - while one of the backend's own pages asks for something, if it was seen alive there, and
 * - at the provider, if it was seen alive there, where its address can no longer be read: then that page has not cut it off;
 * and only while the person is at this page. What a provider's second page cuts off remains: somebody would have to look in here meanwhile.
 * In doubt the attempt is waited for until it expires, or until `signal`.
 */
export function openWindow(): ConnectWindow | undefined {
  const left = Math.round(screenX + (outerWidth - width) / 2)
  const top = Math.round(screenY + (outerHeight - height) / 2)
  const opened = window.open("", "_blank", `popup,width=${width},height=${height},left=${left},top=${top}`)
  if (!opened || opened.closed) return undefined
  // The provider's pages must not lead this one elsewhere. In return, they cannot be closed from here.
  opened.opener = null
  let isSent = false
  /** Where it was at the last look, and at how many in a row. */
  let last: Place = "blank"
  let inRow = 0
  let seen: Place = "blank"

  function look(window: Window): void {
    const place = placeOf(window)
    inRow = place === last ? inRow + 1 : 1
    last = place
    if (place !== "blank" && inRow >= surelyAfterLooks) seen = place
  }

  return {
    go(url) {
      if (opened.closed) return
      isSent = true
      // In place of the empty page, so that going back does not end there.
      opened.location.replace(url)
    },
    isClosed(step) {
      if (!opened.closed) return false
      const isKnown = step === "redirect" ? seen === "elsewhere" : seen !== "blank"
      return !isSent || (isKnown && document.hasFocus())
    },
    watch(listener) {
      let wasOpen = !opened.closed
      const timer = setInterval(() => {
        const isOpen = !opened.closed
        if (isOpen) look(opened)
        if (wasOpen && !isOpen) listener()
        wasOpen = isOpen
      }, lookEveryMs)
      return () => clearInterval(timer)
    },
    close() {
      // Else the browser refuses with an error in the console.
      if (placeOf(opened) !== "elsewhere") opened.close()
    },
  }
}

/** `blank`: nothing was loaded yet. `here`: a page of this origin. `elsewhere`: any other, whose address is not for us. */
type Place = "blank" | "here" | "elsewhere"

function placeOf(opened: Window): Place {
  try {
    return opened.location.href === "about:blank" ? "blank" : "here"
  } catch {
    return "elsewhere"
  }
}
