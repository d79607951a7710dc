import type { EmulatorKit } from "@holdfast/emulator"
import { defaultAccounts } from "./accounts.js"
import type { Calendars } from "./calendar.js"
import type { ChatMessage, ChatSpace } from "./chat.js"
import type { DriveFile } from "./drive.js"
import type { MailMessage } from "./gmail.js"
import type { Rows, Spreadsheet } from "./sheets.js"

/** What is in everybody's accounts. Tests add to it and look into it. */
export interface GoogleWorld {
  readonly spreadsheets: Map<string, Spreadsheet>
  readonly calendars: Calendars
  readonly files: DriveFile[]
  readonly mailbox: MailMessage[]
  readonly spaces: ChatSpace[]
  readonly chatMessages: ChatMessage[]
  /** Adds a spreadsheet, or replaces the one with this id. */
  addSpreadsheet(id: string, sheets?: Readonly<Record<string, Rows>>, more?: Partial<Spreadsheet>): Spreadsheet
}

/** The spreadsheet that is there from the start. */
export const seededSpreadsheetId = "1emulatedSpreadsheet_of-the-first-user"

/** A little of everything, for the first of the default accounts. */
export function seededWorld(kit: EmulatorKit): GoogleWorld {
  const [first, second] = defaultAccounts.map(({ id }) => id)
  const owner = first ?? ""
  const now = kit.clock.now()
  const at = (daysAgo: number) => new Date(now - daysAgo * 86_400_000).toISOString()
  const folder = "1emulatedFolder"
  const spreadsheets = new Map<string, Spreadsheet>()
  const world: GoogleWorld = {
    spreadsheets,
    calendars: new Map(),
    files: [
      { id: folder, name: "Reports", mimeType: "application/vnd.google-apps.folder", owner, modifiedTime: at(9) },
      {
        id: seededSpreadsheetId,
        name: "Leads",
        mimeType: "application/vnd.google-apps.spreadsheet",
        owner,
        modifiedTime: at(1),
        openedWithApp: true,
      },
      {
        id: "1emulatedPdf",
        name: "Invoice.pdf",
        mimeType: "application/pdf",
        owner,
        modifiedTime: at(3),
        size: "2048",
        parents: [folder],
      },
    ],
    mailbox: [
      {
        id: "18c0000000000001",
        threadId: "18c0000000000001",
        owner,
        labelIds: ["INBOX", "UNREAD"],
        source:
          "From: Billing <billing@shop.example>\r\nTo: first.user@example.com\r\nSubject: Your invoice\r\n\r\nThe invoice of this month.",
        receivedAt: now - 3_600_000,
      },
    ],
    spaces: [
      { name: "spaces/AAAAemulated1", displayName: "Alerts", spaceType: "SPACE", members: [owner, second ?? ""] },
      { name: "spaces/AAAAemulated2", spaceType: "DIRECT_MESSAGE", members: [owner, second ?? ""] },
    ],
    chatMessages: [],
    addSpreadsheet(id, sheets = { Sheet1: [] }, more) {
      const copied = Object.entries(sheets).map(([title, rows]) => [title, rows.map((row) => [...row])] as const)
      const spreadsheet = { id, ...more, sheets: new Map(copied) }
      spreadsheets.set(id, spreadsheet)
      return spreadsheet
    },
  }
  world.addSpreadsheet(
    seededSpreadsheetId,
    { Sheet1: [["Name", "Email", "Phone", "At"]], "More leads": [] },
    { openedWithApp: true, ...(first !== undefined && { openTo: [first] }) },
  )
  return world
}
