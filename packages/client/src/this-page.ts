const parameters = ["attempt", "connector", "status", "error"]

/** Where a person comes back to: this page, as the backend takes it. */
export function thisPage(backendUrl: string): string {
  const page = cleaned(new URL(location.href))
  const isOwnOrigin = page.origin === new URL(backendUrl).origin
  // A page elsewhere must equal an entry of `returnUrls`, which knows no query of the moment.
  return isOwnOrigin ? page.pathname + page.search + page.hash : page.origin + page.pathname
}

/** The attempt that came back to this page. Taken out of the address, so that a reload does not bring it again. */
export function takeAttempt(): string | undefined {
  const page = new URL(location.href)
  const id = page.searchParams.get("attempt")
  if (id === null || !/^att_[\w-]+$/.test(id)) return undefined
  history.replaceState(history.state, "", cleaned(page))
  return id
}

function cleaned(page: URL): URL {
  if (!page.searchParams.has("attempt")) return page
  for (const name of parameters) page.searchParams.delete(name)
  return page
}
