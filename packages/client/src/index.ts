export { isClientError } from "./client-error.js"
export type {
  AppSettings,
  BeginOptions,
  Catalogue,
  CatalogueEntry,
  CatalogueMethod,
  Client,
  ClientError,
  ClientOptions,
  ConnectOptions,
  ConnectResult,
  Conversation,
} from "./contract.js"
export { createClient } from "./create-client.js"
