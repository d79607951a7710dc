/** A person with a Calendly account. */
export interface CalendlyUser {
  readonly uri: string
  readonly name: string
  readonly email: string
  readonly organization: string
  readonly role: "owner" | "admin" | "user"
}

export interface CalendlyEventType {
  readonly uri: string
  readonly user: string
  readonly name: string
  readonly slug: string
  readonly active: boolean
  readonly duration: number
}

export interface CalendlyEvent {
  readonly uri: string
  readonly user: string
  readonly name: string
  readonly event_type: string
  readonly start_time: string
  readonly end_time: string
  status: "active" | "canceled"
  cancellation?: { readonly canceled_by: string; readonly reason: string | null; readonly canceler_type: string }
  readonly invitees: readonly CalendlyInvitee[]
}

export interface CalendlyInvitee {
  readonly uri: string
  readonly email: string
  readonly name: string
  readonly created_at: string
}

export interface CalendlyWebhook {
  readonly uri: string
  readonly callback_url: string
  readonly events: readonly string[]
  readonly scope: "user" | "organization"
  readonly organization: string
  readonly user: string | null
  readonly creator: string
  state: "active" | "disabled"
  /** What its deliveries are signed with: chosen by whoever made it, or the app's. */
  readonly secret: string
}

const api = "https://api.calendly.com"
const organization = `${api}/organizations/ORG1EMULATED0001`

export const defaultUsers: readonly CalendlyUser[] = [
  { uri: `${api}/users/ADA1EMULATED0001`, name: "Ada First", email: "ada@first.example", organization, role: "owner" },
  { uri: `${api}/users/BOB1EMULATED0002`, name: "Bob Second", email: "bob@first.example", organization, role: "user" },
]

/** Three event types and three booked meetings for each person. */
export function seed(users: readonly CalendlyUser[], now: number) {
  const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString()
  const types: CalendlyEventType[] = []
  const events: CalendlyEvent[] = []
  for (const { uri: user } of users) {
    const own = user.split("/").at(-1) ?? ""
    for (const [index, minutes] of [15, 30, 60].entries()) {
      const name = `${minutes} Minute Meeting`
      const uri = `${api}/event_types/${own}-T${index + 1}`
      types.push({ uri, user, name, slug: `${minutes}min`, active: index < 2, duration: minutes })
      const event = `${api}/scheduled_events/${own}-E${index + 1}`
      const invitee = {
        uri: `${event}/invitees/${own}-I${index + 1}`,
        email: `guest${index + 1}@guest.example`,
        name: `Guest ${index + 1}`,
        created_at: at(-24),
      }
      const second = { ...invitee, uri: `${invitee.uri}b`, email: "friend@guest.example", name: "Friend" }
      const start = 24 * (index + 1)
      events.push({
        uri: event,
        user,
        name,
        event_type: uri,
        start_time: at(start),
        end_time: at(start + 1),
        status: "active",
        invitees: [invitee, second],
      })
    }
  }
  return { types, events }
}
