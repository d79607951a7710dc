import { describe, expect, it } from "vitest"
import { z } from "zod"
import type { Call, Connector, OperationMap, Target } from "../connector.js"
import { operation } from "../operation.js"
import { runOperation } from "./run-operation.js"
import { acmeConnector, bearerMethod, json, rejectionOf, rowOf, world } from "./test-support.js"

const sites: Target[] = [
  { id: "s1", label: "First site", data: { site: "one", tenant: "T-1" } },
  { id: "s2", label: "Second site", data: { site: "two", tenant: "T-2" } },
]

interface Seen {
  target: Target | undefined
  data: unknown
  ofContext: unknown
}

function sitesWorld({
  headers,
  listed = () => sites,
}: {
  headers?: Record<string, string>
  listed?: () => unknown
} = {}) {
  const seen: Seen[] = []
  const signed: unknown[] = []
  const where = operation({
    summary: "Where it is",
    effect: "read",
    input: z.object({ path: z.string().default("/me") }),
    output: z.unknown(),
    run: async ({ http, target, account, context }: Call, { path }) => {
      seen.push({ target, data: account?.data, ofContext: context.account?.data })
      return await http.get(path)
    },
  })
  const connector: Connector = acmeConnector({
    api: {
      baseUrl: "https://{site}.acme.example/v1",
      hosts: ["https://acme.example"],
      headers: headers ?? { "x-tenant": "{tenant}", "x-version": "3" },
      authorization: "Bearer",
    },
    methods: [
      bearerMethod({
        authorize(context, request) {
          signed.push(context.account?.data?.tenant)
          return new Request(request)
        },
      }),
    ],
    targets: async ({ http }: Call) => http.get("https://acme.example/sites") as Promise<Target[]>,
    operations: { where } as unknown as OperationMap,
  })
  const { detail, ...row } = rowOf()
  const account = { id: "U1", label: "First", data: { site: "own", plan: "free" } }
  const made = world({
    connector,
    row: { ...row, detail: { ...detail, account } },
    answer: ({ url }) => json(url.endsWith("/sites") ? listed() : { ok: true }),
  })
  const run = (target?: string, parameters?: unknown) =>
    made.time.settle(runOperation(made.parts, { connectionId: "conn_1", operation: "where", parameters, target }))
  const asked = () => made.sent.filter(({ url }) => url.endsWith("/sites")).length
  return { ...made, run, seen, signed, asked }
}

describe("a target", () => {
  it("stands over the account: in addresses, headers, what signs, and what the operation is given", async () => {
    const made = sitesWorld()
    await made.run("s2")
    const last = made.sent.at(-1)
    expect(last?.url).toBe("https://two.acme.example/v1/me")
    expect(last?.headers.get("x-tenant")).toBe("T-2")
    expect(made.signed.at(-1)).toBe("T-2")
    const data = { site: "two", plan: "free", tenant: "T-2" }
    expect(made.seen).toEqual([{ target: sites[1], data, ofContext: data }])
  })

  it("is not there where none is named, and a header without a value is left out", async () => {
    const made = sitesWorld()
    await made.run()
    expect(made.sent.map(({ url }) => url)).toEqual(["https://own.acme.example/v1/me"])
    expect(made.sent[0]?.headers.has("x-tenant")).toBe(false)
    expect(made.sent[0]?.headers.get("x-version")).toBe("3")
    expect(made.seen[0]?.target).toBeUndefined()
  })

  it("is asked of the provider once in five minutes, and again for an id that is not known", async () => {
    const made = sitesWorld()
    await made.run("s1")
    await made.run("s2")
    expect(made.asked()).toBe(1)
    const error = await rejectionOf(made.run("s3"))
    expect(error).toMatchObject({
      code: "resource_not_found",
      details: { choices: ["s1", "s2"], reason: "target_unknown" },
    })
    expect(made.asked()).toBe(2)
    made.time.advance(5 * 60_000)
    await made.run("s1")
    expect(made.asked()).toBe(3)
  })

  it("keeps the credential from the hosts of other targets", async () => {
    const made = sitesWorld()
    const error = await rejectionOf(made.run("s1", { path: "https://two.acme.example/v1/me" }))
    expect(error).toMatchObject({ code: "host_forbidden" })
    expect(made.sent.some(({ url }) => url.includes("two."))).toBe(false)
  })

  it.each([
    ["a host", { site: "evil.example/", tenant: "T" }, "host_forbidden"],
    ["a header", { site: "one", tenant: "T\r\nx-admin: 1" }, "config_invalid"],
    ["a header of ASCII", { site: "one", tenant: "Tä" }, "config_invalid"],
  ])("brings no value that is no part of %s", async (_, data, code) => {
    const made = sitesWorld({ listed: () => [{ id: "s1", label: "", data }] })
    expect(await rejectionOf(made.run("s1"))).toMatchObject({ code })
    expect(made.sent).toHaveLength(1)
  })

  it("is input_invalid where the connector knows of none, and nothing is sent", async () => {
    const made = world({
      connector: acmeConnector({
        operations: {
          me: operation({
            summary: "Me",
            effect: "read",
            input: z.object({}),
            output: z.unknown(),
            run: ({ http }) => http.get("/me"),
          }),
        },
      }),
      answer: () => json({}),
    })
    const running = runOperation(made.parts, { connectionId: "conn_1", operation: "me", target: "s1" })
    expect(await rejectionOf(made.time.settle(running))).toMatchObject({
      code: "input_invalid",
      details: { fields: ["target"] },
    })
    expect(made.sent).toEqual([])
  })

  it("that a connector cannot read is response_invalid, without its words", async () => {
    const made = sitesWorld({ listed: () => 7 })
    const error = await rejectionOf(made.run("s1"))
    expect(error).toMatchObject({ code: "response_invalid", details: { reason: "connector_threw" } })
  })
})
