import { createClient } from "@holdfast/client"
import "@holdfast/client/element"

/** Address of the handler; `script.ts` puts it in. */
declare const handlerUrl: string

/** Says who asks. Asked for anew when it has ended; whoever is not signed in is sent to do so. */
async function token(): Promise<string> {
  const answer = await fetch("/token")
  if (answer.ok) return answer.text()
  location.assign("/sign-in")
  throw new Error("Nobody is signed in.")
}

const integrations = document.querySelector("holdfast-integrations")
if (integrations) integrations.client = createClient({ url: handlerUrl, token })
