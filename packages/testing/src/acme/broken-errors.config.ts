import { defineConfig } from "vitest/config"
import broken from "./broken.config.js"

export default defineConfig({ ...broken, test: { ...broken.test, include: ["src/acme/broken-errors.fixture.ts"] } })
