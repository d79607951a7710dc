import type { ConnectionRow } from "./store.js"

/** The link by which a person authorises a connection again; with scopes, asking for these beside what is there. */
export function reconnectUrl(
  url: string,
  row: Pick<ConnectionRow, "id" | "connector">,
  scopes: readonly string[] = [],
): string {
  const asked = scopes.length > 0 ? `&scopes=${encodeURIComponent(scopes.join(" "))}` : ""
  return `${url}/connect/${row.connector}?reconnect=${row.id}${asked}`
}
