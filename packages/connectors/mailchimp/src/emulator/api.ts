import { type AuthorizationServer, type Call, type EmulatorKit, type HttpMethod, json } from "@holdfast/emulator"
import type { ApiState, MailchimpAccount, MailchimpMember, MailchimpWebhook } from "./world.js"

interface Parts {
  readonly oauth: AuthorizationServer<MailchimpAccount>
  readonly accounts: readonly MailchimpAccount[]
  /** API keys, without their data centre: whose. */
  readonly keys: ReadonlyMap<string, string>
  /** Whether new webhooks are signed. */
  readonly signing: boolean
  /** MD5 of an address in lower case. */
  hash(address: string): string
}

const origin = "https://*.api.mailchimp.com"

/** A problem document. @see https://mailchimp.com/developer/marketing/docs/errors/ */
function refused(status: number, title: string, detail: string, errors: readonly object[] = []): Response {
  const type = "https://mailchimp.com/developer/marketing/docs/errors/"
  const body = { type, title, status, detail, instance: "00000000-0000-0000-0000-000000000000" }
  return json(errors.length > 0 ? { ...body, errors } : body, {
    status,
    headers: { "content-type": "application/problem+json; charset=utf-8" },
  })
}

const notFound = () => refused(404, "Resource Not Found", "The requested resource could not be found.")
const invalid = (field: string, message: string) =>
  refused(400, "Invalid Resource", "The resource submitted could not be validated.", [{ field, message }])

const listsOf = ({ account_id }: MailchimpAccount) =>
  ["News", "Customers", "Testers"].map((title, index) => ({
    id: `${account_id}list${index + 1}`,
    name: title,
  }))

/**
 * The API root, audiences, members, campaigns and webhooks.
 * @see https://mailchimp.com/developer/marketing/api/
 */
