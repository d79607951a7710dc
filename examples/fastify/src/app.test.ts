import { exampleSuite } from "example-driver"

exampleSuite("the app on Fastify", { folder: new URL("..", import.meta.url) })
