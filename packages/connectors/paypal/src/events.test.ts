import { createVerify, X509Certificate } from "node:crypto"
import type { ReceivedEvent } from "@holdfast/core"
import { bob, endOf } from "@holdfast/testing"
import { describe, expect, it } from "vitest"
import { bytesOf, keyOfCertificate } from "./certificate.js"
import { certificatePem, paypalSignature } from "./emulator/certificate.js"
import { emulatorApp } from "./emulator.js"
import { crc32 } from "./events.js"
import { paypalWorld } from "./test-support.js"

const certUrl = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-ab66f33d"
const login = { method: "oauth" } as const
const valid = { from: "20250101000000Z", to: "20490101000000Z" }
const now = Date.UTC(2026, 10, 21)

describe("the checksum", () => {
  it("is CRC-32, unsigned", () => {
    // The check value of the algorithm: https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-32-iso-hdlc
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926)
    expect(crc32(new Uint8Array())).toBe(0)
  })
})

describe("the certificate", () => {
  it("is read as others read it", async () => {
    const pem = await certificatePem(valid)
    const key = await keyOfCertificate(pem, now)
    const known = new X509Certificate(pem)
    expect(known.subject).toBe("CN=messageverificationcerts.paypal.com")
    const spki = new Uint8Array(known.publicKey.export({ type: "spki", format: "der" }))
    const again = await crypto.subtle.importKey("spki", spki, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, [
      "verify",
    ])
    const data = new TextEncoder().encode("x")
    const { sign } = paypalSignature("1", certUrl)
    const headers = await sign({ method: "POST", url: "https://x", body: data, at: now, id: "i" })
    const signature = bytesOf(headers["paypal-transmission-sig"] ?? "")
    const message = `i|2026-11-21T00:00:00Z|1|${crc32(data)}`
    for (const one of [key, again]) {
      expect(await crypto.subtle.verify("RSASSA-PKCS1-v1_5", one, signature, new TextEncoder().encode(message))).toBe(
        true,
      )
    }
    expect(createVerify("SHA256").update(message).verify(known.publicKey, signature)).toBe(true)
  })

  it("is refused when it is not valid now, cut off, or none", async () => {
    const pem = await certificatePem(valid)
    for (const [text, at] of [
      [pem, Date.UTC(2024, 0, 1)],
      [pem, Date.UTC(2050, 0, 1)],
      [pem.replace(/\n[^\n]+\n/, "\n"), now],
      ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", now],
      ["<html>", now],
      ["", now],
    ] as const) {
      expect((await endOf(keyOfCertificate(text, at))).code).toBe("webhook_unverified")
    }
  })
})

describe("deliveries (quirk 28, table B)", () => {
  it("are refused unless the certificate is PayPal's, of the same environment; nothing is fetched from anybody else", async () => {
    const { deliver, emulator, requests } = paypalWorld()
    for (const address of [
      "https://paypal.com.attacker.example/v1/notifications/certs/CERT-1",
      "https://attackerpaypal.com/v1/notifications/certs/CERT-1",
      "http://api.paypal.com/v1/notifications/certs/CERT-1",
      "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
      "https://user@api.paypal.com/v1/notifications/certs/CERT-1",
      "https://api.paypal.com/v1/oauth2/token",
      "https://api.paypal.com/v1/notifications/certs/../../oauth2/token",
      "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
      "//api.paypal.com/v1/notifications/certs/CERT-1",
      "",
    ]) {
      const signature = paypalSignature(emulatorApp.webhookId, address)
      const end = await endOf(deliver(emulator.provider.event("PAYMENT.CAPTURE.COMPLETED"), signature))
      expect(end.code, address).toBe("webhook_unverified")
    }
    expect(requests).toEqual([])
  })

  it("for another webhook, or under another algorithm, are refused", async () => {
    const { deliver, emulator } = paypalWorld()
    const delivery = emulator.provider.event("PAYMENT.CAPTURE.COMPLETED")
    expect((await endOf(deliver(delivery, paypalSignature("WEBHOOK_ID", certUrl)))).code).toBe("webhook_unverified")
    const { signature } = emulator.provider
    const weaker: typeof signature = {
      sign: async (parts) => ({ ...(await signature.sign(parts)), "paypal-auth-algo": "SHA1withRSA" }),
      withForeignSecret: () => weaker,
    }
    expect((await endOf(deliver(delivery, weaker))).code).toBe("webhook_unverified")
  })

  it("are taken as long as PayPal tries, and no longer", async () => {
    const { connect, deliver, emulator } = paypalWorld()
    await connect(login)
    const { signature, event } = emulator.provider
    const signedAt = (ageMs: number): typeof signature => ({
      sign: (parts) => signature.sign({ ...parts, at: parts.at - ageMs }),
      withForeignSecret: () => signature.withForeignSecret(),
    })
    const delivery = event("PAYMENT.CAPTURE.COMPLETED")
    expect((await deliver(delivery, signedAt(71 * 3_600_000))).status).toBe(200)
    for (const ageMs of [73 * 3_600_000, -3_600_000]) {
      expect((await endOf(deliver(delivery, signedAt(ageMs)))).code).toBe("webhook_unverified")
    }
  })

  it("whose certificate cannot be had just now are sent again, not lost", async () => {
    const { connect, deliver, emulator } = paypalWorld()
    await connect(login)
    const { signature, event } = emulator.provider
    for (const fault of [{ kind: "status", status: 503 }, { kind: "drop_before" }] as const) {
      emulator.faults.next({ on: "*", fault })
      expect((await endOf(deliver(event("PAYMENT.CAPTURE.COMPLETED"), signature))).code).toBe("provider_unavailable")
    }
    emulator.faults.next({ on: "*", fault: { kind: "status", status: 404 } })
    expect((await endOf(deliver(event("PAYMENT.CAPTURE.COMPLETED"), signature))).code).toBe("webhook_unverified")
  })

  it("reach the account that is paid, once", async () => {
    const { connect, deliver, emulator, holdfast } = paypalWorld()
    const { signature, event } = emulator.provider
    await connect(login)
    const theirs = await (await connect({ ...login, owner: bob }, { account: "QWJJHEBZ4X2LZ" })).info()
    const heard: ReceivedEvent[] = []
    for (const name of ["payment_capture_completed", "checkout_order_approved"] as const) {
      holdfast.on("paypal", name, (received) => void heard.push(received))
    }
    for (const type of ["PAYMENT.CAPTURE.COMPLETED", "CHECKOUT.ORDER.APPROVED"]) {
      const delivery = event(type, theirs.account.id)
      await deliver(delivery, signature)
      await deliver(delivery, signature)
    }
    expect(heard.map(({ connectionId, name }) => [connectionId, name])).toEqual([
      [theirs.id, "payment_capture_completed"],
      [theirs.id, "checkout_order_approved"],
    ])
  })

  it("of kinds and forms that we do not know are acknowledged", async () => {
    const { connect, deliver, emulator } = paypalWorld()
    const { signature, event } = emulator.provider
    await connect(login)
    for (const delivery of [event("CUSTOMER.DISPUTE.CREATED"), { body: "not JSON" }, { body: { id: "1" } }]) {
      expect((await deliver(delivery, signature)).status).toBe(200)
    }
  })
})
