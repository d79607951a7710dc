import { isHoldfastError } from "@holdfast/core"
import { holdfast } from "../../integrations"
import { currentOwner } from "../../session"

/** Anywhere in the backend: the connection of whoever asks. */
export async function POST(): Promise<Response> {
  const owner = await currentOwner()
  if (!owner) return Response.json({ error: "unauthenticated" }, { status: 401 })
  try {
    const workspace = await holdfast.for(owner).get("slack")
    return Response.json(await workspace.run("send_message", { channel: "#general", message: "hello" }))
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return Response.json({ error: error.code, message: error.publicText }, { status: error.status })
  }
}
