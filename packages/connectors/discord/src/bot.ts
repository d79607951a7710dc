import {
  type AuthMethod,
  type Context,
  HoldfastError,
  type MethodFailure,
  type OAuth2State,
  type Outcome,
} from "@holdfast/core"
import { z } from "zod"
import { apiHeaders, botAuthorization } from "./oauth.js"

/** What is sealed: the server. The token that acts there is the app's own, and the same for every server. */
export interface BotSecret {
  readonly guildId: string
}

const snowflake = z.string().regex(/^\d{1,20}$/)
const secret = z.object({ guildId: snowflake })

/** The server that the bot was added to, as the token answer has it. */
export const granted = z.looseObject({
  guild: z.looseObject({ id: snowflake, name: z.string().optional() }),
})

/**
 * A bot in a server. The person's token proves which server it was added to, and is not kept: what acts there is `Authorization: Bot` with
 * the app's own token, which ends when the bot is removed from the server or the app is given another.
 * @see https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow
 */
export function botMethod(permissions: string): AuthMethod<BotSecret, OAuth2State> {
  const authorization = botAuthorization(permissions)
  return {
    id: "bot",
    kind: "discord_bot",
    label: authorization.label,
    needsApp: true,
    slots: ["bot"],
    secret,
    fields: [],
    input: authorization.input,
    policy: {
      rotation: "none",
      reuse: {},
      reconsent: "keeps",
      // The bot leaves the server for everybody who connected it.
      revokes: "grant",
      refreshInvalidatesAccessToken: false,
      accessTokenSeconds: "never",
      expectsRefreshToken: false,
    },
    facts: authorization.facts,

    async begin(context, input) {
      tokenOf(context)
      const next = await authorization.begin(context, input)
      if ("step" in next) return next
      throw new HoldfastError("response_invalid")
    },

    async advance(context, input) {
      const next = await authorization.advance(context, input)
      if ("step" in next) return next
      const { evidence, slots } = next.grant
      const guild = granted.safeParse(evidence.token).data?.guild
      if (!guild)
        throw new HoldfastError("response_invalid", "Discord's answer names no server that the bot was added to.")
      const hint = evidence.callback?.guild_id
      if (hint !== undefined && hint !== guild.id)
        throw new HoldfastError(
          "state_mismatch",
          "The browser came back from another server than the bot was added to.",
        )
      const clock = { issuedAt: context.clock.now(), expiresAt: "never", rotation: "none" } as const
      const scopes = slots?.main?.granted
      return {
        grant: {
          slots: { bot: { secret: { guildId: guild.id }, clock, ...(scopes && { granted: scopes }) } },
          evidence,
        },
      }
    },

    // Nothing can be renewed: it is only asked whose fault a refusal is, the server's, where the bot was removed, or the app's.
    async refresh(context, { guildId }): Promise<Outcome<BotSecret>> {
      const status = await statusOf(context, "GET", `/guilds/${guildId}`)
      if (status === 200) {
        const clock = { issuedAt: context.clock.now(), expiresAt: "never", rotation: "none" } as const
        return { is: "renewed", secret: { guildId }, clock }
      }
      if (status === undefined) return { is: "unknown" }
      const failure = failureOf(status)
      if (failure.code === "config_invalid") return { is: "refused", by: "client", providerCode: "bot_token_invalid" }
      if (failure.code === "reauth_required") return { is: "refused", by: "grant", providerCode: "bot_removed" }
      return failure.code === "rate_limited" ? { is: "later" } : { is: "unknown" }
    },

    // The person's consent is answered as every other; the bot's own token by whether its server is still there.
    readFailure(answer) {
      if (answer.moment === "connecting") return authorization.readFailure?.(answer)
      return answer.status === 200 ? undefined : failureOf(answer.status)
    },

    // https://discord.com/developers/docs/resources/user#leave-guild
    async revoke(context, { guildId }) {
      const status = await statusOf(context, "DELETE", `/users/@me/guilds/${guildId}`)
      if (status === 204 || status === 404) return
      const details = { ...(status !== undefined && { providerStatus: status }) }
      throw new HoldfastError(
        status === 401 ? "config_invalid" : "provider_unavailable",
        "The bot did not leave the server.",
        { details },
      )
    },

    authorize(context, request, { guildId }) {
      const [, named] = /^\/api\/v\d+\/guilds\/(\d+)/.exec(new URL(request.url).pathname) ?? []
      if (named !== undefined && named !== guildId)
        throw new HoldfastError(
          "forbidden",
          "The bot's token reaches every server that has the bot; this connection is of another one.",
        )
      request.headers.set("authorization", `Bot ${tokenOf(context)}`)
      return request
    },
  }
}

/** What it means that the bot does not get to see its server. */
function failureOf(status: number): MethodFailure {
  if (status === 401) return { code: "config_invalid", providerCode: "bot_token_invalid" }
  if (status === 403 || status === 404) return { code: "reauth_required", providerCode: "bot_removed" }
  if (status === 429) return { code: "rate_limited" }
  return { code: status >= 500 ? "provider_unavailable" : "provider_rejected" }
}

async function statusOf(context: Context, method: "GET" | "DELETE", path: string): Promise<number | undefined> {
  const headers = { ...apiHeaders, authorization: `Bot ${tokenOf(context)}` }
  try {
    const response = await context.fetch(new Request(`https://discord.com/api/v10${path}`, { method, headers }))
    await response.body?.cancel()
    return response.status
  } catch {
    return undefined
  }
}

function tokenOf({ app }: Pick<Context, "app">): string {
  if (!app) throw new HoldfastError("app_not_configured")
  const { botToken } = app.fields
  if (botToken) return botToken
  throw new HoldfastError("config_invalid", "The app has no bot token: save it to use the bot.", {
    details: { fields: ["botToken"] },
  })
}
