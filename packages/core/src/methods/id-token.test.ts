import { describe, expect, it } from "vitest"
import { idTokenClaims } from "./id-token.js"

const encoded = (value: unknown) =>
  btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")
const answerWith = (claims: object) => ({ id_token: `${encoded({ alg: "RS256" })}.${encoded(claims)}.c2ln` })

describe("what an id token says", () => {
  const ours = { clientId: "app", issuer: "https://id.example" }

  it("is believed of its issuer, under every documented spelling", () => {
    const plain = { sub: "1", aud: "app", iss: "https://id.example" }
    expect(idTokenClaims(answerWith(plain), ours)).toMatchObject({ sub: "1" })
    const bare = { ...plain, iss: "id.example" }
    expect(idTokenClaims(answerWith(bare), { ...ours, issuerAliases: ["id.example"] })).toMatchObject({ sub: "1" })
  })

  it("is refused of another issuer, or for another app", () => {
    for (const claims of [
      { sub: "1", aud: "app", iss: "id.example" },
      { sub: "1", aud: "app" },
      { sub: "1", aud: "other", iss: "https://id.example" },
    ]) {
      const read = () => idTokenClaims(answerWith(claims), { ...ours, issuerAliases: ["also.example"] })
      expect(read).toThrow(expect.objectContaining({ code: "response_invalid" }))
    }
  })

  it("is nothing where none came", () => {
    expect(idTokenClaims({ access_token: "t" }, ours)).toBeUndefined()
  })
})
