export { type AcmeConnector, type AcmeOptions, acme } from "./acme.js"
