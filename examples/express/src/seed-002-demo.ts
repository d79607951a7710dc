/** `pnpm --filter example-express seed-002`: the example against an emulator on loopback, with nothing to keep. */
import { randomBytes } from "node:crypto"
import { listen } from "@holdfast/emulator/node"
import { createNotionEmulator, emulatorApp } from "@holdfast/notion/emulator"

const emulator = createNotionEmulator({ redirectUris: ["http://localhost:3000/oauth/callback"] })
const { reroute } = await listen(emulator)
Object.assign(process.env, {
  NOTION_CLIENT_ID: emulatorApp.clientId,
  NOTION_CLIENT_SECRET: emulatorApp.clientSecret,
  HOLDFAST_KEYS: `example:${randomBytes(32).toString("base64url")}`,
  DATABASE_FILE: ":memory:",
  REROUTE: JSON.stringify(reroute),
})
// Its configuration is read as it is loaded.
await import("./seed-002.js")
