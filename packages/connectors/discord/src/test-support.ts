import { connectorWorld } from "@holdfast/testing"
import { createDiscordEmulator, type DiscordEmulatorOptions, emulatorApp } from "./emulator.js"
import { type DiscordOptions, discord } from "./index.js"

/** A real Holdfast with Discord alone, over the stand-in. */
export const discordWorld = (options: DiscordOptions = {}, seeds: DiscordEmulatorOptions = {}) =>
  connectorWorld({ connectors: [discord({ ...emulatorApp, ...options })], emulator: createDiscordEmulator(seeds) })
