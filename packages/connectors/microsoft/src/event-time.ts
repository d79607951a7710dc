// https://learn.microsoft.com/en-us/graph/api/resources/datetimetimezone
import { z } from "zod"

/** What Graph takes: local time, and the zone that it is meant in. */
export interface GraphTime {
  readonly dateTime: string
  readonly timeZone?: string
}

/** A time as a person or a program writes it. One with an offset is a point in time, so it is turned into UTC. */
export const moment = z
  .union([
    z.iso.date().transform((date) => ({ dateTime: `${date}T00:00:00`, isWholeDay: true })),
    z.iso.datetime({ offset: true }).transform((text) => ({ dateTime: inUtc(text), timeZone: "UTC" })),
    z.iso.datetime({ local: true }).transform((dateTime) => ({ dateTime })),
    z.object({ dateTime: z.iso.datetime({ local: true }), timeZone: z.string().min(1).optional() }),
  ])
  .describe("2026-11-21T10:00:00Z, 2026-11-21T10:00:00 with a timeZone, or 2026-11-21 for whole days")

export type Moment = z.output<typeof moment>

/** The time in its own zone, else in the one that is named for all, else in UTC. */
export function inZone(time: Moment, timeZone = "UTC"): GraphTime {
  const own = "timeZone" in time ? time.timeZone : undefined
  return { dateTime: time.dateTime, timeZone: own ?? timeZone }
}

export function isWholeDay(time: Moment | undefined): boolean {
  return time !== undefined && "isWholeDay" in time
}

function inUtc(text: string): string {
  return new Date(text).toISOString().replace("Z", "")
}
