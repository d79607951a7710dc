import {
  type AuthenticatedToken,
  type AuthorizationServer,
  type Call,
  type EmulatorKit,
  json,
} from "@holdfast/emulator"
import type { ZoomMeeting, ZoomUser } from "./account.js"
import { standsFor } from "./scopes.js"

/** Everything that the API's routes know. */
export interface ZoomApi {
  readonly users: readonly ZoomUser[]
  readonly meetings: ZoomMeeting[]
}

type Token = AuthenticatedToken<ZoomUser>

/**
 * Users and meetings, as the connector's operations and their neighbours call them.
 * @see https://developers.zoom.us/docs/api/meetings/
 * @see https://developers.zoom.us/docs/api/errors/
 */
export function zoomApi(kit: EmulatorKit, oauth: AuthorizationServer<ZoomUser>, api: ZoomApi): void {
  const host = "https://api.zoom.us"

  /** Answers to a living token with one of the scopes that will do. */
  const route = (
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    scope: string,
    answer: (call: Call, token: Token) => Response | Promise<Response>,
  ) =>
    kit.route(
      method,
      host,
      path,
      (call) => {
        const token = oauth.inspect(call.request)
        if (token.is === "missing" || token.is === "unknown") return refusal(401, 124, "Invalid access token.")
        call.note({ grantId: token.grant.id })
        if (token.is === "expired") return refusal(401, 124, "Access token is expired.")
        if (token.is === "revoked") return refusal(401, 124, "Invalid access token.")
        const enough = standsFor(scope)
        if (!token.scopes.some((granted) => enough.includes(granted))) {
          const wanted = enough.slice(0, 2).join(", ")
          return refusal(400, 4711, `Invalid access token, does not contain scopes:[${wanted}].`)
        }
        return answer(call, token)
      },
      { id: `${method} ${path}` },
    )

  /** `me`, an id or an e-mail address, of the token's account. */
  const userOf = ({ params }: Call, token: Token): ZoomUser | undefined => {
    const { userId } = params
    if (userId === "me") return token.account.data
    const isAdmin = token.scopes.some((scope) => scope.endsWith(":admin"))
    return api.users.find(
      (user) =>
        (user.id === userId || user.email === userId) &&
        user.accountId === token.account.data.accountId &&
        (isAdmin || user.id === token.account.id),
    )
  }
  const noUser = (call: Call) => refusal(404, 1001, `User does not exist: ${call.params.userId ?? ""}.`)

  route("GET", "/v2/users/{userId}", "user:read:user", (call, token) => {
    const user = userOf(call, token)
    return user ? json(shownUser(user)) : noUser(call)
  })

  route("POST", "/v2/users/{userId}/meetings", "meeting:write:meeting", async (call, token) => {
    const user = userOf(call, token)
    if (!user) return noUser(call)
    const body = await call.json()
    if (!isRecord(body)) return refusal(400, 300, "Request Body should be a valid JSON object.")
    const wrong = invalidFields(body)
    if (wrong.length > 0) {
      const errors = wrong.map((field) => ({ field, message: "Invalid field." }))
      return json({ code: 300, message: "Validation Failed.", errors }, { status: 400 })
    }
    const meeting = scheduled(body, user, kit.clock.now(), api.meetings.length)
    api.meetings.push(meeting)
    return json(shownMeeting(meeting, user), { status: 201 })
  })

  route("GET", "/v2/users/{userId}/meetings", "meeting:read:list_meetings", (call, token) => {
    const user = userOf(call, token)
    if (!user) return noUser(call)
    const query = call.url.searchParams
    const pageSize = Number(query.get("page_size") ?? "30")
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 300) {
      return refusal(400, 300, "The value that you entered for the page_size field is invalid.")
    }
    const own = api.meetings.filter(({ hostId }) => hostId === user.id)
    const from = query.get("next_page_token") ?? ""
    const start = from === "" ? 0 : own.findIndex(({ uuid }) => pageToken(uuid) === from)
    if (start < 0) return refusal(400, 300, "The next page token is invalid or expired.")
    const next = own[start + pageSize]
    return json({
      page_size: pageSize,
      total_records: own.length,
      next_page_token: next ? pageToken(next.uuid) : "",
      meetings: own.slice(start, start + pageSize).map((meeting) => listedMeeting(meeting)),
    })
  })

  /** The meeting of the path, if the token may see it. */
  const meetingOf = ({ params }: Call, token: Token): { meeting: ZoomMeeting; host: ZoomUser } | undefined => {
    const meeting = api.meetings.find(({ id }) => String(id) === params.meetingId)
    const host = api.users.find(({ id }) => id === meeting?.hostId)
    const isAdmin = token.scopes.some((scope) => scope.endsWith(":admin"))
    if (!meeting || !host || host.accountId !== token.account.data.accountId) return undefined
    return isAdmin || host.id === token.account.id ? { meeting, host } : undefined
  }
  const noMeeting = ({ params }: Call) => refusal(404, 3001, `Meeting does not exist: ${params.meetingId ?? ""}.`)

  route("GET", "/v2/meetings/{meetingId}", "meeting:read:meeting", (call, token) => {
    if (!/^\d{1,19}$/.test(call.params.meetingId ?? "")) return refusal(400, 300, "Invalid meeting id.")
    const found = meetingOf(call, token)
    return found ? json(shownMeeting(found.meeting, found.host)) : noMeeting(call)
  })

  kit.notFound((_call, allowed) =>
    allowed.length > 0
      ? refusal(405, 405, "Method not allowed.")
      : refusal(404, 2300, "This API endpoint is not recognized."),
  )
}

