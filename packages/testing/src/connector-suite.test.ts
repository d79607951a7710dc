import { acme } from "./acme/acme-connector.js"
import { acmeExamples } from "./acme/acme-examples.js"
import { connectorSuite } from "./connector-suite.js"

connectorSuite(acme, acmeExamples)
