import { type Call, isHoldfastError, type Place, type Subscription, type Webhooks } from "@holdfast/core"
import { z } from "zod"
import { isSignedByAny, parsedJson, unverified } from "./webhook-kit.js"

/** @see https://developer.box.com/reference/resources/webhook-invocation/ */
const payload = z.looseObject({
  type: z.literal("webhook_event"),
  id: z.string(),
  created_at: z.string(),
  trigger: z.string(),
  webhook: z.looseObject({ id: z.string() }),
  created_by: z.looseObject({ id: z.string() }).nullish(),
  source: z.looseObject({ id: z.string(), type: z.string() }).nullish(),
})

/** @see https://developer.box.com/guides/webhooks/triggers/ */
const triggers: Readonly<Record<string, string>> = {
  "FILE.UPLOADED": "A file was uploaded, or put into a folder",
  "FILE.TRASHED": "A file was put into the trash",
  "FILE.DELETED": "A file was deleted for good",
  "FILE.RESTORED": "A file was taken out of the trash",
  "FILE.MOVED": "A file was put elsewhere",
  "FILE.RENAMED": "A file has another name",
  "FOLDER.CREATED": "A folder was made",
  "COMMENT.CREATED": "Somebody commented on a file",
}
const nameOf = (trigger: string) => trigger.toLowerCase().replace(".", "_")

/** @see https://developer.box.com/reference/get-webhooks/ */
const listed = z.looseObject({
  entries: z.array(z.looseObject({ id: z.string(), target: z.looseObject({ id: z.string() }) })),
  next_marker: z.string().nullish(),
})
/** @see https://developer.box.com/reference/get-webhooks-id/ */
const full = z.looseObject({ id: z.string(), address: z.string() })
const items = z.looseObject({ entries: z.array(z.looseObject({ id: z.string(), type: z.string() })) })

const toleranceMs = 600_000
/** Webhooks reach into folders, but there is none of the root. */
const mostFolders = 25
const mostPages = 5

/**
 * A webhook for each folder in the root, signed with the two keys of the app, of which either will do while they are changed.
 * @see https://developer.box.com/guides/webhooks/v2/
 */
export const webhooks: Webhooks = {
  scheme:
    "HMAC-SHA256 of {body}{timestamp} with one of the app's two signature keys, base64, BOX-SIGNATURE-PRIMARY or BOX-SIGNATURE-SECONDARY; 600 s",

  own: {
    // https://developer.box.com/guides/webhooks/v2/signatures-v2/
    async verify({ app, clock }, { headers, body, text }) {
      const timestamp = headers.get("box-delivery-timestamp") ?? ""
      // A time that cannot be read is not within the tolerance.
      if (!(Math.abs(clock.now() - Date.parse(timestamp)) <= toleranceMs))
        throw unverified("box", "BOX-DELIVERY-TIMESTAMP is missing or too old.")
      const known =
        headers.get("box-signature-version") === "1" && headers.get("box-signature-algorithm") === "HmacSHA256"
      const { primaryKey, secondaryKey } = app?.fields ?? {}
      const signed = await Promise.all(
        (
          [
            [primaryKey, "box-signature-primary"],
            [secondaryKey, "box-signature-secondary"],
          ] as const
        ).map(([key, header]) =>
          key ? isSignedByAny([key], [body, timestamp], headers.get(header) ?? "", "base64") : false,
        ),
      )
      if (!known || !signed.includes(true))
        throw unverified("box", "No signature fits the body and a signature key of the app.")
      const read = payload.safeParse(parsedJson(text)).data
      if (!read) throw unverified("box", "The delivery cannot be read.")
      // Tried again, it keeps this id, and BOX-DELIVERY-ID changes.
      const events = Object.hasOwn(triggers, read.trigger)
        ? [{ id: read.id, name: nameOf(read.trigger), payload: read }]
        : []
      return { is: "events", events }
    },
  },

  events: Object.fromEntries(
    Object.entries(triggers).map(([trigger, summary]) => [nameOf(trigger), { summary, payload }]),
  ),

  async subscribe(call, place) {
    const { primaryKey, secondaryKey } = call.app?.fields ?? {}
    // Nothing could be proved.
    if (!primaryKey && !secondaryKey) return []
    try {
      const there = await webhooksOf(call)
      const query = { limit: 1_000, fields: "id,type" }
      const { entries } = await call.http.get("/folders/0/items", { query, output: items })
      const folders = entries.filter(({ type }) => type === "folder").slice(0, mostFolders)
      const subscriptions: Subscription[] = []
      for (const { id: folder } of folders) {
        const one = await subscribedTo(call, folder, place, there)
        if (one) subscriptions.push(one)
      }
      return subscriptions
    } catch (error) {
      // The app was not given “Manage webhooks”.
      if (!isHoldfastError(error, "forbidden") && !isHoldfastError(error, "scope_missing")) throw error
      call.context.log.warn("this app may not make webhooks at Box, so there will be no events", { code: error.code })
      return []
    }
  },

  async unsubscribe({ http }, subscriptions) {
    for (const { data } of subscriptions) {
      await http.delete("/webhooks/{id}", { path: { id: data.id ?? "" } }).catch((error: unknown) => {
        if (!isHoldfastError(error, "resource_not_found")) throw error
      })
    }
  },
}

async function webhooksOf({ http }: Call): Promise<z.infer<typeof listed>["entries"]> {
  const found: z.infer<typeof listed>["entries"] = []
  for (let count = 0, marker: string | undefined; count < mostPages; count++) {
    const page = await http.get("/webhooks", { query: { limit: 200, marker }, output: listed })
    found.push(...page.entries)
    marker = page.next_marker || undefined
    if (marker === undefined) break
  }
  return found
}

/** Undefined: the person has a webhook of this app there already, which tells somebody else. */
async function subscribedTo(
  { http }: Call,
  folder: string,
  { url }: Place,
  there: z.infer<typeof listed>["entries"],
): Promise<Subscription | undefined> {
  const standing = there.find(({ target }) => target.id === folder)
  if (standing) {
    // The keys are the app's: one that nobody could tell of is as good as another.
    const { id, address } = await http.get("/webhooks/{id}", { path: { id: standing.id }, output: full })
    return address === url ? { data: { id, folder } } : undefined
  }
  const json = { target: { id: folder, type: "folder" }, address: url, triggers: Object.keys(triggers) }
  const { id } = await http.post("/webhooks", { json, output: full })
  return { data: { id, folder } }
}
