import type { AttemptView, StepError } from "@holdfast/core"
import { isClientError, toClientError } from "../client-error.js"
import { openWindow } from "../connect-window.js"
import type { BeginOptions, ClientError, Conversation } from "../contract.js"

/** Where a conversation stands, as a dialog draws it. */
export type Talk =
  /** Nothing was begun: what the method asks for beforehand is asked for, with what was wrong with the last answer. */
  | { readonly is: "asking"; readonly isBusy: boolean; readonly error?: StepError }
  | { readonly is: "starting" }
  | { readonly is: "step"; readonly view: AttemptView; readonly isBusy: boolean; readonly error?: StepError }
  /** In a window, or, where none could be opened, behind a link. */
  | { readonly is: "away"; readonly url: string; readonly isOpen: boolean }
  | { readonly is: "connected"; readonly connectionId: string }
  | { readonly is: "failed"; readonly error: ClientError }

/** Carries on one conversation at a time, and says where it stands. */
export interface Conversing {
  talk(): Talk
  begin(options: BeginOptions): Promise<void>
  submit(values: Readonly<Record<string, string>>): Promise<void>
  /** Gives up what was begun. */
  stop(): void
}

const retryMs = 3_000

/** `begin` makes the conversation; `changed` is called whenever `talk()` is another. Asks first where the method wants to know something. */
export function createConversing(
  begin: (options: BeginOptions) => Promise<Conversation>,
  { asksFirst, changed }: { readonly asksFirst: boolean; readonly changed: () => void },
): Conversing {
  let talk: Talk = asksFirst ? { is: "asking", isBusy: false } : { is: "starting" }
  let current: Conversation | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let leaving = new AbortController()
  // What an earlier turn hears is no longer of interest.
  let turn = 0

  function show(next: Talk): void {
    talk = next
    changed()
  }

  function take(view: AttemptView): void {
    const { connectionId, status, step } = view
    // The form that was asked before anything began comes back: it is still on show, with all that was typed.
    const isFirstFormAgain = talk.is === "asking" && step.kind === "form" && step.error !== undefined
    if (status === "connected" && connectionId !== undefined) show({ is: "connected", connectionId })
    else if (status === "failed") show({ is: "failed", error: failureOf(view) })
    else if (isFirstFormAgain) show({ is: "asking", isBusy: false, error: step.error })
    else if (status === "pending" && step.kind === "redirect") goAway()
    else {
      show({ is: "step", view, isBusy: false })
      if (status === "exchanging") askAfter(1_000)
      else if (step.kind === "qr" || step.kind === "wait") askAfter(step.pollAfterMs)
    }
  }

  /** Still inside what browsers take for the click; where one does not, the person clicks once more. */
  function goAway(): void {
    const mine = turn
    const conversation = current
    if (!conversation) return
    const opened = openWindow()
    opened?.go(conversation.url)
    show({ is: "away", url: conversation.url, isOpen: opened !== undefined })
    void conversation.ended(leaving.signal).then((result) => {
      opened?.close()
      if (mine !== turn) return
      if (result.is === "connected") show(result)
      else if (result.is === "failed") show(result)
    })
  }

  /** Asks again later, and goes on asking while the network or the backend is away. */
  function askAfter(ms: number): void {
    const mine = turn
    clearTimeout(timer)
    timer = setTimeout(async () => {
      try {
        const view = await current?.poll()
        if (view && mine === turn) take(view)
      } catch (error) {
        if (mine !== turn) return
        if (isClientError(error, "offline") || isClientError(error, "provider_unavailable")) askAfter(retryMs)
        else show({ is: "failed", error: toClientError(error) })
      }
    }, ms)
  }

  function stop(): void {
    turn++
    clearTimeout(timer)
    leaving.abort()
    leaving = new AbortController()
    // What nobody waits for any more expires by itself, should this not get through.
    current?.cancel().catch(() => {})
    current = undefined
  }

  return {
    talk: () => talk,
    stop,
    async begin(options) {
      if (talk.is === "asking" && talk.isBusy) return
      stop()
      const mine = turn
      const before = talk
      show(before.is === "asking" ? { is: "asking", isBusy: true } : { is: "starting" })
      try {
        const begun = await begin(options)
        if (mine === turn) {
          current = begun
          take(begun.view())
        } else begun.cancel().catch(() => {})
      } catch (error) {
        if (mine === turn) show(refusal(before, toClientError(error)))
      }
    },
    async submit(values) {
      if (talk.is !== "step" || talk.isBusy) return
      const before = talk
      const mine = turn
      show({ is: "step", view: before.view, isBusy: true })
      try {
        const next = await current?.submit(values)
        if (next && mine === turn) take(next)
      } catch (error) {
        if (mine === turn) show(refusal(before, toClientError(error)))
      }
    },
  }
}

// Ended for good: the form would only be refused again.
const over: ReadonlySet<string> = new Set([
  "attempt_expired",
  "attempt_replayed",
  "attempt_interrupted",
  "state_mismatch",
  "not_found",
  "too_many_attempts",
])

/** A call that failed leaves the form as it was, with what was typed; one that ended the attempt does not. */
function refusal(before: Talk, error: ClientError): Talk {
  const { code, details } = error
  const field = details?.fields?.[0]
  const said: StepError = {
    code,
    ...(field !== undefined && { field }),
    ...(details?.retryAfterMs !== undefined && { retryAfterMs: details.retryAfterMs }),
  }
  if (before.is === "asking") return { is: "asking", isBusy: false, error: said }
  if (before.is === "step" && before.view.step.kind === "form" && !over.has(code)) {
    return { is: "step", view: before.view, isBusy: false, error: said }
  }
  return { is: "failed", error }
}

function failureOf({ error }: AttemptView): ClientError {
  return Object.assign(new Error(error?.message ?? ""), { code: error?.code ?? "unexpected" })
}
