import { type Emulator, json } from "@holdfast/emulator"
import {
  authenticatedRoutes,
  bearerOf,
  type CatalogEmulatorOptions,
  catalogEmulator,
  createKeys,
  objectOf,
} from "./emulator-kit.js"

const accounts = [
  { id: "1000001", name: "First account", sender_email: "first@mailerlite.example" },
  { id: "1000002", name: "Second account", sender_email: "second@mailerlite.example" },
] as const

/** A token of each account. */
export const mailerliteKeys = {
  first: "eyJ0eXAiOiJKV1QifQ.emulated-first.mailerlite",
  second: "eyJ0eXAiOiJKV1QifQ.emulated-second.mailerlite",
}

export interface MailerliteProvider {
  /** A person deletes a token. */
  revokeKey(key: string): boolean
}

export type MailerliteEmulator = Emulator<MailerliteProvider>

/** A strict stand-in for MailerLite's API. @see https://developers.mailerlite.com/docs */
export function createMailerliteEmulator(options: CatalogEmulatorOptions = {}): MailerliteEmulator {
  return catalogEmulator("mailerlite", ["https://connect.mailerlite.com"], options, (kit) => {
    const keys = createKeys({ [mailerliteKeys.first]: accounts[0], [mailerliteKeys.second]: accounts[1] })
    const subscribers = ["one", "two", "three"].map((name, index) => ({
      id: String(31_897_397_363_737_860 + index),
      email: `${name}@subscriber.example`,
      status: name === "three" ? "unsubscribed" : "active",
      fields: { name } as Record<string, unknown>,
      groups: [] as unknown[],
    }))
    const api = authenticatedRoutes(kit, "https://connect.mailerlite.com", (call) =>
      call.request.headers.get("accept") === "application/json"
        ? (keys.find(bearerOf(call)) ?? refusal(401, "Unauthenticated."))
        : refusal(406, "Not Acceptable"),
    )

    api("GET", "/api/account", (_call, data) => json({ data }))
    api("GET", "/api/groups", () => json({ data: [{ id: "1", name: "Newsletter" }], meta: { total: 1 } }))
    api("GET", "/api/subscribers", ({ url }) => {
      if (url.searchParams.get("limit") === "0") return json({ total: subscribers.length })
      const limit = Number(url.searchParams.get("limit") ?? 25)
      const from = Number(url.searchParams.get("cursor") ?? 0)
      const status = url.searchParams.get("filter[status]")
      const found = subscribers.filter((one) => status === null || one.status === status)
      const next = from + limit < found.length ? String(from + limit) : null
      return json({ data: found.slice(from, from + limit), meta: { per_page: limit, next_cursor: next } })
    })
    api("GET", "/api/subscribers/{which}", ({ params }) => {
      const found = subscribers.find(({ id, email }) => id === params.which || email === params.which)
      return found ? json({ data: found }) : refusal(404, "Resource not found.")
    })
    api("POST", "/api/subscribers", async (call) => {
      const { email, fields, status, groups } = await objectOf(call)
      if (typeof email !== "string") return refusal(422, "The given data was invalid.", { email: ["Required."] })
      if (Array.isArray(groups) && groups.some((group) => group !== "1"))
        return refusal(422, "The given data was invalid.", { groups: ["The selected groups is invalid."] })
      const known = subscribers.find((one) => one.email === email)
      const id = String(31_897_397_363_737_860 + subscribers.length)
      const changed = known ?? { id, email, status: "active", fields: {}, groups: [] }
      Object.assign(changed.fields, fields)
      if (typeof status === "string") changed.status = status
      if (!known) subscribers.push(changed)
      return json({ data: changed }, { status: known ? 200 : 201 })
    })
    kit.notFound(() => refusal(404, "Resource not found."))
    return { revokeKey: keys.revoke }
  })
}

function refusal(status: number, message: string, errors?: object): Response {
  return json({ message, ...(errors && { errors }) }, { status })
}
