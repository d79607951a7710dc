import type { EmulatorKit } from "@holdfast/emulator"
import { type endpoints, listed, page } from "./endpoint.js"
import { badParameter, missing } from "./refusal.js"
import type { StripeObject } from "./world.js"

/** What Stripe knows of an endpoint; its secret is shown once. */
export interface WebhookEndpoint extends StripeObject {
  readonly url: string
  readonly enabled_events: readonly string[]
  readonly secret: string
}

/**
 * Endpoints of an account, made by its key.
 * @see https://docs.stripe.com/api/webhook_endpoints
 */
export function webhookEndpoints(kit: EmulatorKit, endpoint: ReturnType<typeof endpoints>): void {
  endpoint("POST", "/v1/webhook_endpoints", {
    id: "webhook_endpoints.create",
    permission: "webhook_write",
    parameters: {
      url: "string",
      enabled_events: "strings",
      api_version: "string",
      description: "string",
      connect: "boolean",
      metadata: "map",
    },
    run({ caller: { mode }, values }) {
      const { api_version = null, description = null, enabled_events, metadata = {}, url } = values
      if (typeof url !== "string") throw badParameter("url", "parameter_missing", "Missing required param: url.")
      if (!Array.isArray(enabled_events) || enabled_events.length === 0)
        throw badParameter("enabled_events", "parameter_missing", "Missing required param: enabled_events.")
      if (!URL.canParse(url) || (mode.livemode && !url.startsWith("https://")))
        throw badParameter("url", "url_invalid", "Invalid URL: the URL must be publicly accessible over https.")
      const made: WebhookEndpoint = {
        id: kit.random.id("we_", 24),
        object: "webhook_endpoint",
        api_version,
        application: null,
        created: Math.floor(kit.clock.now() / 1000),
        description,
        enabled_events: enabled_events as string[],
        livemode: mode.livemode,
        metadata,
        secret: kit.random.id("whsec_", 32),
        status: "enabled",
        url,
      }
      mode.webhookEndpoints.set(made.id, made)
      return made
    },
  })
  endpoint("GET", "/v1/webhook_endpoints", {
    id: "webhook_endpoints.list",
    permission: "webhook_read",
    parameters: page,
    run({ caller: { mode }, values }) {
      const shown = [...mode.webhookEndpoints.values()].map(({ secret: _, ...rest }) => rest as unknown as StripeObject)
      return listed("/v1/webhook_endpoints", "webhook endpoint", shown, values)
    },
  })
  endpoint("DELETE", "/v1/webhook_endpoints/{id}", {
    id: "webhook_endpoints.delete",
    permission: "webhook_write",
    parameters: {},
    run({ caller: { mode }, id }) {
      if (!mode.webhookEndpoints.delete(id)) throw missing("webhook endpoint", id, "id")
      return { id, object: "webhook_endpoint", deleted: true }
    },
  })
}
