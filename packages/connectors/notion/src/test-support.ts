import { connectorWorld } from "@holdfast/testing"
import { createNotionEmulator, emulatorApp, type NotionEmulatorOptions } from "./emulator.js"
import { notion } from "./index.js"

/** A real Holdfast with Notion alone, over the stand-in. */
export const notionWorld = (seeds: NotionEmulatorOptions = {}) =>
  connectorWorld({ connectors: [notion(emulatorApp)], emulator: createNotionEmulator(seeds) })
