import type { CatalogueEntry, CatalogueMethod } from "../contract.js"
import type { StringKey, Strings } from "./strings.js"

/** A way to connect, as a button offers it. */
export interface ConnectAction {
  readonly method: CatalogueMethod
  readonly label: string
  /** Whether the app registration that it needs is missing. */
  readonly isMissingApp: boolean
}

// What a method of its kind is called while it is the only one; several are told apart by their own labels.
const alone: Readonly<Record<string, StringKey>> = {
  oauth2: "connectWithOauth",
  oauth1: "connectWithOauth",
  api_key: "connectWithKey",
}

// The labels that methods have unless their connector names them.
const unnamed: Readonly<Record<string, StringKey>> = {
  "Connect with OAuth": "connectWithOauth",
  "Connect with API Key": "connectWithKey",
}

/** The ways to connect a service, best first, as it lists them; those that work now before those that lack an app. */
export function actionsOf(entry: CatalogueEntry, texts: Strings): readonly ConnectAction[] {
  const actions = entry.methods.map((method) => ({
    method,
    label: labelOf(method, entry.methods.length, texts),
    isMissingApp: method.needsApp && !entry.appConfigured,
  }))
  return [...actions.filter((action) => !action.isMissingApp), ...actions.filter((action) => action.isMissingApp)]
}

function labelOf({ kind, label }: CatalogueMethod, count: number, texts: Strings): string {
  const key = (count === 1 ? alone[kind] : undefined) ?? unnamed[label]
  return key === undefined ? label : texts[key]
}

/** Whether a window can be opened at once: nothing is asked for before the person is sent to the service. */
export function opensWindow(method: CatalogueMethod): boolean {
  return method.startsWith === "redirect" && method.fields.length === 0
}
