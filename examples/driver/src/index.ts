export { drivePage } from "./drive-page.js"
export { exampleSuite } from "./example-suite.js"
export { type Example, type ExampleOptions, startExample } from "./start-example.js"
