export { type Canary, type CanarySighting, createCanary } from "./canary.js"
export type {
  ApproveChoices,
  ConnectorExamples,
  DeepPartial,
  ErrorExample,
  MethodExample,
  OperationExample,
  SuiteCase,
  Values,
  WebhookExamples,
} from "./connector/examples.js"
export type {
  ProviderEmulator,
  SignedDelivery,
  SuiteAuthorizationServer,
  SuiteFault,
  SuiteSignature,
} from "./connector/provider-emulator.js"
export { suiteUrl } from "./connector/world.js"
export { connectorSuite } from "./connector-suite.js"
export {
  ada,
  bob,
  type ConnectorWorld,
  type ConnectorWorldOptions,
  connectorWorld,
  type DeliverOptions,
  endOf,
  type WorldChoices,
  type WorldRequest,
} from "./connector-world.js"
export {
  type EngineCase,
  type EngineInstance,
  type EngineSuiteOptions,
  type EngineTrial,
  type EngineUnderTest,
  engineCases,
  engineSuite,
  type StartableEngine,
} from "./engine-suite.js"
export type { ErrorCase } from "./error-corpus.js"
export { errorCorpusSuite } from "./error-corpus-suite.js"
export { exampleRow, fullRow, type NewRow } from "./example-row.js"
export type { HandlerMount, MountedHandler } from "./handler/under-test.js"
export { type HandlerSuiteOptions, handlerSuite } from "./handler-suite.js"
export { type StoreCase, type StoreSuiteOptions, type StoreUnderTest, storeCases, storeSuite } from "./store-suite.js"
