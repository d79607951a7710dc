import { expect, it } from "vitest"
import { emulatedFetch, reroutedFetch, toLoopback, toPublic } from "./reroute.js"
import { acme } from "./test-support.js"

const reroute = { "https://acme.example": "http://127.0.0.1:4001" }

it("turns URLs of known origins to loopback and back, and leaves others alone", () => {
  expect(toLoopback("https://acme.example/a?b=c#d", reroute)).toBe("http://127.0.0.1:4001/a?b=c#d")
  expect(toPublic("http://127.0.0.1:4001/a?b=c", reroute)).toBe("https://acme.example/a?b=c")
  expect(toLoopback("https://acme.example.evil.example/a", reroute)).toBe("https://acme.example.evil.example/a")
  expect(toPublic("http://127.0.0.1:4002/", reroute)).toBe("http://127.0.0.1:4002/")
})

it("reroutedFetch keeps method, headers and body", async () => {
  const seen: Request[] = []
  const send = reroutedFetch(reroute, async (input) => {
    seen.push(input as Request)
    return new Response()
  })
  await send("https://acme.example/a", { method: "POST", body: "x", headers: { "x-a": "1" }, redirect: "manual" })
  await send("https://else.example/b")
  const [first, second] = seen
  expect([first?.url, first?.method, first?.headers.get("x-a"), first?.redirect]).toEqual([
    "http://127.0.0.1:4001/a",
    "POST",
    "1",
    "manual",
  ])
  expect(await first?.text()).toBe("x")
  expect(second?.url).toBe("https://else.example/b")
})

it("emulatedFetch picks the emulator by origin and refuses what nobody answers for", async () => {
  const send = emulatedFetch([acme()])
  expect((await send("https://acme.example/me")).status).toBe(401)
  await expect(send("https://else.example/")).rejects.toThrow("no emulator answers for https://else.example")
  const open = emulatedFetch([acme()], async () => new Response("elsewhere"))
  expect(await (await open("https://else.example/")).text()).toBe("elsewhere")
})
