import { createEmulator, type Emulator, type EmulatorClock, type EmulatorKit } from "@holdfast/emulator"
import { createDevice, type Device } from "./emulator/device.js"
import { type Listening, listen } from "./emulator/listen.js"
import { phoneOrigin, phonePage } from "./emulator/phone-page.js"
import { type AccountSeed, createWorld, type MethodFault, type World, type WorldOptions } from "./emulator/world.js"

export type { Device } from "./emulator/device.js"
export type { Listening } from "./emulator/listen.js"
export type { MethodFault, MethodFaults } from "./emulator/method-faults.js"
export type { LoggedCall } from "./emulator/model.js"
export type { AccountSeed, GroupSeed, World, WorldOptions } from "./emulator/world.js"

export interface TelegramEmulatorOptions extends Partial<Omit<WorldOptions, "clock" | "onCall">> {
  /** Default: a virtual clock. Codes and QR tokens live by it. */
  clock?: EmulatorClock
}

/** What tests and demos hold in their hands. Read it again after `reset()`. */
export interface TelegramProvider {
  readonly world: World
  readonly device: Device
}

export type TelegramEmulator = Emulator<TelegramProvider>

/** The registration that the stand-in knows unless told otherwise. */
export const emulatedApp = { apiId: 4242, apiHash: "0123456789abcdef0123456789abcdef" }

const emulatedAccounts: readonly AccountSeed[] = [
  { phone: "+15550100001", firstName: "First", lastName: "User", username: "first_user" },
  { phone: "+15550100002", firstName: "Second", username: "second_user", dcId: 4, password: "two-step password" },
]

/**
 * A strict stand-in for Telegram. Its HTTP side is the person's own phone, as a page and as actions; the API itself is MTProto on TCP:
 * give the address and key of {@link listenTelegram} to the connector, which then runs with nothing replaced.
 */
export function telegramEmulator(options: TelegramEmulatorOptions = {}): TelegramEmulator {
  const { clock, ...seeds } = options
  return createEmulator<TelegramProvider>({
    name: "telegram",
    origins: [phoneOrigin],
    ...(clock && { clock }),
    setup(kit) {
      const world = createWorld({
        apps: [emulatedApp],
        accounts: emulatedAccounts,
        ...seeds,
        clock: kit.clock,
        onCall({ method, result }) {
          if (method === "auth.LogOut" && result === "ok") kit.countRevocation()
        },
      })
      const device = createDevice(world)
      phonePage(kit, world, device)
      actions(kit, world, device)
      return { world, device }
    },
  })
}

/**
 * Opens the data centres of an emulator on loopback. What it answers is what `telegram({ dataCenters, publicKeys })` takes, and goes
 * through JSON unharmed.
 *
 * @param emulator - or how to find the current one, where each test makes its own
 * @param dataCenterIds - Default: 2 (where logins start) and 4
 */
export function listenTelegram(
  emulator: TelegramEmulator | (() => TelegramEmulator),
  dataCenterIds: readonly number[] = [2, 4],
): Promise<Listening> {
  return listen(() => (typeof emulator === "function" ? emulator() : emulator).provider.world, dataCenterIds)
}

/** For tests in another process, by the control surface of the kit. */
function actions(kit: EmulatorKit, world: World, device: Device): void {
  const text = (input: unknown, name: string): string => {
    const value = typeof input === "object" && input !== null ? (input as Record<string, unknown>)[name] : undefined
    if (typeof value !== "string") throw new TypeError(`the action needs "${name}"`)
    return value
  }
  kit.action("code", (input) => device.code(text(input, "phone")))
  kit.action("scan", (input) => device.scan(text(input, "url"), text(input, "phone")))
  kit.action("sessions", (input) => device.sessions(text(input, "phone")))
  kit.action("terminate_sessions", (input) => device.terminateSessions(text(input, "phone")))
  kit.action("messages", (input) => device.messages(text(input, "phone")))
  kit.action("calls", () => world.log)
  kit.action("fault", (input) => {
    const fault = (input as { fault: MethodFault; times?: number }) ?? {}
    world.faults.next(text(input, "method"), fault.fault, fault.times)
  })
}
