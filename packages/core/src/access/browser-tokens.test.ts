import { createHash } from "node:crypto"
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from "jose"
import { describe, expect, it } from "vitest"
import { isHoldfastError } from "../errors.js"
import { keyring } from "../keyring.js"
import { deriveKey } from "../keys/derive-key.js"
import { ada, bench, url } from "../life/bench.js"

const [k1, k2] = [`k1:${"A".repeat(43)}`, `k2:${"B".repeat(42)}A`]
const typ = "holdfast-browser+jwt"

async function refusal(reading: Promise<unknown>) {
  const error: unknown = await reading.catch((thrown: unknown) => thrown)
  if (!isHoldfastError(error)) throw new Error("it was taken")
  return { code: error.code, message: error.message, details: error.details, cause: error.cause }
}

describe("a token for a browser (X9)", () => {
  it("says tenant and user for five minutes, to this mount alone, and names the key that signed it", async () => {
    const { holdfast, time } = bench()
    const token = await holdfast.access.browserToken({ ...ada, admin: true })
    expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256", typ, kid: "k1" })
    const issuedAt = Math.floor(time.clock.now() / 1_000)
    const claims = { tenant: "t1", sub: "ada", aud: url, iat: issuedAt, exp: issuedAt + 300 }
    expect(decodeJwt(token)).toEqual(claims)
    expect(await holdfast.access.readBrowserToken(token)).toEqual({ owner: ada })
    expect(holdfast.access.kindOf(token)).toBe("browser")
  })

  it("is never an admin's, and may be a tenant's without a user", async () => {
    const { access } = bench().holdfast
    const { owner } = await access.readBrowserToken(await access.browserToken({ tenantId: "t1", admin: true }))
    expect(owner).toEqual({ tenantId: "t1" })
  })

  it("ends when it says, ten minutes being the most", async () => {
    const { holdfast, time } = bench()
    const token = await holdfast.access.browserToken(ada, { expiresInSeconds: 600 })
    time.advance(599_000)
    await expect(holdfast.access.readBrowserToken(token)).resolves.toMatchObject({ owner: ada })
    time.advance(7_000)
    await expect(holdfast.access.readBrowserToken(token)).rejects.toMatchObject({ code: "unauthenticated" })
  })

  it("is good while any key of the ring has signed it, so that rotation cuts nobody off", async () => {
    const { make } = bench()
    const token = await make({ keys: keyring(k1) }).access.browserToken(ada)
    await expect(make({ keys: keyring(`${k2},${k1}`) }).access.readBrowserToken(token)).resolves.toBeDefined()
    await expect(make({ keys: keyring(k2) }).access.readBrowserToken(token)).rejects.toThrow()
  })

  it("is good from the origin it names, and from nowhere else", async () => {
    const { access } = bench().holdfast
    const token = await access.browserToken(ada, { origin: "https://front.example", connectors: ["acme"] })
    expect(await access.readBrowserToken(token, { origin: "https://front.example" })).toEqual({
      owner: ada,
      connectors: ["acme"],
      origin: "https://front.example",
    })
    for (const from of [{}, { origin: undefined }, { origin: "https://front.example.evil.example" }])
      expect(await refusal(access.readBrowserToken(token, from))).toMatchObject({ code: "unauthenticated" })
  })

  it("is refused in one and the same way, whatever is wrong with it", async () => {
    const { holdfast, make, time } = bench()
    const { access } = holdfast
    const good = await access.browserToken(ada)
    const secret = await deriveKey(keyring(k1).seal, "holdfast browser token 1")
    const now = Math.floor(time.clock.now() / 1_000)
    const signed = (
      header: { alg?: string; typ?: string; kid?: string },
      claims: object,
      key: Uint8Array = secret,
    ): Promise<string> =>
      new SignJWT({ tenant: "t1", aud: url, iat: now, exp: now + 60, ...claims })
        .setProtectedHeader({ alg: "HS256", typ, kid: "k1", ...header })
        .sign(key)
    // What all the others differ from in one thing only.
    await expect(access.readBrowserToken(await signed({}, {}))).resolves.toEqual({ owner: { tenantId: "t1" } })
    const [head = "", body = "", signature = ""] = good.split(".")
    const wrong = [
      "",
      "a.b.c",
      `${head}.${body}.`,
      `${head}.${Buffer.from('{"tenant":"t2"}').toString("base64url")}.${signature}`,
      await make({ url: "https://other.example/api" }).access.browserToken(ada),
      await signed({ typ: "JWT" }, {}),
      await signed({ alg: "HS512" }, {}, createHash("sha512").update(secret).digest()),
      await signed({ kid: "k9" }, {}),
      await signed({}, {}, keyring(k1).seal.bytes),
      await signed({}, { tenant: "" }),
      await signed({}, { tenant: undefined }),
      await signed({}, { connectors: "acme" }),
      await signed({}, { exp: undefined }),
      await signed({}, { iat: undefined }),
      await signed({}, { iat: now - 700, exp: now + 60 }),
      await signed({}, { iat: now + 600, exp: now + 700 }),
      await signed({}, { aud: `${url}/` }),
      await signed({}, { nbf: now + 60 }),
      new UnsecuredJWT({ tenant: "t1", aud: url, iat: now, exp: now + 60 }).encode(),
      `${good}${"A".repeat(5_000)}`,
    ]
    const said = await Promise.all(wrong.map((token) => refusal(access.readBrowserToken(token))))
    expect(new Set(said.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(said[0]).toMatchObject({ code: "unauthenticated", details: {}, cause: undefined })
  })

  it("is not made for what it could not hold", async () => {
    const { access } = bench().holdfast
    for (const [options, code] of [
      [{ expiresInSeconds: 601 }, "input_invalid"],
      [{ expiresInSeconds: 0 }, "input_invalid"],
      [{ expiresInSeconds: 1.5 }, "input_invalid"],
      [{ origin: "https://front.example/" }, "input_invalid"],
      [{ origin: "*" }, "input_invalid"],
      [{ connectors: ["acme", "acmee"] }, "connector_unknown"],
      [{ connectors: Array.from({ length: 1_000 }, () => "acme") }, "input_invalid"],
    ] as const)
      expect(await refusal(access.browserToken(ada, options))).toMatchObject({ code })
    expect(await refusal(access.browserToken({ tenantId: "" }))).toMatchObject({ code: "config_invalid" })
  })

  it("is told from other bearer tokens by what it says of itself", () => {
    const { access } = bench().holdfast
    const other = new UnsecuredJWT({}).encode()
    expect([other, "", "opaque", "a.b.c", "hfk_", "xhfk_"].map(access.kindOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      "key",
      undefined,
    ])
  })
})
