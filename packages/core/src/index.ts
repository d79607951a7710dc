export type { Access, ApiKeyInfo, ApiKeyScope, BrowserAccess, BrowserTokenOptions } from "./access.js"
export type { Account } from "./account.js"
export type { Apps, AppView } from "./apps.js"
export type { Arrival, Attempts, AttemptView, BeginRequest, BegunAttempt, ConnectOptions, Visitor } from "./attempts.js"
export { type ConsoleLoggerOptions, consoleLogger } from "./call/console-logger.js"
export type { Cipher } from "./cipher.js"
export { joseCipher } from "./cipher-jose.js"
export { nodeCipher } from "./cipher-node.js"
export { systemCipher } from "./cipher-system.js"
export type {
  Connection,
  ConnectionInfo,
  ConnectionStatistics,
  DisconnectReport,
  HealthReport,
  InputOf,
  ItemOf,
  OperationName,
  PagedOperationName,
  PaginateArguments,
  PaginateOptions,
  ResultOf,
  RunArguments,
  RunOptions,
  Token,
  TokenAccess,
  TokenOptions,
  Usage,
} from "./connection.js"
export type {
  Api,
  AppDescription,
  AppField,
  Call,
  Category,
  CheckPart,
  Connector,
  ErrorMeaning,
  ErrorTable,
  OperationMap,
  RateLimitHeaders,
  Setup,
  Target,
} from "./connector.js"
export type { App, Context } from "./context.js"
export { createHoldfast } from "./create-holdfast.js"
export { type AppOptions, defineConnector } from "./define-connector.js"
export { diagnoseAnswer, type ProviderSaid } from "./doctor/diagnose-answer.js"
export type { Diagnosis, Severity } from "./doctor/diagnosis.js"
export type { KnownCause, Moment } from "./doctor/known-cause.js"
export { type ErrorCode, type ErrorDetails, errorTable, HoldfastError, isHoldfastError } from "./errors.js"
export type { LifecycleEvent, LifecycleEventType } from "./events.js"
export { OAuthFlow, type OAuthFlowOptions } from "./flow/oauth-flow.js"
export type { Guard } from "./guard.js"
export type {
  ById,
  ConnectorId,
  ExecuteCall,
  Holdfast,
  OwnerScope,
  ReceivedEvent,
  ScopeOptions,
  SystemScope,
  WebhookHandler,
} from "./holdfast.js"
export type { HoldfastOptions } from "./holdfast-options.js"
export type { Http, HttpOptions, HttpValue } from "./http.js"
export type { Journal, JournalEntry } from "./journal.js"
export { type Key, type Keyring, keyring } from "./keyring.js"
export type { KeyCensus, KeyRotation, KeyUse, KeyWalkOptions, UnreadableValue } from "./keys/key-rotation.js"
export { type Logger, silentLogger } from "./logger.js"
export { type MemoryStoreOptions, memoryStore } from "./memory-store.js"
export type {
  AuthMethod,
  Evidence,
  Grant,
  GrantPolicy,
  MethodAnswer,
  MethodFacts,
  MethodFailure,
  Next,
  Outcome,
  Rotation,
  SlotClock,
} from "./method.js"
export { apiKey } from "./methods/api-key.js"
export { basic } from "./methods/basic.js"
export { type Choice, type ChoiceOption, type ChoiceSource, type ChoiceState, withChoice } from "./methods/choice.js"
export { clientCredentials } from "./methods/client-credentials.js"
export type { ClientCredentialsSecret } from "./methods/client-credentials-request.js"
export { type Form, formSchema, formStep, takeForm } from "./methods/form-step.js"
export type {
  ApiKeyOptions,
  ApiKeySecret,
  BasicOptions,
  BasicSecret,
  ClientCredentialsOptions,
} from "./methods/key-options.js"
export { lastingClock, lastingPolicy } from "./methods/lasting.js"
export { oauth1 } from "./methods/oauth1.js"
export type { OAuth1Options, OAuth1Secret, OAuth1State } from "./methods/oauth1-options.js"
export { type OAuth1Credentials, type SignatureMethod, signOAuth1 } from "./methods/oauth1-sign.js"
export { oauth2 } from "./methods/oauth2.js"
export type { OAuth2Options, TokenBody, TokenSet } from "./methods/oauth2-options.js"
export type { OAuth2State } from "./methods/oauth2-settings.js"
export { type Effect, type Operation, operation, type Pages } from "./operation.js"
export { type Owner, owns, parseOwner } from "./owner.js"
export { parsedJson } from "./parsed-json.js"
export { base64url, type Clock, fromBase64url, type Runtime, sleep, systemRuntime, type Timers } from "./runtime.js"
export type { Scheduler, TickReport } from "./scheduler.js"
export { type HmacAlgorithm, hmac, isFresh, isSameText, isSignedByAny } from "./signature.js"
export { type Actor, type Reason, reasonTable, type SlotStatus, type Status, worstStatus } from "./status.js"
export type { Field, Input, Step, StepError } from "./step.js"
export type {
  ConnectionDetail,
  ConnectionQuery,
  ConnectionRow,
  ConnectionStore,
  DocumentStore,
  InsertResult,
  Intent,
  Lease,
  PendingEvent,
  SlotDetail,
  StoredDocument,
  TokenStore,
  UpdateResult,
  WebhookDetail,
} from "./store.js"
export { verifyBatch } from "./update-batch.js"
export { createVault, type RowIdentity, type Vault, type VaultOptions } from "./vault.js"
export type {
  Delivery,
  EventSource,
  OwnWebhooks,
  Place,
  Subscription,
  SyncSource,
  Verdict,
  VerifyContext,
  WebhookEvent,
  Webhooks,
} from "./webhook.js"
export type { WebhookReceiver } from "./webhook-receiver.js"
