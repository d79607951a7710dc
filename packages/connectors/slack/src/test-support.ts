import { connectorWorld } from "@holdfast/testing"
import { createSlackEmulator, emulatorApp, type SlackEmulatorOptions } from "./emulator.js"
import { type SlackOptions, slack } from "./index.js"

/** A real Holdfast with Slack alone, over the stand-in. It has no guard: no host is a person's choice. */
export const slackWorld = (
  options: SlackOptions = {},
  seeds: SlackEmulatorOptions = {},
  emulator = createSlackEmulator(seeds),
) => connectorWorld({ connectors: [slack({ ...emulatorApp, ...options })], emulator, guard: false })
