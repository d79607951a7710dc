import { type Emulator, json } from "@holdfast/emulator"
import { type CatalogEmulatorOptions, catalogEmulator } from "./emulator-kit.js"

/** The app that the stand-in knows. */
export const kartraApp = { appId: "emulatedKartraApp" }

/** API key and password of two accounts. */
export const kartraKeys = {
  first: { key: "emulatedFirstKartraKey", password: "emulated-first-kartra-password" },
  second: { key: "emulatedSecondKartraKey", password: "emulated-second-kartra-password" },
}

export interface KartraProvider {
  /** Addresses of the leads, oldest first. */
  readonly leads: readonly string[]
  /** A person makes another key in place of this one. */
  revokeKey(key: string): boolean
}

export type KartraEmulator = Emulator<KartraProvider>

/** What may be chosen beside the usual. */
export interface KartraEmulatorOptions extends CatalogEmulatorOptions {
  /** An app that was not reviewed: addresses of new leads become ones at kartra.com. Default: false. */
  readonly testMode?: boolean
}

/**
 * A strict stand-in for Kartra: one address, forms in PHP's brackets with the credentials in them, and status 200 for everything.
 * @see https://support.kartra.com/en/articles/15369014-success-and-error-confirmation-messages
 */
export function createKartraEmulator(options: KartraEmulatorOptions = {}): KartraEmulator {
  return catalogEmulator("kartra", ["https://app.kartra.com"], options, (kit) => {
    const passwords = new Map(Object.values(kartraKeys).map(({ key, password }) => [key, password]))
    const leads = ["one@lead.example"]
    const tags = ["Customer"]
    kit.route("POST", "https://app.kartra.com", "/api", async (call) => {
      const form = await call.form()
      if (!form || call.url.search !== "") return refusal("254")
      if (!form.get("app_id")) return refusal("238")
      if (form.get("app_id") !== kartraApp.appId) return refusal("239")
      const password = passwords.get(form.get("api_key") ?? "")
      if (password === undefined) return refusal(form.get("api_key") ? "203" : "202")
      if (form.get("api_password") !== password) return refusal("233")

      const [wanted, id] = [form.get("get_lead[email]"), form.get("get_lead[id]")]
      if (wanted !== null || id !== null) {
        const index = id === null ? leads.indexOf(wanted ?? "") : Number(id) - 1
        const email = leads[index]
        return email === undefined
          ? refusal("234")
          : json({ status: "Success", lead_details: { id: String(index + 1), email } })
      }
      const cmd = form.get("actions[0][cmd]")
      if (cmd === "retrieve_account_lists") return json({ status: "Success", account_lists: ["Newsletter"] })
      const email = form.get("lead[email]")
      if (email === null) return refusal("206")
      if (cmd === "create_lead") {
        if (leads.includes(email)) return action(cmd, { status: "Error", message: "Lead already exists", type: "244" })
        leads.push(options.testMode ? email.replace(/@.*$/, "@kartra.com") : email)
        return action(cmd, { status: "Success", lead_details: { id: String(leads.length) } })
      }
      if (!leads.includes(email)) return refusal("243")
      if (cmd !== "assign_tag") return refusal("254")
      const known = tags.includes(form.get("actions[0][tag_name]") ?? "")
      return action(
        cmd,
        known ? { status: "Success" } : { status: "Error", message: "Tag does not exist", type: "212" },
      )
    })
    return { leads, revokeKey: (key) => passwords.delete(key) }
  })
}

function action(cmd: string, answer: object): Response {
  return json({ status: "Success", actions: [{ [cmd]: answer }] })
}

function refusal(type: string): Response {
  return json({ status: "Error", message: "No.", type })
}
