import { type AuthMethod, type Connector, HoldfastError } from "@holdfast/core"
import { z } from "zod"
import { begin } from "../../begin.js"
import type { Exchange } from "../../exchange.js"
import type { Route } from "../../router.js"
import { knownVisitor } from "../../routes/attempts.js"
import { claimPosted } from "../claim-posted.js"
import { handOver } from "../host-page.js"
import { checkVersion } from "./version.js"

/** From asking for an address to send the person to, until there is a connection. */
export const credentialRoutes: readonly Route[] = [
  { method: "POST", path: "/{connector}/credentials", scope: "connect", answer: beginCredential },
  { method: "POST", path: "/{connector}/credentials/callback", scope: "connect", answer: finishCredential },
  { method: "GET", path: "/{connector}/credentials/arrived", open: true, acts: true, answer: goOn },
]

const text = z.string().min(1).max(2_000)
const asked = z.object({ connectorId: text.optional(), credentialType: text.optional(), redirectUri: text })

async function beginCredential(exchange: Exchange): Promise<Response> {
  checkVersion(exchange.request)
  const { holdfast, site } = exchange
  const connector = connectorOf(exchange)
  const { connectorId = connector.id, credentialType, redirectUri } = await exchange.fields(asked)
  if (holdfast.connectorOf(connectorId).id !== connector.id) throw wrong("connectorId")
  if (!holdfast.redirectUris.includes(redirectUri) && !holdfast.returnUrls.includes(redirectUri))
    throw new HoldfastError(
      "redirect_uri_mismatch",
      "redirectUri must equal an entry of `redirectUris` or `returnUrls`.",
      {
        details: { redirectUri },
      },
    )
  const { attempt } = await begin(exchange, {
    connector: connector.id,
    method: methodOf(connector, credentialType).id,
    returnTo: `${site.basePath}/${connector.id}/credentials/arrived?to=${encodeURIComponent(redirectUri)}`,
    claim: "owner",
  })
  return Response.json({ oauthUrl: attempt.url, credentialId: attempt.id })
}

/** Where people come from pages of ours when the provider has answered. On to the address that the attempt was begun with. */
async function goOn(exchange: Exchange): Promise<Response> {
  const { attempt } = exchange.query(z.object({ attempt: text }))
  const view = await exchange.holdfast.attempts.view(attempt, await knownVisitor(exchange))
  // As it is stored: what the browser's address says may be anybody's.
  const to = new URL(view.returnTo ?? "", exchange.site.origin).searchParams.get("to")
  if (to === null) throw new HoldfastError("not_found", "The attempt was not begun here.")
  return handOver(exchange, to, view)
}

async function finishCredential(exchange: Exchange): Promise<Response> {
  checkVersion(exchange.request)
  const { connectionId, id, begunAs = id } = await claimPosted(exchange, connectorOf(exchange))
  return Response.json({ connectionId, credentialId: begunAs, status: "connected" })
}

/** The first method of a kind; unless told, the first that begins at the provider's page. */
function methodOf({ methods }: Connector, kind: string | undefined): AuthMethod {
  const method =
    kind === undefined
      ? (methods.find(({ facts }) => facts.startsWith === "redirect") ?? methods[0])
      : methods.find((method) => method.kind === kind)
  if (method) return method
  throw wrong("credentialType")
}

function connectorOf({ holdfast, param }: Exchange): Connector {
  return holdfast.connectorOf(param("connector"))
}

function wrong(field: string): HoldfastError {
  return new HoldfastError("input_invalid", undefined, { details: { fields: [field] } })
}
