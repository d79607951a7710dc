/** A person in a Zoom account. */
export interface ZoomUser {
  readonly id: string
  readonly accountId: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  /** Of the account that they are in: owners speak for it in server-to-server apps. */
  readonly isOwner: boolean
  /** 1: basic, 2: licensed. */
  readonly type: 1 | 2
}

/** A meeting as it was scheduled. */
export interface ZoomMeeting {
  /** Ten or eleven digits. */
  readonly id: number
  readonly uuid: string
  readonly hostId: string
  readonly topic: string
  /** 1: instant, 2: scheduled, 3 and 8: recurring. */
  readonly type: number
  readonly startTime: string
  readonly durationMinutes: number
  readonly timezone: string
  readonly agenda: string
  readonly password: string
  readonly createdAt: string
  readonly settings: Readonly<Record<string, unknown>>
}

export const defaultUsers: readonly ZoomUser[] = [
  {
    id: "u-FirstOwner-00000001",
    accountId: "a-First-00000001",
    firstName: "First",
    lastName: "Owner",
    email: "first.owner@zoom.example",
    isOwner: true,
    type: 2,
  },
  {
    id: "u-SecondOwner-0000002",
    accountId: "a-Second-0000002",
    firstName: "Second",
    lastName: "Owner",
    email: "second.owner@zoom.example",
    isOwner: true,
    type: 2,
  },
  {
    id: "u-FirstMember-0000003",
    accountId: "a-First-00000001",
    firstName: "First",
    lastName: "Member",
    email: "first.member@zoom.example",
    isOwner: false,
    type: 1,
  },
]
