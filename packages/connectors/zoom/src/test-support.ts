import { connectorWorld } from "@holdfast/testing"
import { createZoomEmulator, emulatorApp, type ZoomEmulatorOptions } from "./emulator.js"
import { zoom } from "./index.js"

/** A real Holdfast with Zoom alone, over the stand-in. It has no guard: no host is a person's choice. */
export const zoomWorld = (seeds: ZoomEmulatorOptions = {}) =>
  connectorWorld({ connectors: [zoom(emulatorApp)], emulator: createZoomEmulator(seeds), guard: false })
