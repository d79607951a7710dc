import { approve } from "@holdfast/emulator"
import { describe, expect, it } from "vitest"
import { OAuthFlow } from "../flow/oauth-flow.js"
import { ada, bench } from "./bench.js"

const own = "https://app.example/own"

describe("S1: the helper of seed 002", () => {
  it("connects in process with its two calls, bound by state alone", async () => {
    const { holdfast, provider, time, rows } = bench({ holdfast: { redirectUris: [own] } })
    const flow = new OAuthFlow({ holdfast, owner: ada })
    const { oauthUrl, credentialId } = await time.settle(flow.initiateOAuthFlow("acme", own))
    expect(new URL(oauthUrl).searchParams.get("redirect_uri")).toBe(own)
    const back = await approve(provider.fetch, oauthUrl, { account: "U1" })
    const [code, state] = [back.searchParams.get("code") ?? "", back.searchParams.get("state") ?? ""]
    const done = await time.settle(flow.handleOAuthCallback("acme", code, state))
    expect(done).toMatchObject({ status: "connected", credentialId })
    // The browser sends it twice: the code is traded once.
    expect(await time.settle(flow.handleOAuthCallback("acme", code, state))).toEqual(done)
    expect(await rows()).toMatchObject([{ id: done.connectionId, detail: { attemptId: credentialId } }])
    expect(provider.log.filter((line) => line.path === "/token")).toHaveLength(1)
  })

  it("works without arguments once it is configured", async () => {
    const { holdfast, time } = bench({ holdfast: { redirectUris: [own] } })
    OAuthFlow.configure(holdfast as never, { owner: ada })
    await expect(time.settle(new OAuthFlow().initiateOAuthFlow("acme", own))).resolves.toMatchObject({
      oauthUrl: expect.stringContaining("https://acme.example/authorize"),
    })
  })

  it("refuses a redirect URI that is not in the list, a missing state, and one it never gave out", async () => {
    const { holdfast, time, rows } = bench({ holdfast: { redirectUris: [own] } })
    const flow = new OAuthFlow({ holdfast, owner: ada })
    await expect(time.settle(flow.initiateOAuthFlow("acme", "https://evil.example/own"))).rejects.toMatchObject({
      code: "redirect_uri_mismatch",
    })
    await expect(flow.handleOAuthCallback("acme", "code", undefined as never)).rejects.toMatchObject({
      code: "state_mismatch",
    })
    await expect(time.settle(flow.handleOAuthCallback("acme", "code", "made-up"))).rejects.toMatchObject({
      code: "state_mismatch",
    })
    expect(await rows()).toEqual([])
  })

  it("is of no use to another owner", async () => {
    const { holdfast, provider, time, rows } = bench({ holdfast: { redirectUris: [own] } })
    const { oauthUrl } = await time.settle(new OAuthFlow({ holdfast, owner: ada }).initiateOAuthFlow("acme", own))
    const back = await approve(provider.fetch, oauthUrl, { account: "U1" })
    const other = new OAuthFlow({ holdfast, owner: { tenantId: "t2", userId: "eve" } })
    await expect(
      time.settle(
        other.handleOAuthCallback("acme", back.searchParams.get("code") ?? "", back.searchParams.get("state") ?? ""),
      ),
    ).rejects.toMatchObject({ code: "state_mismatch" })
    expect(await rows()).toEqual([])
  })
})
