import type { Fault } from "../../packages/emulator/src/index.js"
import { type Habits, strict } from "./herd-acme.js"

/** A provider that fails for a while. */
export interface ProviderFault {
  readonly name: string
  readonly habits: Habits
  readonly minutes: number
  /** Strikes every request to the token endpoint while it lasts. */
  readonly fault: Fault
  /** Token requests that one refresh token may cause meanwhile. */
  readonly requestsEach: number
  /** Where the provider says how long to wait: no request for a token comes sooner after the one before. */
  readonly leastBetweenMs?: number
}

const reusable: Habits = { rotation: "reusable", reuse: "revokes-family" }
const untilUsed: Habits = { rotation: "single-use", reuse: { untilUsed: true } }
const window: Habits = { rotation: "single-use", reuse: { seconds: 600 } }

// Doubled from three seconds to five minutes: eight requests in the first eleven minutes, then one every five.
const patient = (minutes: number) => 8 + Math.ceil(minutes / 5)

/**
 * What providers do when they are unwell. Where an answer is lost after the work was done, at a provider that takes no repeat, the token is
 * gone with it and no client can help: those are not here. The first are the bounded run's.
 */
export const providerFaults: readonly ProviderFault[] = [
  {
    name: "answers 503 for 60 minutes, strict",
    habits: strict,
    minutes: 60,
    fault: { kind: "status", status: 503 },
    requestsEach: 8,
  },
  {
    name: "limits the rate for 20 minutes (429, Retry-After: 120)",
    habits: strict,
    minutes: 20,
    fault: { kind: "status", status: 429, retryAfterSeconds: 120 },
    requestsEach: 11,
    leastBetweenMs: 120_000,
  },
  {
    name: "answers HTML for 20 minutes (503), a window of ten minutes",
    habits: window,
    minutes: 20,
    fault: { kind: "html", status: 503, when: "before" },
    requestsEach: 8,
  },
  {
    name: "answers HTML after its work for 30 minutes (502), good until used",
    habits: untilUsed,
    minutes: 30,
    fault: { kind: "html", when: "after" },
    requestsEach: 14,
  },
  {
    name: "takes 25 seconds for 20 minutes, longer than a lease",
    habits: strict,
    minutes: 20,
    fault: { kind: "delay", ms: 25_000, when: "after" },
    requestsEach: 1,
  },
  {
    name: "refuses connections for 30 minutes",
    habits: strict,
    minutes: 30,
    fault: { kind: "unreachable" },
    requestsEach: patient(30),
  },
  {
    name: "resets connections for 30 minutes, strict",
    habits: strict,
    minutes: 30,
    fault: { kind: "drop_before" },
    requestsEach: 8,
  },
  {
    name: "cuts its JSON in half for 30 minutes, good until used",
    habits: untilUsed,
    minutes: 30,
    fault: { kind: "truncated" },
    requestsEach: 14,
  },
  {
    name: "cuts its JSON in half for 30 minutes, reusable",
    habits: reusable,
    minutes: 30,
    fault: { kind: "truncated" },
    requestsEach: patient(30),
  },
  {
    name: "takes 90 seconds for 20 minutes, longer than the deadline, good until used",
    habits: untilUsed,
    minutes: 20,
    fault: { kind: "delay", ms: 90_000, when: "before" },
    requestsEach: 14,
  },
]
