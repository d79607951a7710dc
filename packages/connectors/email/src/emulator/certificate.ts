import { createSign, generateKeyPairSync } from "node:crypto"

export interface ServerIdentity {
  readonly key: string
  readonly cert: string
}

/**
 * A certificate for `localhost` and 127.0.0.1 that signs itself, made for the occasion: whoever trusts it gives it as `ca`.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function createServerIdentity(): ServerIdentity {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const ecdsaWithSha256 = der(0x30, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2))
  const name = der(0x30, der(0x31, der(0x30, oid(0x55, 4, 3), der(0x0c, Buffer.from("localhost")))))
  const validity = der(0x30, der(0x18, Buffer.from("20200101000000Z")), der(0x18, Buffer.from("20991231235959Z")))
  const names = der(0x30, der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])))
  const alternativeNames = der(0x30, oid(0x55, 0x1d, 0x11), der(0x04, names))
  const authority = der(
    0x30,
    oid(0x55, 0x1d, 0x13),
    der(0x01, Buffer.from([0xff])),
    der(0x04, der(0x30, der(0x01, Buffer.from([0xff])))),
  )
  const signed = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(0x30, alternativeNames, authority)),
  )
  const signature = createSign("sha256").update(signed).sign(privateKey)
  const whole = der(0x30, signed, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  }
}

const oid = (...bytes: readonly number[]) => der(0x06, Buffer.from(bytes))

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  const long = [length >> 8, length & 0xff]
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, ...long]
  return Buffer.concat([Buffer.from(head), body])
}
