import { defaultServerConditions } from "vite"
import { defineConfig } from "vitest/config"

const source = "@holdfast/source"

export default defineConfig({
  ssr: { resolve: { conditions: [source, ...defaultServerConditions], externalConditions: [source] } },
  test: { include: ["src/acme/broken.fixture.ts"], execArgv: [`--conditions=${source}`] },
})
