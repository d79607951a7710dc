/** A call as a workflow stores it: strings all through, some with `{{holes}}` that the workflow fills before it calls. */
export interface StoredCall {
  readonly provider: string
  readonly operation: string
  readonly connectionId: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** The calls that seed 004 shows, as they stand there, by the line they begin at (ruling S7). */
export const seed004Payloads = {
  585: {
    provider: "slack",
    operation: "send_message",
    connectionId: "conn_slack_main",
    parameters: {
      channel: "#alerts",
      message: "New order received: {{order.id}}",
    },
  },
  612: {
    provider: "hubspot",
    operation: "create_contact",
    connectionId: "conn_hubspot",
    parameters: {
      email: "{{trigger.body.email}}",
      firstname: "{{trigger.body.firstName}}",
      lastname: "{{trigger.body.lastName}}",
      company: "{{trigger.body.company}}",
    },
  },
  649: {
    provider: "google_sheets",
    operation: "append_row",
    connectionId: "conn_google",
    parameters: {
      spreadsheetId: "1abc...",
      range: "Sheet1!A:D",
      values: ["{{trigger.body.name}}", "{{trigger.body.email}}", "{{trigger.body.phone}}", "{{now()}}"],
    },
  },
  677: {
    provider: "shopify",
    operation: "get_order",
    connectionId: "conn_shopify",
    parameters: {
      orderId: "{{trigger.body.orderId}}",
    },
  },
  // It writes `{ ... }` for the parameters: what it shows is which of two connections is meant. These are those of 585.
  707: {
    provider: "slack",
    connectionId: "conn_slack_marketing",
    operation: "send_message",
    parameters: {
      channel: "#alerts",
      message: "New order received: {{order.id}}",
    },
  },
  741: {
    provider: "slack",
    operation: "list_channels",
    connectionId: "conn_slack_main",
  },
} as const satisfies Readonly<Record<number, StoredCall>>

/** Fills the holes as a workflow does, and changes nothing else. */
export function filled<Part>(part: Part, holes: Readonly<Record<string, string>>): Part {
  if (typeof part === "string") {
    return part.replace(/\{\{(.+?)\}\}/g, (_, hole: string) => {
      const value = holes[hole]
      if (value === undefined) throw new Error(`nothing fills {{${hole}}}`)
      return value
    }) as Part
  }
  if (Array.isArray(part)) return part.map((item) => filled(item, holes)) as Part
  if (typeof part !== "object" || part === null) return part
  return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, filled(item, holes)])) as Part
}
