import { type Call, operation } from "@holdfast/core"
import { z } from "zod"

const meeting = z.looseObject({
  id: z.number(),
  uuid: z.string().optional(),
  topic: z.string().optional(),
  type: z.number().optional(),
  start_time: z.string().optional(),
  duration: z.number().optional(),
  timezone: z.string().optional(),
  join_url: z.string().optional(),
})

/** A meeting with what only its host may know. */
const ownMeeting = meeting.extend({
  host_id: z.string().optional(),
  host_email: z.string().optional(),
  agenda: z.string().optional(),
  password: z.string().optional(),
  start_url: z.string().optional(),
  settings: z.looseObject({}).optional(),
})

const userId = z
  .string()
  .min(1)
  .default("me")
  .describe("Id or e-mail address; `me` is whoever connected, or the account's owner for a server-to-server app")

/**
 * Meetings of the person who connected, or of the people of an account.
 * @see https://developers.zoom.us/docs/api/meetings/
 */
export const operations = {
  // https://developers.zoom.us/docs/api/meetings/#tag/meetings/POST/users/{userId}/meetings
  create_meeting: operation({
    summary: "Schedule a meeting",
    effect: "write",
    scopes: [anyOf("meeting:write:meeting")],
    input: z.object({
      user_id: userId,
      topic: z.string().min(1).max(200),
      type: z.literal([1, 2, 3, 8]).optional().describe("1 instant, 2 scheduled (default), 3 and 8 recurring"),
      start_time: z
        .string()
        .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z?$/)
        .optional()
        .describe("`2026-11-30T15:00:00Z`; without the Z it is in `timezone`"),
      duration: z.number().int().min(1).max(1_440).optional().describe("Minutes"),
      timezone: z.string().min(1).optional().describe("`Europe/Berlin`"),
      agenda: z.string().max(2_000).optional(),
      password: z.string().min(1).max(10).optional(),
      recurrence: z.looseObject({}).optional(),
      settings: z.looseObject({}).optional(),
    }),
    output: ownMeeting,
    trace: ["id", "uuid"],
    run: ({ http }: Call, { user_id, ...body }) =>
      http.post("/users/{userId}/meetings", { path: { userId: user_id }, json: body, output: ownMeeting }),
  }),

  // https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/meetings/{meetingId}
  get_meeting: operation({
    summary: "Look up a meeting by its number",
    effect: "read",
    scopes: [anyOf("meeting:read:meeting")],
    input: z.object({
      meeting_id: z
        .union([z.number().int().positive(), z.string()])
        .transform((id) => String(id).replace(/[\s-]/g, ""))
        .pipe(z.string().regex(/^\d{9,19}$/))
        .describe("`81000000001`, as in the join link; blanks and hyphens do not matter"),
      occurrence_id: z.string().min(1).optional(),
      show_previous_occurrences: z.boolean().optional(),
    }),
    output: ownMeeting,
    trace: ["id", "uuid"],
    run: ({ http }: Call, { meeting_id, ...query }) =>
      http.get("/meetings/{meetingId}", { path: { meetingId: meeting_id }, query, output: ownMeeting }),
  }),

  // https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/users/{userId}/meetings
  list_meetings: operation({
    summary: "List meetings",
    effect: "read",
    scopes: [anyOf("meeting:read:list_meetings")],
    input: z.object({
      user_id: userId,
      type: z.enum(["scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings"]).default("scheduled"),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
      limit: z.number().int().min(1).max(3_000).default(100).describe("The most to answer; there may be more"),
      next_page_token: z.string().min(1).optional().describe("`next_page_token` of the answer before"),
    }),
    output: z.object({
      meetings: z.array(meeting),
      next_page_token: z.string().optional().describe("Where to go on, within 15 minutes; absent at the end"),
    }),
    pages: {
      items: (result) => result.meetings,
      next: ({ next_page_token }) => (next_page_token === undefined ? undefined : { next_page_token }),
    },
    async run({ http }: Call, { user_id, limit, next_page_token, ...fixed }) {
      const meetings: z.infer<typeof meeting>[] = []
      let next = next_page_token
      for (let page = 0; page < mostPages; page++) {
        const page_size = Math.min(pageSize, limit - meetings.length)
        const query = { ...fixed, page_size, next_page_token: next }
        const answer = await http.get("/users/{userId}/meetings", {
          path: { userId: user_id },
          query,
          output: meetingPage,
        })
        meetings.push(...answer.meetings.slice(0, limit - meetings.length))
        next = answer.next_page_token === "" ? undefined : answer.next_page_token
        if (next === undefined || meetings.length >= limit) break
      }
      return { meetings, ...(next !== undefined && { next_page_token: next }) }
    },
  }),
}

const meetingPage = z.object({ meetings: z.array(meeting), next_page_token: z.string().optional() })

const pageSize = 300
const mostPages = 20

/**
 * A granular scope, its `:admin` form, and the classic scopes that older apps have instead.
 * @see https://developers.zoom.us/docs/integrations/oauth-scopes-granular/
 */
function anyOf(granular: string): string {
  const classic = granular.split(":").slice(0, 2).join(":")
  return [granular, `${granular}:admin`, classic, `${classic}:admin`].join("|")
}
