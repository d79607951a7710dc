import { createHoldfast, keyring } from "@holdfast/core"
import { googleSheets } from "@holdfast/google"
import { slack } from "@holdfast/slack"
import { sqliteStore } from "@holdfast/store-sql/sqlite"
import { stripe } from "@holdfast/stripe"

/** What can be connected. Registrations come from the environment: `SLACK_CLIENT_ID`, `SLACK_CLIENT_SECRET`, `GOOGLE_CLIENT_ID`, … */
export const holdfast = createHoldfast({
  url: `${process.env.APP_URL ?? "http://localhost:3000"}/api/integrations`,
  connectors: [slack(), googleSheets(), stripe()],
  store: sqliteStore(process.env.DATABASE_FILE ?? "holdfast.db"),
  keys: keyring(process.env.HOLDFAST_KEYS),
  // For development: emulators in place of the providers.
  reroute: JSON.parse(process.env.REROUTE ?? "{}"),
})
