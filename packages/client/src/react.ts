"use client"

export type { ClientOptions, ConnectOptions, ConnectResult } from "./contract.js"
export { type ConnectionEvent, type FailureEvent, Integrations, type IntegrationsProps } from "./react/integrations.js"
export type { ObservedClient } from "./react/observed-client.js"
export { type Connect, useConnect } from "./react/use-connect.js"
export { type Connections, useConnections } from "./react/use-connections.js"
export { useHoldfast } from "./react/use-holdfast.js"