function refusal(status: number, code: number, message: string): Response {
  return json({ code, message }, { status })
}

function scheduled(body: Readonly<Record<string, unknown>>, host: ZoomUser, now: number, index: number): ZoomMeeting {
  const text = (name: string, otherwise: string) => (typeof body[name] === "string" ? String(body[name]) : otherwise)
  const moment = `${new Date(now).toISOString().slice(0, 19)}Z`
  return {
    id: 81_000_000_001 + index,
    uuid: `${btoa(`meeting-${index}`).replaceAll("=", "")}==`,
    hostId: host.id,
    topic: text("topic", "Zoom Meeting"),
    type: typeof body.type === "number" ? body.type : 2,
    startTime: text("start_time", moment),
    durationMinutes: typeof body.duration === "number" ? body.duration : 60,
    timezone: text("timezone", "UTC"),
    agenda: text("agenda", ""),
    password: text("password", "generated"),
    createdAt: moment,
    settings: isRecord(body.settings) ? body.settings : {},
  }
}

function invalidFields(body: Readonly<Record<string, unknown>>): readonly string[] {
  const rules: Readonly<Record<string, (value: unknown) => boolean>> = {
    topic: (value) => typeof value === "string" && value.length <= 200,
    type: (value) => [1, 2, 3, 8, 10].includes(value as number),
    start_time: (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z?$/.test(value),
    duration: (value) => Number.isInteger(value),
    agenda: (value) => typeof value === "string" && value.length <= 2_000,
    password: (value) => typeof value === "string" && value.length <= 10,
    settings: isRecord,
  }
  return Object.entries(rules).flatMap(([name, fits]) => (body[name] === undefined || fits(body[name]) ? [] : [name]))
}

function shownUser(user: ZoomUser): object {
  return {
    id: user.id,
    first_name: user.firstName,
    last_name: user.lastName,
    display_name: `${user.firstName} ${user.lastName}`,
    email: user.email,
    type: user.type,
    role_name: user.isOwner ? "Owner" : "Member",
    account_id: user.accountId,
    timezone: "UTC",
    verified: 1,
    status: "active",
  }
}

function listedMeeting(meeting: ZoomMeeting): object {
  return {
    uuid: meeting.uuid,
    id: meeting.id,
    host_id: meeting.hostId,
    topic: meeting.topic,
    type: meeting.type,
    start_time: meeting.startTime,
    duration: meeting.durationMinutes,
    timezone: meeting.timezone,
    created_at: meeting.createdAt,
    join_url: `https://zoom.us/j/${meeting.id}`,
  }
}

function shownMeeting(meeting: ZoomMeeting, host: ZoomUser): object {
  return {
    ...listedMeeting(meeting),
    host_email: host.email,
    status: "waiting",
    agenda: meeting.agenda,
    start_url: `https://zoom.us/s/${meeting.id}?zak=emulated`,
    password: meeting.password,
    settings: meeting.settings,
  }
}

function pageToken(uuid: string): string {
  return btoa(`page-of-${uuid}`)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
