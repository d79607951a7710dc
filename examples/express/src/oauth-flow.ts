import { createHoldfast, keyring, OAuthFlow } from "@holdfast/core"
import { notion } from "@holdfast/notion"
import { sqliteStore } from "@holdfast/store-sql/sqlite"

/** What stands behind the two calls of `seed-002.ts`. */
export const holdfast = createHoldfast({
  url: "http://localhost:3000/api/integrations",
  connectors: [notion()],
  store: sqliteStore(process.env.DATABASE_FILE ?? "holdfast.db"),
  keys: keyring(process.env.HOLDFAST_KEYS),
  redirectUris: ["http://localhost:3000/oauth/callback"],
  // For development: the emulator instead of Notion.
  reroute: JSON.parse(process.env.REROUTE ?? "{}"),
})

/** Whose connections they are: the example has nobody signed in, so all of it is one tenant's. */
export const owner = { tenantId: "example" }

OAuthFlow.configure(holdfast, { owner })

export { OAuthFlow as AlloyOAuthFlow }
