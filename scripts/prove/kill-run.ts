import { type Child, startChild } from "./child.js"
import type { ActName } from "./kill-acts.js"
import { factsOf } from "./kill-facts.js"
import { type Death, judge, type Verdict } from "./kill-judge.js"
import type { Place } from "./kill-place.js"
import type { Orders, Said } from "./kill-process.js"
import { type Point, seamOf } from "./kill-seams.js"
import { type Stage, setStage } from "./kill-stage.js"

/** How one run went. `lived`: the process ended by itself, and where it had passed. */
export type Run =
  | { readonly is: "killed"; readonly verdict: Verdict }
  | { readonly is: "lived"; readonly passed: readonly Point[] }

const longestMs = 30_000

/** Sets a stage, lets a process act on it until it dies, and takes over. Without a point it lives. */
export async function runOnce(script: string, act: ActName, place: Place, dieAt?: Point): Promise<Run> {
  const stage = await setStage(act, place)
  const child = startChild(script)
  let isTooLong = false
  const tooLong = setTimeout(() => {
    isTooLong = true
    void child.end()
  }, longestMs)
  try {
    if (dieAt?.moment === "at the provider") stage.onRequest(killer(child, dieAt))
    child.tell(ordersFor(stage, dieAt))
    const { passed, ...death } = await hear(child)
    await child.end()
    if (passed) return { is: "lived", passed }
    if (isTooLong || child.process.signalCode !== "SIGKILL")
      throw new Error(`A process did not die where it was to: ${isTooLong ? "it stood still" : "it failed"}.`)
    return { is: "killed", verdict: await takeOver(stage, death) }
  } finally {
    clearTimeout(tooLong)
    await child.end()
    await stage.close()
  }
}

function ordersFor({ act, place, reroute, time, connectionId }: Stage, dieAt: Point | undefined): Orders {
  return { act, place, reroute, now: time.clock.now(), connectionId, ...(dieAt && { dieAt }) }
}

/** Kills the process once the provider has its request, and before the provider works on it. */
function killer(child: Child, { seam, nth }: Point) {
  let seen = 0
  return async (request: Request) => {
    if (seamOf(request) === seam && ++seen === nth) await child.end()
  }
}

type Heard = Omit<Death, "atDeath"> & Pick<Said, "passed">

/** All that it says until it ends. */
async function hear(child: Child): Promise<Heard> {
  const inHand: { attempt?: string; back?: string } = {}
  const delivered: string[] = []
  for (;;) {
    const said = await child.next<Said>().catch(() => undefined)
    if (!said) return { inHand, delivered }
    if (said.attempt !== undefined) inHand.attempt = said.attempt
    if (said.back !== undefined) inHand.back = said.back
    if (said.delivered !== undefined) delivered.push(said.delivered)
    if (said.passed) return { inHand, delivered, passed: said.passed }
  }
}

async function takeOver(stage: Stage, death: Omit<Death, "atDeath">): Promise<Verdict> {
  stage.onRequest(async () => {})
  await stage.idle()
  stage.time.advance(1_000)
  const opened = stage.open()
  try {
    return await judge(stage, opened, { ...death, atDeath: await factsOf(stage, opened, death.inHand.attempt) })
  } finally {
    await opened.close()
  }
}
