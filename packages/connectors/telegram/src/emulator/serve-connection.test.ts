import { randomBytes } from "node:crypto"
import { connect } from "node:net"
import { Api } from "teleproto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startTelegram } from "../test-support.js"
import { createFraming } from "./framing.js"
import { fromTlBytes } from "./numbers.js"

let telegram: Awaited<ReturnType<typeof startTelegram>>

beforeAll(async () => {
  telegram = await startTelegram()
})
afterAll(() => telegram.server.close())

/** Sends raw packets, answers what came back until the server hung up or had answered as often. */
function exchange(...packets: Buffer[]): Promise<{ answers: Buffer[]; hungUp: boolean }> {
  const { host, port } = telegram.server.dataCenters[2] ?? { host: "", port: 0 }
  const framing = createFraming()
  const answers: Buffer[] = []
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => {
      for (const packet of packets) socket.write(framing.pack(packet))
    })
    socket.on("data", (chunk) => {
      answers.push(...framing.push(chunk))
      if (answers.length === packets.length && answers.every((answer) => answer.length > 4)) socket.destroy()
    })
    socket.on("close", () => resolve({ answers, hungUp: answers.every((answer) => answer.length === 4) }))
    socket.on("error", reject)
  })
}

function plain(request: { getBytes(): Buffer }): Buffer {
  const body = request.getBytes()
  const head = Buffer.alloc(20)
  head.writeBigInt64LE((BigInt(Math.floor(Date.now() / 1000)) << 32n) + 4n, 8)
  head.writeInt32LE(body.length, 16)
  return Buffer.concat([head, body])
}

const nonce = () => fromTlBytes(randomBytes(16))

describe("the server hangs up", () => {
  it("on a key it does not know, with the transport error -404", async () => {
    const { answers, hungUp } = await exchange(randomBytes(104))
    expect(hungUp).toBe(true)
    expect(answers.map((answer) => answer.readInt32LE(0))).toEqual([-404])
  })

  it("on a message that its key did not seal", async () => {
    await telegram.logIn()
    const [known] = [...telegram.world.keys.values()]
    const forged = Buffer.concat([Buffer.from(known?.id ?? "", "hex"), randomBytes(96)])
    expect((await exchange(forged)).hungUp).toBe(true)
  })

  it("on a key exchange out of order, or with a proof of work that is none", async () => {
    const both = { nonce: nonce(), serverNonce: nonce() }
    const early = new Api.SetClientDHParams({ ...both, encryptedData: Buffer.alloc(16) as never })
    expect((await exchange(plain(early))).hungUp).toBe(true)
    const first = new Api.ReqPqMulti({ nonce: both.nonce })
    const wrong = new Api.ReqDHParams({
      ...both,
      p: Buffer.from([3]) as never,
      q: Buffer.from([5]) as never,
      publicKeyFingerprint: nonce(),
      encryptedData: Buffer.alloc(256) as never,
    })
    const { answers } = await exchange(plain(first), plain(wrong))
    expect(answers[0]?.length).toBeGreaterThan(4)
    expect(answers[1]?.length ?? 4).toBe(4)
  })

  it("on what is no packet at all", async () => {
    const { host, port } = telegram.server.dataCenters[2] ?? { host: "", port: 0 }
    const closed = new Promise<void>((resolve, reject) => {
      const socket = connect(port, host, () => socket.write("GET / HTTP/1.1\r\n\r\n"))
      socket.on("close", () => resolve()).on("error", reject)
    })
    await closed
  })
})