export function mailchimpApi(kit: EmulatorKit, { oauth, accounts, keys, signing, hash }: Parts): ApiState {
  const members: MailchimpMember[] = []
  const webhooks: MailchimpWebhook[] = []
  const campaigns: ApiState["campaigns"] = []
  for (const account of accounts) {
    const [news] = listsOf(account)
    const list_id = news?.id ?? ""
    for (const name of ["one", "two", "three"]) {
      const email_address = `${name}@member.example`
      members.push({ id: hash(email_address), email_address, status: "subscribed", list_id, merge_fields: {} })
    }
    const { account_id } = account
    campaigns.push({ id: `${account_id}camp1`, account_id, status: "sent", list_id })
    campaigns.push({ id: `${account_id}camp2`, account_id, status: "save", list_id })
  }

  const accountOf = (call: Call): MailchimpAccount | undefined => {
    const authorization = call.request.headers.get("authorization") ?? ""
    const basic = /^Basic (.+)$/.exec(authorization)?.[1]
    const key = basic === undefined ? authorization.replace(/^Bearer /, "") : (atob(basic).split(":")[1] ?? "")
    const owner = keys.get(key.replace(/-[a-z]+\d+$/, ""))
    if (owner !== undefined && key.includes("-")) return accounts.find(({ account_id }) => account_id === owner)
    const token = oauth.inspect(call.request)
    if (token.is !== "live") return undefined
    call.note({ grantId: token.grant.id })
    return token.account.data
  }

  const route = (
    method: HttpMethod,
    path: string,
    answer: (call: Call, account: MailchimpAccount) => Response | Promise<Response>,
  ) =>
    kit.route(
      method,
      origin,
      `/3.0${path}`,
      async (call) => {
        const account = accountOf(call)
        if (!account) {
          const detail = "Your API key may be invalid, or you've attempted to access the wrong datacenter."
          return refused(401, "API Key Invalid", detail)
        }
        if (call.url.host !== `${account.dc}.api.mailchimp.com`) {
          return refused(403, "Wrong Datacenter", "The API key provided is linked to a different data center.")
        }
        return await answer(call, account)
      },
      { id: `${method} ${path}` },
    )

  const paged = ({ searchParams }: URL, name: string, all: readonly object[]) => {
    const count = Number(searchParams.get("count") ?? 10)
    const offset = Number(searchParams.get("offset") ?? 0)
    if (!(count >= 0 && count <= 1_000)) return invalid("count", "must be between 0 and 1000")
    return json({ [name]: all.slice(offset, offset + count), total_items: all.length, _links: [] })
  }
  const countOf = (list_id: string) =>
    members.filter((one) => one.list_id === list_id && one.status === "subscribed").length

  route("GET", "/", (_call, account) => {
    const lists = listsOf(account)
    return json({
      account_id: account.account_id,
      login_id: String(account.user_id),
      account_name: account.name,
      email: account.email,
      role: "owner",
      total_subscribers: lists.reduce((sum, { id }) => sum + countOf(id), 0),
    })
  })
  route("GET", "/ping", () => json({ health_status: "Everything's Chimpy!" }))

  route("GET", "/lists", ({ url }, account) =>
    paged(
      url,
      "lists",
      listsOf(account).map(({ id, name }) => ({
        id,
        name,
        stats: { member_count: countOf(id), unsubscribe_count: 0 },
      })),
    ),
  )

  /** Answers for an audience of the account alone. */
  const ofList =
    (answer: (call: Call, list_id: string) => Response | Promise<Response>) =>
    (call: Call, account: MailchimpAccount) => {
      const list = listsOf(account).find(({ id }) => id === call.params.list)
      return list ? answer(call, list.id) : notFound()
    }
  const bodyOf = async (call: Call): Promise<Record<string, unknown>> =>
    ((await call.json()) ?? {}) as Record<string, unknown>
  const statuses = ["subscribed", "unsubscribed", "cleaned", "pending", "transactional"]

  const add = (list_id: string, body: Record<string, unknown>, status: unknown) => {
    const { email_address, merge_fields = {} } = body
    if (typeof email_address !== "string" || !email_address.includes("@")) {
      return invalid("email_address", "This value should not be blank.")
    }
    if (typeof status !== "string" || !statuses.includes(status)) return invalid("status", "is not a status")
    const id = hash(email_address)
    const added = { id, email_address, status, list_id, merge_fields: merge_fields as Record<string, unknown> }
    members.push(added)
    return json(added)
  }
  const memberOf = (call: Call, list_id: string) =>
    members.find((one) => one.list_id === list_id && one.id === call.params.hash)
  const change = (found: MailchimpMember, { email_address, status, merge_fields }: Record<string, unknown>) => {
    if (status !== undefined && !statuses.includes(String(status))) return invalid("status", "is not a status")
    if (typeof email_address === "string") found.email_address = email_address
    if (status !== undefined) found.status = String(status)
    found.merge_fields = { ...found.merge_fields, ...(merge_fields as Record<string, unknown> | undefined) }
    return json(found)
  }

  route(
    "GET",
    "/lists/{list}/members",
    ofList(({ url }, list_id) => {
      const status = url.searchParams.get("status")
      const hits = members.filter((one) => one.list_id === list_id && (status === null || one.status === status))
      return paged(url, "members", hits)
    }),
  )
  route(
    "POST",
    "/lists/{list}/members",
    ofList(async (call, list_id) => {
      const body = await bodyOf(call)
      const id = hash(String(body.email_address ?? ""))
      if (members.some((one) => one.list_id === list_id && one.id === id)) {
        return refused(400, "Member Exists", "The contact is already a list member. Use PUT to insert or update.")
      }
      return add(list_id, body, body.status)
    }),
  )
  route(
    "PUT",
    "/lists/{list}/members/{hash}",
    ofList(async (call, list_id) => {
      const body = await bodyOf(call)
      const found = memberOf(call, list_id)
      if (found) return change(found, body)
      if (hash(String(body.email_address ?? "")) !== call.params.hash) return invalid("email_address", "is another's")
      return add(list_id, body, body.status ?? body.status_if_new)
    }),
  )
  route(
    "PATCH",
    "/lists/{list}/members/{hash}",
    ofList(async (call, list_id) => {
      const found = memberOf(call, list_id)
      return found ? change(found, await bodyOf(call)) : notFound()
    }),
  )

  const shownCampaign = ({ account_id: _, list_id, ...campaign }: ApiState["campaigns"][number]) => ({
    ...campaign,
    type: "regular",
    recipients: { list_id },
    settings: { subject_line: "Hello" },
  })
  route("GET", "/campaigns", ({ url }, { account_id }) => {
    const [status, list] = [url.searchParams.get("status"), url.searchParams.get("list_id")]
    const own = campaigns.filter((one) => one.account_id === account_id)
    const hits = own.filter(
      (one) => (status === null || one.status === status) && (list === null || one.list_id === list),
    )
    return paged(url, "campaigns", hits.map(shownCampaign))
  })
  route("POST", "/campaigns/{id}/actions/send", ({ params }, { account_id }) => {
    const found = campaigns.find((one) => one.id === params.id && one.account_id === account_id)
    if (!found) return notFound()
    if (found.status !== "save") return refused(400, "Bad Request", "Campaign has already been sent.")
    found.status = "sending"
    return new Response(null, { status: 204 })
  })

  // https://mailchimp.com/developer/marketing/api/list-webhooks/
  const visible = ({ secret, ...webhook }: MailchimpWebhook) => ({ ...webhook, signing_enabled: secret !== undefined })
  const hookAt = (call: Call, list_id: string) =>
    webhooks.findIndex((one) => one.list_id === list_id && one.id === call.params.id)
  route(
    "GET",
    "/lists/{list}/webhooks",
    ofList(({ url }, list_id) =>
      paged(url, "webhooks", webhooks.filter((one) => one.list_id === list_id).map(visible)),
    ),
  )
  route(
    "POST",
    "/lists/{list}/webhooks",
    ofList(async (call, list_id) => {
      const { url, events = {}, sources = {} } = await bodyOf(call)
      if (typeof url !== "string" || !url.startsWith("https://")) return invalid("url", "must be https")
      if (webhooks.some((one) => one.list_id === list_id && one.url === url)) {
        return refused(400, "Bad Request", "Sorry, you can't set up multiple WebHooks for one URL")
      }
      const webhook: MailchimpWebhook = {
        id: kit.random.string(10),
        list_id,
        url,
        events: events as Record<string, boolean>,
        sources: sources as Record<string, boolean>,
        ...(signing && { secret: kit.random.string(40) }),
      }
      webhooks.push(webhook)
      return json({ ...visible(webhook), ...(signing && { signing_secret: webhook.secret }) })
    }),
  )
  route(
    "PATCH",
    "/lists/{list}/webhooks/{id}",
    ofList(async (call, list_id) => {
      const found = webhooks[hookAt(call, list_id)]
      if (!found) return notFound()
      found.url = String((await bodyOf(call)).url ?? found.url)
      return json(visible(found))
    }),
  )
  route(
    "DELETE",
    "/lists/{list}/webhooks/{id}",
    ofList((call, list_id) => {
      const at = hookAt(call, list_id)
      if (at < 0) return notFound()
      webhooks.splice(at, 1)
      return new Response(null, { status: 204 })
    }),
  )

  kit.notFound(() => notFound())
  return { members, webhooks, campaigns }
}
