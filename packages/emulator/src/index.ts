export { type ApproveOptions, approve, type FetchLike } from "./approve.js"
export type {
  AuthenticatedToken,
  AuthorizationServer,
  IssueRequest,
  TokenInspection,
  TokenPlace,
} from "./authorization/contract.js"
export type {
  EmulatedAccount,
  EmulatedClient,
  EmulatedGrant,
  IssuedTokens,
  OAuthRefusal,
  OAuthRefusalReason,
  RevocationReason,
  TokenAnswer,
} from "./authorization/model.js"
export { oauth1Server } from "./authorization/oauth1.js"
export type {
  OAuth1Refusal,
  OAuth1RefusalReason,
  OAuth1Server,
  OAuth1ServerOptions,
  OAuth1SignatureMethod,
  SignedCall,
  SignedInspection,
} from "./authorization/oauth1-options.js"
export type {
  AuthorizationServerOptions,
  CallbackContext,
  CustomRefusal,
  ExtraGrantType,
  PolicyContext,
  RefreshTokenOptions,
  ReuseWindow,
  RevocationOptions,
  TokenPolicy,
  TokenSlot,
  TokenValueContext,
} from "./authorization/options.js"
export { authorizationServer } from "./authorization/server.js"
export { standardErrorResponse, standardTokenBody } from "./authorization/token.js"
export { type EmulatorClock, systemClock, virtualClock } from "./clock.js"
export type {
  Call,
  Emulator,
  EmulatorAction,
  EmulatorKit,
  EmulatorOptions,
  HttpMethod,
  RouteHandler,
  RouteOptions,
} from "./contract.js"
export { controlHandler, controlPrefix, type GrantSelection } from "./control.js"
export { type ControlledGrant, type EmulatorControl, emulatorControl } from "./control-client.js"
export {
  type Delivery,
  type DeliveryFlaw,
  type DeliveryTarget,
  deliver,
  deliveryVariants,
  type SignDeliveryOptions,
  signDelivery,
} from "./delivery.js"
export { createEmulator } from "./emulator.js"
export type { Fault, FaultMoment, Faults, PlannedFault, TokenAnswerFault } from "./fault.js"
export type { Counters, LoggedRequest, LogNote, TokenCall } from "./ledger.js"
export { type EmulatorRandom, seededRandom } from "./random.js"
export { emulatedFetch, type Reroute, reroutedFetch, toLoopback, toPublic } from "./reroute.js"
export { escapeHtml, formEncoded, json, page, redirect } from "./responses.js"
export {
  type DeliverySignature,
  digest,
  type HmacSignatureOptions,
  hmac,
  hmacSignature,
  pkceChallenge,
  type SignedParts,
} from "./signing.js"
