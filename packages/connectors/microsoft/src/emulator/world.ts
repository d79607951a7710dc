import type { EmulatorKit } from "@holdfast/emulator"
import { defaultAccounts } from "./accounts.js"
import type { CalendarEvent } from "./calendar.js"
import type { MailMessage } from "./mail.js"
import type { Chat, ChatMessage, Team } from "./teams.js"

/** What is in everybody's accounts. Tests add to it and look into it. */
export interface MicrosoftWorld {
  readonly mailbox: MailMessage[]
  readonly events: CalendarEvent[]
  readonly teams: Team[]
  readonly chats: Chat[]
  readonly chatMessages: ChatMessage[]
  /** A mail comes in. Answers its id; nobody is told. */
  receive(owner: string, from: string, subject: string): string
}

/** Ids of what is there from the start. */
export const seededIds = {
  message: "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0AinvoiceAAA=",
  olderMessage: "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0AwelcomeAAA=",
  event: "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0AstandupAAA=",
  team: "fbe2bf47-16c8-47cf-b4a5-4b9b187c508b",
  /** One that the first person is not in. */
  otherTeam: "172b0cce-e65d-44ce-9a49-91d9f2e8493a",
  channel: "19:4a95f7d8db4c4e7fae857bcebe0623e6@thread.tacv2",
  chat: "19:561082c0f3f847a58069deb8eb300807@thread.v2",
} as const

/** A little of everything, for the first of the default accounts. */
export function seededWorld(kit: EmulatorKit): MicrosoftWorld {
  const [first = "", second = ""] = defaultAccounts.map(({ id }) => id)
  const home = defaultAccounts.at(-1)
  const now = kit.clock.now()
  const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString().replace(/\.\d+/, "")
  const local = (hours: number) => at(hours).replace("Z", "")
  const to = [{ emailAddress: { name: "First User", address: "first.user@first.example" } }]
  const message = (id: string, subject: string, from: string, hours: number, isRead: boolean): MailMessage => ({
    id,
    owner: first,
    folder: "inbox",
    subject,
    body: { contentType: "html", content: `<p>${subject} of this month.</p>` },
    from: { emailAddress: { name: from, address: `${from.toLowerCase()}@shop.example` } },
    toRecipients: to,
    receivedDateTime: at(hours),
    isRead,
  })
  const mailbox: MailMessage[] = [
    message(seededIds.olderMessage, "Welcome", "News", -48, true),
    message(seededIds.message, "Your invoice", "Billing", -1, false),
    ...(home
      ? [{ ...message("AAkALgAAhome=", "Holidays", "Family", -5, false), owner: home.id, toRecipients: [] }]
      : []),
  ]
  return {
    mailbox,
    receive(owner, from, subject) {
      const id = `AAkALgAAmail${kit.random.string(28)}=`
      const emailAddress = { name: from.split("@")[0] ?? from, address: from }
      const received = message(id, subject, "x", (kit.clock.now() - now) / 3_600_000, false)
      mailbox.push({ ...received, owner, from: { emailAddress } })
      return id
    },
    events: [
      {
        id: seededIds.event,
        owner: first,
        subject: "Stand-up",
        start: { dateTime: local(24), timeZone: "UTC" },
        end: { dateTime: local(25), timeZone: "UTC" },
        isAllDay: false,
      },
    ],
    teams: [
      {
        id: seededIds.team,
        displayName: "First team",
        description: "Everybody",
        members: [first, second],
        channels: [{ id: seededIds.channel, displayName: "General", membershipType: "standard" }],
      },
      { id: seededIds.otherTeam, displayName: "Second team", members: [second], channels: [] },
    ],
    chats: [
      { id: seededIds.chat, topic: "Alerts", chatType: "group", members: [first, second] },
      { id: "19:others@thread.v2", topic: null, chatType: "group", members: [second] },
    ],
    chatMessages: [],
  }
}
