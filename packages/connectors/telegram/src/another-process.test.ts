import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, it } from "vitest"
import { bob, password, startTelegram, testApp } from "./test-support.js"

let telegram: Awaited<ReturnType<typeof startTelegram>>

beforeAll(async () => {
  telegram = await startTelegram()
})
afterAll(() => telegram.server.close())

const client = fileURLToPath(new URL("./session-client.ts", import.meta.url))
const tsx = import.meta.resolve("tsx")

/** Runs one function of the session client in an operating system process of its own. */
async function elsewhere(method: string, ...parameters: unknown[]): Promise<Record<string, string>> {
  const given = JSON.stringify({ options: { ...testApp, ...telegram.server }, method, parameters })
  const code = `
    const { createSessionClient } = await import(${JSON.stringify(client)})
    const { options, method, parameters } = JSON.parse(process.argv.at(-1))
    console.log(JSON.stringify(await createSessionClient(options)[method](...parameters)))`
  const nodeOptions = ["--import", tsx, "--conditions=@holdfast/source", "--input-type=module", "--eval", code]
  const { stdout } = await promisify(execFile)(process.execPath, [...nodeOptions, "--", given])
  return JSON.parse(stdout)
}

it("each step of a login runs in a process of its own, with nothing handed on but text (quirk 37, pain 23)", async () => {
  const { session, phoneCodeHash } = await elsewhere("sendCode", bob)
  const code = telegram.device.code(bob)
  const wanted = await elsewhere("signIn", session, { phone: bob, phoneCodeHash, code })
  expect(wanted).toMatchObject({ is: "password_needed", hint: "horse" })
  const done = await elsewhere("checkPassword", wanted.session, password)
  expect(await elsewhere("me", done.session)).toMatchObject({ username: "second_user" })
  expect(telegram.device.sessions(bob)).toBe(1)
})
