import { randomBytes, randomInt } from "node:crypto"
import { Api } from "teleproto"
import type { AuthKey, TelegramAccount } from "./model.js"
import { randomLong } from "./numbers.js"
import { type Answer, method, openMethod, type RpcCall } from "./rpc.js"
import { failure } from "./rpc-failure.js"
import { challenge, proves } from "./srp.js"
import { authorizationOf, kdfAlgorithm, passwordOf, selfUser } from "./tl-objects.js"
import { digits } from "./world.js"

/** Logging in and out. @see https://core.telegram.org/api/auth */
export const loginMethods = [
  openMethod(Api.auth.SendCode, (call, request) => {
    checkApp(call, request.apiId, request.apiHash)
    const phone = digits(request.phoneNumber)
    if (!/^[1-9]\d{6,14}$/.test(phone)) throw failure("PHONE_NUMBER_INVALID")
    const home = call.world.accounts.get(phone)?.dcId ?? call.key.dcId
    if (home !== call.key.dcId) throw failure(`PHONE_MIGRATE_${home}`)
    const hash = randomBytes(9).toString("hex")
    const code = String(randomInt(10_000, 100_000))
    const expiresAt = call.world.now() + call.world.codeLifeMs
    call.world.codes.set(hash, { hash, phone, code, keyId: call.key.id, expiresAt, wrongTries: 0, spent: false })
    return new Api.auth.SentCode({
      type: new Api.auth.SentCodeTypeApp({ length: code.length }),
      phoneCodeHash: hash,
      timeout: 60,
    })
  }),

  openMethod(Api.auth.SignIn, (call, request) => {
    const { world, key } = call
    const sent = world.codes.get(request.phoneCodeHash)
    if (!request.phoneCode) throw failure("PHONE_CODE_EMPTY")
    // A hash is worth something only with the number it was made for, on the session that asked.
    if (!sent || sent.phone !== digits(request.phoneNumber) || sent.keyId !== key.id)
      throw failure("PHONE_CODE_EXPIRED")
    if (sent.spent || sent.expiresAt <= world.now()) throw failure("PHONE_CODE_EXPIRED")
    if (request.phoneCode !== sent.code) {
      sent.wrongTries += 1
      if (sent.wrongTries >= world.codeTries) sent.spent = true
      throw failure("PHONE_CODE_INVALID")
    }
    const account = world.accounts.get(sent.phone)
    if (!account) return new Api.auth.AuthorizationSignUpRequired({})
    sent.spent = true
    return enter(call, account)
  }),

  openMethod(Api.auth.CancelCode, ({ world }, request) => {
    const sent = world.codes.get(request.phoneCodeHash)
    if (!sent || sent.spent) throw failure("PHONE_CODE_EXPIRED")
    sent.spent = true
    return true
  }),

  openMethod(Api.account.GetPassword, ({ key }) => {
    const owner = key.account ?? key.passwordPending
    if (!owner) throw failure("AUTH_KEY_UNREGISTERED")
    if (!owner.password) return passwordOf({})
    const asked = challenge(owner.password)
    const srpId = randomLong()
    key.challenge = { srpId: srpId.toString(), asked }
    return passwordOf({
      hasPassword: true,
      currentAlgo: kdfAlgorithm(owner.password.salt1, owner.password.salt2),
      srp_B: asked.publicB,
      srpId,
      ...(owner.password.hint !== undefined && { hint: owner.password.hint }),
    })
  }),

  openMethod(Api.auth.CheckPassword, ({ world, key }, request) => {
    const account = key.passwordPending
    if (!account?.password) throw failure("AUTH_KEY_UNREGISTERED")
    if (key.wrongPasswords >= world.passwordTries) throw failure("FLOOD_WAIT_3600")
    const { password } = request
    if (!(password instanceof Api.InputCheckPasswordSRP)) throw failure("PASSWORD_HASH_INVALID")
    const asked = key.challenge
    if (!asked || asked.srpId !== password.srpId.toString()) throw failure("SRP_ID_INVALID")
    delete key.challenge
    if (!proves(account.password, asked.asked, password.A, password.M1)) {
      key.wrongPasswords += 1
      throw failure("PASSWORD_HASH_INVALID")
    }
    world.logIn(key, account)
    return authorizationOf(selfUser(account))
  }),

  method(Api.auth.LogOut, ({ world, key }) => {
    world.end(key, "AUTH_KEY_UNREGISTERED")
    return new Api.auth.LoggedOut({})
  }),
]

