/** Server message ids: time in the upper half, strictly rising, the low bits saying whether a request is answered. */
export interface MessageIds {
  next(kind: "answer" | "notice"): bigint
}

/** @see https://core.telegram.org/mtproto/description#message-identifier-msg-id */
export function messageIds(nowMs: () => number): MessageIds {
  let last = 0n
  return {
    next(kind) {
      const now = nowMs()
      const time = (BigInt(Math.floor(now / 1000)) << 32n) | (BigInt(Math.floor(((now % 1000) / 1000) * 2 ** 32)) & ~3n)
      const id = (time > last ? time : last + 4n) & ~3n
      last = id
      return id | (kind === "answer" ? 1n : 3n)
    },
  }
}

/** Why a client's message id is refused (`bad_msg_notification`), or undefined when it is good. */
export function badMessageId(id: bigint, nowMs: number): number | undefined {
  if (id % 4n !== 0n) return 18
  const seconds = Number(id >> 32n)
  if (seconds < nowMs / 1000 - 300) return 16
  if (seconds > nowMs / 1000 + 30) return 17
  return undefined
}
