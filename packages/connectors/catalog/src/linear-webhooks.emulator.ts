import { type DeliverySignature, type EmulatorKit, hmacSignature } from "@holdfast/emulator"
import type { GraphqlRoots } from "./graphql-emulator.js"

/** What an administrator asked to hear of. */
export interface LinearWebhook {
  readonly id: string
  readonly url: string
  readonly secret: string
  readonly resourceTypes: readonly string[]
}

/** How deliveries are signed. @see https://linear.app/developers/webhooks */
export function linearSignature(secret: string): DeliverySignature {
  return hmacSignature({ secret, headers: { "linear-signature": "{signature}" } })
}

/** What is sent of an issue, a comment or the application, at a time in milliseconds. */
export function linearEvent(
  type: "Issue" | "Comment" | "OAuthApp",
  action: string,
  organizationId: string,
  at: number,
) {
  const id = `8a000000-0000-4000-8000-0000000004${{ Issue: "01", Comment: "02", OAuthApp: "03" }[type]}`
  return {
    headers: {
      "linear-delivery": `8b000000-0000-4000-8000-${String(at).slice(-12).padStart(12, "0")}`,
      "linear-event": type,
    },
    body: {
      action,
      type,
      organizationId,
      webhookId: "8a000000-0000-4000-8000-000000000900",
      webhookTimestamp: at,
      createdAt: new Date(at).toISOString(),
      ...(type === "OAuthApp"
        ? { oauthClientId: "8a000000-0000-4000-8000-000000000800" }
        : {
            data: { id, createdAt: new Date(at).toISOString() },
            url: `https://linear.app/first/${type.toLowerCase()}/${id}`,
          }),
    },
  }
}

type Nodes = (all: readonly object[], given: Readonly<Record<string, unknown>>) => unknown

/** The part of the API that makes webhooks, which is for administrators. */
export function linearWebhooks(
  kit: EmulatorKit,
  refusal: (status: number, code: string, type: string) => Response,
): {
  readonly standing: readonly LinearWebhook[]
  query(scopes: readonly string[], nodes: Nodes): GraphqlRoots
  mutation(scopes: readonly string[]): GraphqlRoots
} {
  const standing: LinearWebhook[] = []
  const forbidden = () => refusal(200, "FORBIDDEN", "forbidden")
  return {
    standing,
    query: (scopes, nodes) => ({
      webhooks: (given) => (scopes.includes("admin") ? nodes(standing, given) : forbidden()),
    }),
    mutation: (scopes) => ({
      webhookCreate({ input }) {
        if (!scopes.includes("admin")) return forbidden()
        const { url, secret, resourceTypes, allPublicTeams, teamId } = input as {
          url?: string
          secret?: string
          resourceTypes?: readonly string[]
          allPublicTeams?: boolean
          teamId?: string
        }
        if (!url?.startsWith("https://") || !resourceTypes?.length || (!allPublicTeams && teamId === undefined))
          return refusal(200, "INPUT_ERROR", "invalid input")
        const id = `8c000000-0000-4000-8000-${String(standing.length + 1).padStart(12, "0")}`
        const webhook = { id, url, secret: secret ?? kit.random.id("lin_wh_", 32), resourceTypes }
        standing.push(webhook)
        return { success: true, webhook }
      },
      webhookDelete({ id }) {
        if (!scopes.includes("admin")) return forbidden()
        const at = standing.findIndex((one) => one.id === id)
        if (at < 0) return refusal(200, "INPUT_ERROR", "invalid input")
        standing.splice(at, 1)
        return { success: true }
      },
    }),
  }
}
