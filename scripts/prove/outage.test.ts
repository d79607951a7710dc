import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"
import { describe, expect, it } from "vitest"
import type { TokenStore } from "../../packages/core/src/index.js"
import { strict } from "./herd-acme.js"
import { databaseOutage, pause } from "./outage-database.js"
import { type ProviderFault, providerFaults } from "./outage-faults.js"
import { providerOutage } from "./outage-provider.js"
import { openProxy } from "./outage-proxy.js"
import { fileTheatre } from "./outage-stages.js"

const refusing: ProviderFault = {
  name: "refuses connections",
  habits: strict,
  minutes: 30,
  fault: { kind: "unreachable" },
  requestsEach: 14,
}

/** Says that the first renewal was written, and forgets it. */
function forgetful(store: TokenStore): TokenStore {
  let left = 1
  return {
    ...store,
    connections: {
      ...store.connections,
      update: async (row) => (row.generation > 1 && left-- > 0 ? "updated" : store.connections.update(row)),
    },
  }
}

describe("an outage of a provider", () => {
  it("costs nothing, and its figures say how much was tried", async () => {
    const { figures, losses } = await providerOutage(refusing, { connections: 4 })
    expect(losses).toEqual([])
    expect(figures).toMatchObject({ connections: 4, lost: 0, falseDeaths: 0 })
    expect(figures.refreshes).toBeGreaterThan(4)
    expect(figures.requestsDuringOutage).toBeGreaterThan(4)
  })

  it("finds a store that forgets what it acknowledged", async () => {
    const { figures, losses } = await providerOutage(refusing, { connections: 4, store: forgetful })
    expect(figures).toMatchObject({ lost: 1, falseDeaths: 1 })
    expect(losses.join("\n")).toContain("called needs_reauth: rotation_lost")
    expect(losses.join("\n")).toContain("when all is well again")
  })

  it("finds an engine that hammers, and one that comes before Retry-After", async () => {
    const { losses } = await providerOutage(refusing, { connections: 2, isImpatient: true })
    expect(losses.join("\n")).toMatch(/a token was shown \d+ times, of 14 at most/)
    const hasty = { ...refusing, leastBetweenMs: 600_000 }
    expect((await providerOutage(hasty, { connections: 2 })).losses.join("\n")).toContain(
      "Retry-After was not respected",
    )
  })

  it("lets the bounded run see refusals, limits, garbage and slowness", () => {
    const kinds = providerFaults.slice(0, 5).map(({ fault }) => (fault.kind === "status" ? fault.status : fault.kind))
    expect(new Set(kinds)).toEqual(new Set([503, 429, "html", "delay"]))
  })
})

describe("an outage of a database", () => {
  it("finds a renewal that was acknowledged and is not there", async () => {
    const theatre = await fileTheatre()
    try {
      const [fault] = theatre.faults
      if (!fault) throw new Error("There is nothing to play.")
      const { stage } = fault
      const lying = {
        ...stage,
        open: (now: () => number) => {
          const store = stage.open(now)
          return { ...forgetful(store), close: () => store.close() }
        },
        strike: () => pause(200),
      }
      const options = { connections: 2, providerMs: 100, wellWithinMs: 3_000 }
      const { figures, losses } = await databaseOutage(lying, options)
      expect(figures.lost).toBeGreaterThan(0)
      expect(losses.join("\n")).toContain("when all is well again")
    } finally {
      await theatre.close()
    }
  })
})

describe("the way to a database", () => {
  it("is cut before a write arrives, or after it was answered and before that is heard", async () => {
    const arrived: string[] = []
    const server = createServer((socket: Socket) => {
      socket.on("error", () => {})
      socket.on("data", (bytes) => {
        arrived.push(String(bytes))
        socket.write(`done ${bytes}`)
      })
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    const way = await openProxy(typeof address === "object" && address !== null ? address.port : 0)
    const ask = async (text: string) => {
      const socket = connect(way.port, "127.0.0.1")
      let heard = ""
      socket.on("error", () => {})
      socket.on("data", (bytes) => {
        heard += bytes
        socket.end()
      })
      socket.write(text)
      await once(socket, "close")
      return heard
    }
    way.cutAt("second", "before")
    way.cutAt("third", "after")
    expect([await ask("first"), await ask("second"), await ask("third"), await ask("third")]).toEqual([
      "done first",
      "",
      "",
      "done third",
    ])
    expect(arrived).toEqual(["first", "third", "third"])
    expect(way.cuts).toBe(2)
    await way.close()
    server.close()
  })
})
