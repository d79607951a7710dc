import type { ReceivedEvent } from "../holdfast.js"
import { base64url } from "../runtime.js"
import type { Engine } from "./engine.js"

/** Webhook events whose handler failed, kept sealed until a handler takes them. The provider was answered long ago, and sends none again. */
export interface FailedEvents {
  keep(event: ReceivedEvent): Promise<void>
  /** Hands on what is due; `run` answers whether every handler took it, undefined where this process has none. */
  retry(run: (event: ReceivedEvent) => Promise<boolean | undefined>): Promise<void>
}

const purpose = "failed-event"
const keptMs = 3 * 86_400_000
const maxTries = 10
const pageSize = 200

export function createFailedEvents(engine: Engine): FailedEvents {
  const { documents } = engine.store
  const now = () => engine.runtime.clock.now()

  return {
    async keep(event) {
      const id = base64url(engine.runtime.random(16))
      const sealed = await engine.vault.sealDocument(purpose, id, event)
      await documents.put(
        { key: `${purpose}:${id}`, value: written(now() + 60_000, 0, sealed), expiresAt: now() + keptMs },
        0,
      )
    },
    async retry(run) {
      for (const document of await documents.list(`${purpose}:`, undefined, pageSize)) {
        const [at, tries, sealed = ""] = document.value.split(" ")
        if (Number(at) > now() || (document.expiresAt ?? 0) <= now()) continue
        const id = document.key.slice(purpose.length + 1)
        // A key that is missing may be put back; the others must not wait for it.
        const event = (await engine.vault.openDocument(purpose, id, sealed).catch(() => undefined)) as
          | ReceivedEvent
          | undefined
        if (!event) continue
        // Claimed for as long as the next pause is, so that no other tick hands it on meanwhile, and a crash brings it again.
        const tried = Number(tries) + 1
        const claim = { ...document, value: written(now() + Math.min(60_000 * 2 ** tried, 21_600_000), tried, sealed) }
        const version = await documents.put(claim, document.version)
        if (version === undefined) continue
        const taken = await run(event)
        if (taken === undefined) await documents.put(document, version)
        else if (taken || tried >= maxTries) await documents.delete(document.key)
        if (taken === false && tried >= maxTries)
          engine.log.error("a webhook event was given up: its handler failed too often", {
            connector: event.connector,
            event: event.name,
            connectionId: event.connectionId,
          })
      }
    },
  }
}

function written(at: number, tries: number, sealed: string): string {
  return `${at} ${tries} ${sealed}`
}