/** Logging in by a QR code. @see https://core.telegram.org/api/qr-login */
export const qrMethods = [
  openMethod(Api.auth.ExportLoginToken, (call, request) => {
    checkApp(call, request.apiId, request.apiHash)
    const { world, key } = call
    if (key.account) return new Api.auth.LoginTokenSuccess({ authorization: authorizationOf(selfUser(key.account)) })
    const current = key.qr
    if (current?.acceptedBy) {
      const { acceptedBy, token } = current
      if (acceptedBy.dcId !== key.dcId) return new Api.auth.LoginTokenMigrateTo({ dcId: acceptedBy.dcId, token })
      return new Api.auth.LoginTokenSuccess({ authorization: enter(call, acceptedBy) })
    }
    if (current && current.expiresAt > world.now()) return loginToken(current)
    const fresh = { token: randomBytes(32), key, expiresAt: world.now() + world.qrLifeMs }
    key.qr = fresh
    world.tokens.set(fresh.token.toString("hex"), fresh)
    return loginToken(fresh)
  }),

  openMethod(Api.auth.ImportLoginToken, (call, request) => {
    const found = call.world.tokens.get(request.token.toString("hex"))
    if (!found?.acceptedBy || found.acceptedBy.dcId !== call.key.dcId) throw failure("AUTH_TOKEN_INVALID")
    return new Api.auth.LoginTokenSuccess({ authorization: enter(call, found.acceptedBy) })
  }),

  method(Api.auth.AcceptLoginToken, ({ world, key }, request) => {
    const accepted = world.acceptToken(request.token, loggedIn(key))
    notifyAccepted(accepted.key, world.nowSeconds())
    return new Api.Authorization({
      hash: randomLong(),
      deviceModel: "",
      platform: "",
      systemVersion: "",
      apiId: accepted.key.apiId ?? 0,
      appName: "",
      appVersion: "",
      dateCreated: world.nowSeconds(),
      dateActive: world.nowSeconds(),
      ip: "127.0.0.1",
      country: "",
      region: "",
    })
  }),
]

/** Tells the session that shows the code, if it listens, that it was accepted. */
export function notifyAccepted(key: AuthKey, nowSeconds: number): void {
  const update = new Api.UpdateShort({ update: new Api.UpdateLoginToken(), date: nowSeconds })
  for (const connection of key.connections) if (connection.open) connection.push(update)
}

export function loggedIn(key: AuthKey): TelegramAccount {
  if (!key.account) throw failure("AUTH_KEY_UNREGISTERED")
  return key.account
}

function enter({ world, key }: RpcCall, account: TelegramAccount): Api.auth.Authorization {
  if (account.password) {
    key.passwordPending = account
    throw failure("SESSION_PASSWORD_NEEDED")
  }
  world.logIn(key, account)
  return authorizationOf(selfUser(account))
}

function checkApp({ world }: RpcCall, apiId: number, apiHash: string): void {
  if (!world.apps.some((app) => app.apiId === apiId && app.apiHash === apiHash)) throw failure("API_ID_INVALID")
}

function loginToken({ token, expiresAt }: { token: Buffer; expiresAt: number }): Answer {
  return new Api.auth.LoginToken({ token, expires: Math.floor(expiresAt / 1000) })
}
