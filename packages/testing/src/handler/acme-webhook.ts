import { type Delivery, HoldfastError, type Verdict } from "@holdfast/core"
import { z } from "zod"

const body = z.object({ id: z.string(), account: z.string(), note: z.string() })

/** Hex HMAC-SHA256 of the text. */
export async function signAcme(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder()
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ])
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)))
  return [...signature].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** Signed, or refused. What arrives is compared over its exact text; a HEAD only looks whether anybody is there. */
export async function verifyAcme(secret: string, delivery: Delivery): Promise<Verdict> {
  if (delivery.headers.get("x-acme-signature") !== (await signAcme(secret, delivery.text))) {
    throw new HoldfastError("webhook_unverified")
  }
  if (delivery.method === "HEAD") return { is: "handshake", response: new Response("here") }
  const { id, account, note } = body.parse(JSON.parse(delivery.text))
  return { is: "events", events: [{ id, name: "note_created", accountId: account, payload: { note } }] }
}
