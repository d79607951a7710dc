import type { GrantPolicy, SlotClock } from "../method.js"
import type { Intent } from "../store.js"
import type { EngineSettings } from "./engine.js"

/** Whether a one-time value may be shown now, which time that would be, or from when on. */
export type Permit =
  | { readonly is: "show"; readonly presentations: number }
  | { readonly is: "wait"; readonly untilAt: number }
  /** Shown as often as may be, and never answered. */
  | { readonly is: "spent" }

// Behind growing pauses this is days of lost answers, and no outage any more.
const maxPresentations = 50

/** Whether a value was shown as often as may be. */
export function isSpent(intent: Intent | undefined): boolean {
  return intent !== undefined && intent.presentations >= maxPresentations
}

/**
 * Decides about showing a one-time value again (ruling R7, decision 010): the first time at once; again only while every answer was lost,
 * within the window where the provider takes a repeat, and only after the living access token was spent where a repeat may revoke
 * everything. Not in the same instant, so that a hiccup of a second does not cost both, and ever later, so that an outage costs neither.
 */
export function permitToShow(
  previous: Intent | undefined,
  shown: { readonly digest: string; readonly generation: number },
  life: {
    readonly policy: GrantPolicy
    readonly clock: SlotClock
    readonly accessTokenRefused: boolean
    readonly now: number
  },
  settings: Pick<EngineSettings, "pauseMs" | "reshowMs" | "journalGraceMs">,
): Permit {
  if (!previous || previous.digest !== shown.digest || previous.generation !== shown.generation)
    return { is: "show", presentations: 1 }
  const { reuse } = life.policy
  const again = { is: "show", presentations: previous.presentations + 1 } as const
  const showFrom = (at: number): Permit => (life.now >= at ? again : { is: "wait", untilAt: at })
  const { presentations, shownAt } = previous
  if (isSpent(previous)) return { is: "spent" }
  if (reuse !== "revokes-family" && reuse.untilUsed)
    return showFrom(shownAt + settings.pauseMs * Math.min(2 ** (presentations - 1), 1_000))
  const isInWindow =
    reuse !== "revokes-family" && reuse.seconds !== undefined && life.now < shownAt + reuse.seconds * 1_000
  // The window began when the value was first shown: only the first repeat is surely inside it.
  if (isInWindow && presentations === 1) return showFrom(shownAt + Math.min(settings.pauseMs, reuse.seconds * 333))
  const accessTokenEnds =
    life.accessTokenRefused || typeof life.clock.expiresAt !== "number" ? life.now : life.clock.expiresAt
  const untilAt = Math.max(
    shownAt + settings.reshowMs * 2 ** Math.min(presentations - 1, 7),
    accessTokenEnds,
    // Ruling R9: the answer may lie in the journal of a process that comes back.
    previous.journalled ? Math.max(accessTokenEnds, shownAt) + settings.journalGraceMs : 0,
  )
  return showFrom(untilAt)
}
