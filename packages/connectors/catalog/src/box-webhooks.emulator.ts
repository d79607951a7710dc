import { type DeliverySignature, hmac, json } from "@holdfast/emulator"
import type { authenticatedRoutes } from "./emulator-kit.js"
import { objectOf, type Person } from "./emulator-kit.js"

/** What somebody asked to hear of. */
export interface BoxWebhook {
  readonly id: string
  readonly owner: string
  readonly folder: string
  readonly address: string
  readonly triggers: readonly string[]
}

/** How deliveries are signed, with both keys of the app. @see https://developer.box.com/guides/webhooks/v2/signatures-v2/ */
export function boxSignature(keys: { readonly primaryKey: string; readonly secondaryKey: string }): DeliverySignature {
  return {
    async sign({ body, at }) {
      const timestamp = new Date(at).toISOString()
      const signed = new Uint8Array([...body, ...new TextEncoder().encode(timestamp)])
      return {
        "box-delivery-timestamp": timestamp,
        "box-signature-primary": await hmac("SHA-256", keys.primaryKey, signed, "base64"),
        "box-signature-secondary": await hmac("SHA-256", keys.secondaryKey, signed, "base64"),
        "box-signature-version": "1",
        "box-signature-algorithm": "HmacSHA256",
      }
    },
    withForeignSecret: () =>
      boxSignature({ primaryKey: `${keys.primaryKey}-of-another`, secondaryKey: `${keys.secondaryKey}-of-another` }),
  }
}

/** What is sent of an item. @see https://developer.box.com/reference/resources/webhook-invocation/ */
export function boxEvent(trigger: string) {
  return {
    body: {
      type: "webhook_event",
      id: `eb0c4e06-751f-442c-86f8-${String(sumOf(trigger)).padStart(12, "0")}`,
      created_at: "2026-01-01T00:00:00-07:00",
      trigger,
      webhook: { id: "53", type: "webhook" },
      created_by: { id: "11446499", type: "user", name: "Second Person" },
      source: { id: "2002", type: "file", name: "Contract.pdf" },
    },
  }
}

function sumOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
}

/** Webhooks of folders, but never of the root; one for each folder, app and person. Answers those that stand. */
export function boxWebhooks(
  api: ReturnType<typeof authenticatedRoutes<Person>>,
  isFolder: (id: unknown) => boolean,
  refusal: (status: number, code: string) => Response,
): readonly BoxWebhook[] {
  const standing: BoxWebhook[] = []
  const mini = ({ id, folder }: BoxWebhook) => ({ id, type: "webhook", target: { id: folder, type: "folder" } })
  const whole = (one: BoxWebhook) => ({ ...mini(one), address: one.address, triggers: one.triggers })
  const own = (id: string | undefined, { id: owner }: Person) =>
    standing.find((one) => one.id === id && one.owner === owner)

  api("GET", "/2.0/webhooks", (_call, person) =>
    json({ entries: standing.filter(({ owner }) => owner === person.id).map(mini), limit: 100, next_marker: "" }),
  )
  api("GET", "/2.0/webhooks/{id}", ({ params }, person) => {
    const one = own(params.id, person)
    return one ? json(whole(one)) : refusal(404, "not_found")
  })
  api("POST", "/2.0/webhooks", async (call, person) => {
    const { target, address, triggers } = await objectOf(call)
    const { id: folder = "", type } = (target ?? {}) as { id?: string; type?: string }
    if (type !== "folder" || folder === "0" || typeof address !== "string" || !address.startsWith("https://"))
      return refusal(400, "bad_request")
    if (!isFolder(folder)) return refusal(404, "not_found")
    if (!Array.isArray(triggers) || triggers.length === 0) return refusal(400, "bad_request")
    if (standing.some((one) => one.owner === person.id && one.folder === folder)) return refusal(409, "conflict")
    const id = String(1_000 + standing.length)
    standing.push({ id, owner: person.id, folder, address, triggers: triggers as string[] })
    return json(whole(standing.at(-1) as BoxWebhook), { status: 201 })
  })
  api("DELETE", "/2.0/webhooks/{id}", ({ params }, person) => {
    const one = own(params.id, person)
    if (!one) return refusal(404, "not_found")
    standing.splice(standing.indexOf(one), 1)
    return new Response(null, { status: 204 })
  })
  return standing
}
