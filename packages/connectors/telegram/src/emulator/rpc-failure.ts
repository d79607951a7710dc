/** An `rpc_error`: the number says the kind, the message is the short code that clients branch on. */
export class RpcFailure extends Error {
  override readonly name = "RpcFailure"
  readonly status: number

  constructor(status: number, code: string) {
    super(code)
    this.status = status
  }
}

/** @see https://core.telegram.org/api/errors */
export function failure(code: string): RpcFailure {
  return new RpcFailure(statusOf(code), code)
}

const statuses: Readonly<Record<string, number>> = {
  AUTH_KEY_UNREGISTERED: 401,
  AUTH_KEY_INVALID: 401,
  SESSION_EXPIRED: 401,
  SESSION_REVOKED: 401,
  SESSION_PASSWORD_NEEDED: 401,
  USER_DEACTIVATED: 401,
  USER_DEACTIVATED_BAN: 401,
  CHAT_WRITE_FORBIDDEN: 403,
  AUTH_KEY_DUPLICATED: 406,
  PHONE_NUMBER_INVALID: 406,
  PHONE_PASSWORD_FLOOD: 406,
  AUTH_RESTART: 500,
  INTERNAL: 500,
  RANDOM_ID_DUPLICATE: 500,
}

function statusOf(code: string): number {
  if (/_MIGRATE_\d+$/.test(code)) return 303
  if (/_WAIT_\d+$/.test(code)) return 420
  return statuses[code] ?? 400
}
