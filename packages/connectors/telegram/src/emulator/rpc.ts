import { Api } from "teleproto"
import type { AuthKey, LiveConnection } from "./model.js"
import { failure, RpcFailure } from "./rpc-failure.js"
import type { World } from "./world.js"

/** What a method is given beside its request. */
export interface RpcCall {
  readonly world: World
  readonly key: AuthKey
  readonly dataCenters: DataCenters
}

/** Where each data centre listens. */
export type DataCenters = Readonly<Record<number, { readonly host: string; readonly port: number }>>

type Serializable = { getBytes(): Buffer }
export type Answer = Serializable | boolean | readonly Serializable[]

/** One method of the API: who may call it and what it does. */
export interface RpcMethod {
  readonly name: string
  readonly open: boolean
  run(call: RpcCall, request: never): Answer
}

interface RequestClass<R> {
  readonly className: string
  new (args: never): R
}

/** A method that needs a login. */
export function method<R>(type: RequestClass<R>, run: (call: RpcCall, request: R) => Answer): RpcMethod {
  return { name: type.className, open: false, run }
}

/** A method that anybody may call, logged in or not. */
export function openMethod<R>(type: RequestClass<R>, run: (call: RpcCall, request: R) => Answer): RpcMethod {
  return { name: type.className, open: true, run }
}

export type RpcOutcome = { readonly answer: Buffer } | "drop" | "silence"

/** Calls methods the way the server does: unwraps, checks the session, strikes planned faults, and logs. */
export function createRpc(world: World, dataCenters: DataCenters, methods: readonly RpcMethod[]) {
  const byName = new Map(methods.map((entry) => [entry.name, entry]))

  return {
    call(key: AuthKey, connection: LiveConnection, received: unknown): RpcOutcome {
      let name = "unknown"
      const note = (result: string) => {
        world.note({ at: world.now(), dcId: key.dcId, method: name, result })
      }
      try {
        const request = unwrap(key, received)
        name = request.className
        const fault = world.faults.take(name)
        if (fault?.kind === "error") throw failure(fault.code)
        if (fault?.kind === "drop_before") {
          note("dropped")
          return "drop"
        }
        const entry = byName.get(name)
        if (!entry) throw failure("METHOD_INVALID")
        if (key.apiId === undefined) throw failure("CONNECTION_NOT_INITED")
        checkSession(key, connection, entry)
        const answer = encode(entry.run({ world, key, dataCenters }, request as never))
        note(fault?.kind ?? "ok")
        if (fault?.kind === "drop_after") return "drop"
        return fault?.kind === "hang" ? "silence" : { answer }
      } catch (cause) {
        const refused = cause instanceof RpcFailure ? cause : failure("INTERNAL")
        note(refused.message)
        return { answer: new Api.RpcError({ errorCode: refused.status, errorMessage: refused.message }).getBytes() }
      }
    },
  }

  function checkSession(key: AuthKey, connection: LiveConnection, entry: RpcMethod): void {
    if (key.ended !== undefined && !entry.open) throw failure(key.ended)
    if (key.account) {
      // Requests of one login on two connections at once: https://core.telegram.org/api/errors#406-not-acceptable
      const others = [...key.connections].filter((other) => other !== connection && other.open)
      if (others.length > 0) {
        world.end(key, "AUTH_KEY_UNREGISTERED")
        throw failure("AUTH_KEY_DUPLICATED")
      }
    }
    key.connections.add(connection)
    if (!entry.open && !key.account) throw failure("AUTH_KEY_UNREGISTERED")
  }

  /** @see https://core.telegram.org/api/invoking */
  function unwrap(key: AuthKey, received: unknown): { className: string } {
    if (received instanceof Api.InvokeWithLayer || received instanceof Api.InvokeWithoutUpdates) {
      return unwrap(key, received.query)
    }
    if (received instanceof Api.InitConnection) {
      if (!world.apps.some(({ apiId }) => apiId === received.apiId)) throw failure("API_ID_INVALID")
      key.apiId = received.apiId
      return unwrap(key, received.query)
    }
    if (typeof received === "object" && received !== null && "className" in received) {
      return received as { className: string }
    }
    throw failure("INPUT_METHOD_INVALID")
  }
}

function encode(answer: Answer): Buffer {
  if (typeof answer === "boolean") return constructorId(answer ? 0x997275b5 : 0xbc799737)
  if (!("length" in answer)) return answer.getBytes()
  const count = Buffer.alloc(4)
  count.writeInt32LE(answer.length)
  return Buffer.concat([constructorId(0x1cb5c415), count, ...answer.map((item) => item.getBytes())])
}

function constructorId(id: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(id)
  return bytes
}
