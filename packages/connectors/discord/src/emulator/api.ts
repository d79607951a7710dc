import { type AuthorizationServer, type Call, type EmulatorKit, json } from "@holdfast/emulator"
import { botUser, type Consent, type DiscordChannel, type DiscordGuild, type DiscordWorld } from "./world.js"

const host = "https://discord.com"

type Caller =
  | { readonly is: "bot" }
  | { readonly is: "person"; readonly consent: Consent; readonly scopes: readonly string[] }
type Answer = (call: Call, caller: Caller) => Response | Promise<Response>
type InGuild = (call: Call, guild: DiscordGuild) => Response | Promise<Response>

/** A refusal in Discord's form. @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
export function refusal(status: number, code: number, message: string): Response {
  return json({ message, code }, { status })
}

const unauthorized = () => refusal(401, 0, "401: Unauthorized")

/** Users, servers, channels and messages. @see https://discord.com/developers/docs/reference */
export function discordApi(
  kit: EmulatorKit,
  { world, oauth, botToken }: { world: DiscordWorld; oauth: AuthorizationServer<Consent>; botToken: string },
): void {
  function callerOf({ request }: Call): Caller | undefined {
    const authorization = request.headers.get("authorization") ?? ""
    if (authorization.startsWith("Bot ")) return authorization === `Bot ${botToken}` ? { is: "bot" } : undefined
    const token = oauth.inspect(request)
    return token.is === "live" ? { is: "person", consent: token.account.data, scopes: token.scopes } : undefined
  }

  const route = (method: "GET" | "POST" | "DELETE", path: string, answer: Answer) =>
    kit.route(
      method,
      host,
      `/api/v10${path}`,
      async (call) => {
        // https://discord.com/developers/docs/reference#user-agent
        if (!call.request.headers.get("user-agent")) return new Response("error code: 1010", { status: 403 })
        const caller = callerOf(call)
        return limited(caller ? await answer(call, caller) : unauthorized())
      },
      { id: `${method} ${path}` },
    )
  const forBot = (
    method: "GET" | "POST" | "DELETE",
    path: string,
    answer: (call: Call) => Response | Promise<Response>,
  ) => route(method, path, (call, caller) => (caller.is === "bot" ? answer(call) : unauthorized()))
  const inGuild = (method: "GET" | "POST", path: string, answer: InGuild) =>
    forBot(method, `/guilds/{guild}${path}`, (call) => {
      const guild = world.guilds.find(({ id }) => id === call.params.guild && world.botGuilds.has(id))
      return guild ? answer(call, guild) : refusal(404, 10004, "Unknown Guild")
    })
  const channelOf = (id: string | undefined) =>
    world.guilds
      .filter((guild) => world.botGuilds.has(guild.id))
      .flatMap((guild) => guild.channels.map((channel) => ({ guild, channel })))
      .find(({ channel }) => channel.id === id)
  const inChannel = (
    method: "GET" | "POST",
    path: string,
    answer: (call: Call, found: { guild: DiscordGuild; channel: DiscordChannel }) => Response | Promise<Response>,
  ) =>
    forBot(method, `/channels/{channel}${path}`, (call) => {
      const found = channelOf(call.params.channel)
      if (!found) return refusal(404, 10003, "Unknown Channel")
      return found.channel.bot === "sees nothing" ? refusal(403, 50001, "Missing Access") : answer(call, found)
    })

  route("GET", "/users/@me", (_call, caller) => {
    if (caller.is === "bot") return json(botUser)
    if (!caller.scopes.includes("identify")) return refusal(403, 50026, "Missing required OAuth2 scope")
    const { email, ...user } = caller.consent.user
    return json({ ...user, discriminator: "0", avatar: null, ...(caller.scopes.includes("email") && { email }) })
  })

  route("GET", "/users/@me/guilds", ({ url }, caller) => {
    if (caller.is === "person" && !caller.scopes.includes("guilds"))
      return refusal(403, 50026, "Missing required OAuth2 scope")
    const mine = world.guilds.filter(({ id, ownerId }) =>
      caller.is === "bot" ? world.botGuilds.has(id) : ownerId === caller.consent.user.id,
    )
    const after = url.searchParams.get("after") ?? "0"
    const limit = Number(url.searchParams.get("limit") ?? 200)
    const page = mine.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit)
    return json(
      page.map(({ id, name }) => ({
        id,
        name,
        icon: null,
        owner: caller.is === "person",
        permissions: "2147483647",
        features: [],
      })),
    )
  })

  forBot("DELETE", "/users/@me/guilds/{guild}", ({ params }) => {
    if (!world.botGuilds.delete(params.guild ?? "")) return refusal(404, 10004, "Unknown Guild")
    kit.countRevocation()
    return new Response(null, { status: 204 })
  })

  forBot("GET", "/users/{user}", ({ params }) => {
    const user = world.users.find(({ id }) => id === params.user)
    if (!user) return refusal(404, 10013, "Unknown User")
    const { email: _private, ...shown } = user
    return json(shown)
  })

  inGuild("GET", "", (_call, { id, name, ownerId }) => json({ id, name, owner_id: ownerId, icon: null, features: [] }))

  inGuild("GET", "/channels", (_call, guild) =>
    json(guild.channels.filter(({ bot }) => bot !== "sees nothing").map((channel) => shownChannel(guild, channel))),
  )

  inGuild("POST", "/channels", async (call, guild) => {
    const body = await call.json()
    if (!isRecord(body)) return invalid("name")
    const { name, type = 0, topic = null, parent_id = null } = body
    if (typeof name !== "string" || name.length < 1 || name.length > 100) return invalid("name")
    if (typeof type !== "number" || ![0, 2, 4, 5, 13, 15, 16].includes(type)) return invalid("type")
    if (parent_id !== null && !guild.channels.some((one) => one.id === parent_id && one.type === 4))
      return invalid("parent_id")
    const channel: DiscordChannel = {
      id: world.nextId(),
      type,
      // Names of text channels are spelt like this.
      name: type === 0 ? name.toLowerCase().replaceAll(" ", "-") : name,
      topic: typeof topic === "string" ? topic : null,
      parentId: typeof parent_id === "string" ? parent_id : null,
      messages: [],
    }
    guild.channels.push(channel)
    return json(shownChannel(guild, channel), { status: 201 })
  })

  inChannel("GET", "", (_call, { guild, channel }) => json(shownChannel(guild, channel)))

  inChannel("POST", "/messages", async (call, { channel }) => {
    if (channel.bot === "may not post") return refusal(403, 50013, "Missing Permissions")
    if (channel.type === 4) return refusal(400, 50008, "Cannot send messages in a non-text channel")
    const body = await call.json()
    if (!isRecord(body)) return invalid("content")
    const { content = "", embeds = [], message_reference } = body
    if (typeof content !== "string" || content.length > 2_000) return invalid("content")
    if (content === "" && (!Array.isArray(embeds) || embeds.length === 0))
      return refusal(400, 50006, "Cannot send an empty message")
    const replyTo = isRecord(message_reference) ? String(message_reference.message_id) : undefined
    if (replyTo !== undefined && !channel.messages.some(({ id }) => id === replyTo)) return invalid("message_reference")
    const message = { id: world.nextId(), content, replyTo }
    channel.messages.push(message)
    return json({
      id: message.id,
      type: replyTo === undefined ? 0 : 19,
      channel_id: channel.id,
      content,
      embeds,
      timestamp: new Date(kit.clock.now()).toISOString(),
      author: botUser,
    })
  })
}

function shownChannel(guild: DiscordGuild, { id, type, name, topic, parentId }: DiscordChannel): object {
  return {
    id,
    type,
    guild_id: guild.id,
    name,
    topic,
    parent_id: parentId,
    position: 0,
    permission_overwrites: [],
    nsfw: false,
  }
}

/** @see https://discord.com/developers/docs/reference#error-messages */
function invalid(field: string): Response {
  const _errors = [{ code: "BASE_TYPE_BAD", message: "This is not right." }]
  return json({ code: 50035, message: "Invalid Form Body", errors: { [field]: { _errors } } }, { status: 400 })
}

/** @see https://discord.com/developers/docs/topics/rate-limits#header-format */
function limited(response: Response): Response {
  const headers = { limit: "5", remaining: "4", reset: "1767225601", "reset-after": "1.000", bucket: "abcd1234" }
  for (const [name, value] of Object.entries(headers)) response.headers.set(`x-ratelimit-${name}`, value)
  return response
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
