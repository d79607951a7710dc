import { listen } from "@holdfast/emulator/node"
import { Configuration, CountryCode, PlaidApi, Products } from "plaid"
import { afterEach, expect, it } from "vitest"
import { createPlaidEmulator, emulatorApp } from "./emulator.js"

// Plaid's own library against the stand-in: what it refuses, that has wrong.

const close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of close.splice(0)) await end()
})

async function client() {
  const emulator = createPlaidEmulator()
  const server = await listen(emulator)
  close.push(server.close)
  const headers = { "PLAID-CLIENT-ID": emulatorApp.clientId, "PLAID-SECRET": emulatorApp.clientSecret }
  const basePath = server.reroute["https://sandbox.plaid.com"] ?? ""
  return { emulator, api: new PlaidApi(new Configuration({ basePath, baseOptions: { headers } })) }
}

it("Plaid's own library goes through Link, reads an Item by cursor, mends it and removes it", async () => {
  const { emulator, api } = await client()
  const asked = {
    client_name: "An app",
    language: "en",
    country_codes: [CountryCode.Us],
    user: { client_user_id: "one" },
    hosted_link: {},
  }
  const { data: link } = await api.linkTokenCreate({ ...asked, products: [Products.Transactions] })
  await emulator.fetch(link.hosted_link_url ?? "", { method: "POST", body: new URLSearchParams({ decision: "allow" }) })
  const { data: found } = await api.linkTokenGet({ link_token: link.link_token })
  const public_token = found.link_sessions?.[0]?.results?.item_add_results[0]?.public_token ?? ""
  const { access_token, item_id } = (await api.itemPublicTokenExchange({ public_token })).data

  expect((await api.itemGet({ access_token })).data.item.item_id).toBe(item_id)
  expect((await api.accountsBalanceGet({ access_token })).data.accounts).toHaveLength(2)
  const page = (await api.transactionsSync({ access_token, count: 2 })).data
  const rest = (await api.transactionsSync({ access_token, cursor: page.next_cursor })).data
  expect([page.has_more, rest.has_more]).toEqual([true, false])
  expect([...page.added, ...rest.added]).toHaveLength(3)

  emulator.provider.items.resetLogin()
  await expect(api.accountsGet({ access_token })).rejects.toMatchObject({
    response: { status: 400, data: { error_type: "ITEM_ERROR", error_code: "ITEM_LOGIN_REQUIRED" } },
  })
  const { data: update } = await api.linkTokenCreate({ ...asked, access_token })
  await emulator.fetch(update.hosted_link_url ?? "", {
    method: "POST",
    body: new URLSearchParams({ decision: "allow" }),
  })
  expect((await api.accountsGet({ access_token })).data.accounts).toHaveLength(2)
  const { key } = (await api.webhookVerificationKeyGet({ key_id: emulator.provider.keys.kid })).data
  expect(key).toMatchObject({ alg: "ES256", crv: "P-256" })
  await api.itemRemove({ access_token })
  await expect(api.itemGet({ access_token })).rejects.toMatchObject({
    response: { data: { error_code: "INVALID_ACCESS_TOKEN" } },
  })
})
