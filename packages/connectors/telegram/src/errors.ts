import { type ErrorDetails, HoldfastError, isHoldfastError } from "@holdfast/core"
import { errors as library } from "teleproto"
import { telegramCodes, telegramFields } from "./codes.js"

/** What a call failed with, as data. */
export interface TelegramFailure {
  /** The short code, without its number. */
  readonly providerCode: string
  /** The class of the error, as HTTP numbers them. */
  readonly status?: number
  readonly retryAfterMs?: number
  /** The data centre to go to instead. */
  readonly migrateTo?: number
}

/** Reads an error of the client library; undefined for anything that Telegram did not say. */
function readFailure(cause: unknown): TelegramFailure | undefined {
  if (!(cause instanceof library.RPCError)) return undefined
  // The library puts prose in place of the codes that carry a number, and keeps the number.
  if (cause instanceof library.FloodWaitError) return waiting("FLOOD_WAIT", cause.seconds)
  if (cause instanceof library.FloodTestPhoneWaitError) return waiting("FLOOD_TEST_PHONE_WAIT", cause.seconds)
  if (cause instanceof library.SlowModeWaitError) return waiting("SLOWMODE_WAIT", cause.seconds)
  if (cause instanceof library.PhoneMigrateError) return moved("PHONE_MIGRATE", cause.newDc)
  if (cause instanceof library.UserMigrateError) return moved("USER_MIGRATE", cause.newDc)
  if (cause instanceof library.NetworkMigrateError) return moved("NETWORK_MIGRATE", cause.newDc)
  if (cause instanceof library.EmailUnconfirmedError) return { providerCode: "EMAIL_UNCONFIRMED", status: 400 }
  const code = /^[A-Za-z]\w{2,60}$/.test(cause.errorMessage) ? cause.errorMessage : "UNKNOWN"
  return {
    providerCode: code.replace(/\d+$/, "X").replace(/_X$/, ""),
    ...(typeof cause.code === "number" && { status: Math.abs(cause.code) }),
  }
}

/** The data centre that an error says to go to instead. */
export function movedTo(error: unknown): number | undefined {
  if (!isHoldfastError(error)) return undefined
  const [, dcId] = /^data_center_(\d+)$/.exec(error.details.reason ?? "") ?? []
  return dcId === undefined ? undefined : Number(dcId)
}

/** Turns whatever a call threw into our error. Nothing of the cause is kept: its message may quote a request. */
export function toHoldfastError(cause: unknown): HoldfastError {
  if (isHoldfastError(cause)) return cause
  const failure = readFailure(cause)
  if (failure) return failureError(failure)
  return new HoldfastError("provider_unavailable", "The connection to Telegram failed. Try again.", {
    details: { connector: "telegram" },
  })
}

export function failureError({ providerCode, status, retryAfterMs, migrateTo }: TelegramFailure): HoldfastError {
  const meaning = Object.hasOwn(telegramCodes, providerCode) ? telegramCodes[providerCode] : undefined
  const field = Object.hasOwn(telegramFields, providerCode) ? telegramFields[providerCode] : undefined
  const details: ErrorDetails = {
    connector: "telegram",
    providerCode,
    ...(field !== undefined && { fields: [field] }),
    ...(status !== undefined && { providerStatus: status }),
    ...(migrateTo !== undefined && { reason: `data_center_${migrateTo}` }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
  if (meaning === "grant_ended") {
    const message = `Telegram ended this session (${providerCode}). The person has to log in again.`
    return new HoldfastError("reauth_required", message, { details })
  }
  const byStatus = status !== undefined && status >= 500 ? "provider_unavailable" : "provider_rejected"
  const code = meaning === undefined || meaning === "token_expired" ? byStatus : meaning
  return new HoldfastError(code, `Telegram refused the call (${providerCode}).`, { details })
}

const waiting = (providerCode: string, seconds: number): TelegramFailure => ({
  providerCode,
  status: 420,
  retryAfterMs: Math.max(1, seconds) * 1000,
})

const moved = (providerCode: string, dcId: number): TelegramFailure => ({
  providerCode,
  status: 303,
  migrateTo: dcId,
})
