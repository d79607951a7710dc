import { exampleSuite } from "example-driver"

const next = new URL(import.meta.resolve("next/dist/bin/next")).pathname

exampleSuite("the app on Next", {
  folder: new URL("..", import.meta.url),
  build: [next, "build", "--webpack"],
  command: [next, "start", "--hostname", "localhost"],
  environment: {
    NODE_OPTIONS: `--conditions=@holdfast/source --import ${import.meta.resolve("tsx")}`,
    NEXT_TELEMETRY_DISABLED: "1",
  },
})
