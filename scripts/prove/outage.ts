import { databaseOutage } from "./outage-database.js"
import { providerFaults } from "./outage-faults.js"
import type { Outage, OutageFigures } from "./outage-figures.js"
import { providerOutage } from "./outage-provider.js"
import { type DatabaseFault, fileTheatre, serverTheatre, type Theatre } from "./outage-stages.js"
import type { Part } from "./part.js"

interface Scale {
  /** Of a provider outage, in virtual time. */
  readonly connections: number
  /** Of a database outage, in real time. */
  readonly leased: number
  readonly faultsOfProvider: number
  readonly theatres: readonly (readonly [open: () => Promise<Theatre | { readonly missing: string }>, faults: number])[]
}

const postgres = () => serverTheatre("postgres")
const mysql = () => serverTheatre("mysql")
const all = Number.POSITIVE_INFINITY
const full: Scale = {
  connections: 60,
  leased: 16,
  faultsOfProvider: all,
  theatres: [
    [fileTheatre, all],
    [postgres, all],
    [mysql, all],
  ],
}
// The faults that matter most come first in each list.
const bounded: Scale = {
  connections: 12,
  leased: 8,
  faultsOfProvider: 5,
  theatres: [
    [fileTheatre, all],
    [postgres, 2],
  ],
}

/** The store and the provider away, slow, or talking nonsense, with callers and schedulers going on: what is lost, and who is sent away. */
export const outage: Part<Readonly<Record<string, OutageFigures>>> = {
  name: "outage",
  async run({ bounded: isBounded, log }) {
    const scale = isBounded ? bounded : full
    const figures: Record<string, OutageFigures> = {}
    const missing: string[] = []
    const notes: string[] = []
    let losses = 0

    function note(name: string, { figures: these, losses: lines }: Outage): void {
      figures[name] = these
      losses += lines.length
      log(`outage: ${name} ${JSON.stringify(these)}`)
      for (const line of lines) log(`outage: ${name}: ${line}`)
    }

    for (const fault of providerFaults.slice(0, scale.faultsOfProvider))
      note(`provider ${fault.name}`, await providerOutage(fault, { connections: scale.connections }))
    for (const [open, faults] of scale.theatres) {
      const theatre = await open()
      if ("missing" in theatre) {
        missing.push(`outage of a database: ${theatre.missing}`)
        continue
      }
      if (theatre.note !== undefined) notes.push(theatre.note)
      try {
        for (const fault of theatre.faults.slice(0, faults)) note(fault.name, await play(fault, scale.leased))
      } finally {
        await theatre.close()
      }
    }
    return {
      figures,
      losses,
      row: rowOf(figures),
      note: [
        "lost with an answer that the provider sent and takes no repeat of: not tried, nothing helps",
        ...notes,
      ].join("; "),
      ...(missing.length > 0 && { missing }),
    }
  },
}

// Long enough that the database is struck while the provider works.
const providerMs = 400

function play({ stage }: DatabaseFault, connections: number): Promise<Outage> {
  return databaseOutage(stage, { connections, providerMs })
}

function rowOf(figures: Readonly<Record<string, OutageFigures>>): string {
  const each = Object.values(figures)
  const sum = (of: (one: OutageFigures) => number) => each.reduce((total, one) => total + of(one), 0)
  return [
    `${each.length} outages of providers and databases, ${sum(({ connections }) => connections)} connections`,
    `${sum(({ refreshes }) => refreshes)} refreshes, ${sum(({ requestsDuringOutage }) => requestsDuringOutage)} token requests while they lasted`,
    `${sum(({ lost }) => lost)} lost, ${sum(({ falseDeaths }) => falseDeaths)} called dead that lived`,
  ].join(": ")
}
