import { exampleSuite } from "example-driver"

exampleSuite("the app on Hono", { folder: new URL("..", import.meta.url) })
