import {
  type Call,
  createEmulator,
  type Emulator,
  type EmulatorClock,
  type EmulatorKit,
  type HttpMethod,
} from "@holdfast/emulator"

/** What a test or a demo may choose of every emulator here. Every field has a default. */
export interface CatalogEmulatorOptions {
  /** Compared exactly. Default: one address at `https://app.example.com`. */
  readonly redirectUris?: readonly string[]
  /** Default: a virtual clock. */
  readonly clock?: EmulatorClock
}

/** Somebody with an account at the provider. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
}

/** What emulators of OAuth providers say of their app on the consent page, with where people are sent back to. */
export function registered(id: string, options: CatalogEmulatorOptions) {
  const redirectUris = options.redirectUris ?? [`https://app.example.com/api/integrations/oauth/callback/${id}`]
  return { redirectUris, name: "Emulated app" }
}

/** An emulator whose clock may be another's. */
export function catalogEmulator<Provider>(
  name: string,
  origins: readonly string[],
  { clock }: CatalogEmulatorOptions,
  setup: (kit: EmulatorKit) => Provider,
): Emulator<Provider> {
  return createEmulator<Provider>({ name, origins, ...(clock && { clock }), setup })
}

/** Keys that people made on the provider's page, each with whom it stands for. */
export interface Keys<Holder> {
  find(key: string | null | undefined): Holder | undefined
  /** A person deletes a key. Answers whether there was one. */
  revoke(key: string): boolean
}

/** Keys by their value. */
export function createKeys<Holder>(holders: Readonly<Record<string, Holder>>): Keys<Holder> {
  const living = new Map(Object.entries(holders))
  return { find: (key) => living.get(key ?? ""), revoke: (key) => living.delete(key) }
}

/** What stands behind `Bearer`. */
export function bearerOf({ request }: Call): string | undefined {
  return /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1]
}

/** Registers routes of an API of which every call must say whose it is. `who` answers the caller, or the refusal. */
export function authenticatedRoutes<Caller extends object>(
  kit: EmulatorKit,
  origin: string,
  who: (call: Call) => Caller | Response | Promise<Caller | Response>,
) {
  return (
    method: HttpMethod,
    path: string,
    answer: (call: Call, caller: Caller) => Response | Promise<Response>,
  ): void =>
    kit.route(method, origin, path, async (call) => {
      const caller = await who(call)
      return caller instanceof Response ? caller : await answer(call, caller)
    })
}

/** The body as a JSON object; empty where it is none. */
export async function objectOf(call: Call): Promise<Record<string, unknown>> {
  const body = await call.json()
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {}
}
