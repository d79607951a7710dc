import { createComponent } from "@lit/react"
import * as React from "react"
import type { Client } from "../contract.js"
import { HoldfastIntegrations, type Strings } from "../element.js"

/** Which connection, of which connector. */
export interface ConnectionEvent {
  readonly connector: string
  readonly connectionId: string
}

/** What failed, by its code; the person was told. */
export interface FailureEvent {
  readonly code: string
  readonly connector?: string
  readonly connectionId?: string
}

/** Properties of {@link Integrations}. One of `url` and `client` says where the handler is. */
export interface IntegrationsProps {
  /** Address at which the handler is mounted, such as `/api/integrations`. */
  readonly url?: string
  /** A client of the page's own, in place of `url`: `useHoldfast` shares one with the hooks. */
  readonly client?: Client
  /** Ids of the connectors to show. Default: all. Keep the array from one rendering to the next. */
  readonly connectors?: readonly string[]
  /** Texts in place of the English ones. Keep the object from one rendering to the next. */
  readonly strings?: Partial<Strings>
  /** Default: `auto`, as the person's system has it. */
  readonly theme?: "light" | "dark" | "auto"
  readonly id?: string
  readonly className?: string
  readonly style?: React.CSSProperties
  /** `<h1 slot="heading">` in place of the element's own heading. */
  readonly children?: React.ReactNode
  onConnected?(event: CustomEvent<ConnectionEvent>): void
  onDisconnected?(event: CustomEvent<ConnectionEvent>): void
  onError?(event: CustomEvent<FailureEvent>): void
}

/**
 * `<holdfast-integrations>` as a component: what can be connected, what is, and everything a person does about it.
 *
 * ```tsx
 * <Integrations url="/api/integrations" onConnected={({ detail }) => track(detail.connector)} />
 * ```
 */
export const Integrations: React.ForwardRefExoticComponent<
  IntegrationsProps & React.RefAttributes<HoldfastIntegrations>
> = createComponent({
  react: React,
  tagName: "holdfast-integrations",
  elementClass: HoldfastIntegrations,
  displayName: "Integrations",
  events: {
    onConnected: "holdfast-connected",
    onDisconnected: "holdfast-disconnected",
    onError: "holdfast-error",
  },
}) as never
