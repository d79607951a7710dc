import { HoldfastError } from "@holdfast/core"
import { z } from "zod"

const parsedElsewhere = new WeakSet<Request>()

/** Says that a body parser of the framework ran first, so that the body of `request` is what it understood and not what was sent. */
export function markParsedBody(request: Request): Request {
  parsedElsewhere.add(request)
  return request
}

/**
 * The body, byte for byte as it was sent: what signatures are made over.
 * @throws HoldfastError `config_invalid` when a body parser ran first, `payload_too_large`
 */
export async function readRawBytes(request: Request, limitBytes: number): Promise<Uint8Array> {
  if (parsedElsewhere.has(request) || request.bodyUsed) throw bodyTaken()
  return readBytes(request, limitBytes)
}

/** @throws HoldfastError `payload_too_large` `config_invalid` */
export async function readBytes(request: Request, limitBytes: number): Promise<Uint8Array> {
  if (request.bodyUsed) throw bodyTaken()
  if (Number(request.headers.get("content-length") ?? 0) > limitBytes) throw tooLarge(limitBytes)
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = request.body?.getReader()
  for (;;) {
    const read = await reader?.read()
    if (!read || read.done) break
    length += read.value.byteLength
    if (length > limitBytes) {
      // Nothing more is wanted; the failure of the other side does not matter.
      reader?.cancel().catch(() => {})
      throw tooLarge(limitBytes)
    }
    chunks.push(read.value)
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

/** Whether the body is a posted form, as a page without scripts sends it. */
export function isForm(request: Request): boolean {
  return mediaType(request) === "application/x-www-form-urlencoded"
}

/**
 * The body as an object, from JSON or a posted form, checked by `schema`. No body is an empty object.
 * @throws HoldfastError `input_invalid` with the names of the fields, `payload_too_large`
 */
export async function readFields<Schema extends z.ZodType>(
  request: Request,
  limitBytes: number,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = decode(await readBytes(request, limitBytes))
  return checkInput(text === "" ? {} : parse(request, text), schema)
}

/** @throws HoldfastError `input_invalid` with the names of the fields */
export function checkInput<Schema extends z.ZodType>(input: unknown, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join(".")))].slice(0, 20)
  throw new HoldfastError("input_invalid", `The input is not as expected: ${fields.join(", ") || "no object"}.`, {
    details: { fields },
  })
}

/** Strings by name, as forms of methods are answered. */
export const stringValues = z.record(z.string().max(100), z.string().max(20_000))

function parse(request: Request, text: string): unknown {
  const type = mediaType(request)
  if (type === "application/x-www-form-urlencoded") return Object.fromEntries(new URLSearchParams(text))
  if (type !== "application/json") {
    throw new HoldfastError("input_invalid", `The content type is ${type || "missing"}; send application/json.`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new HoldfastError("input_invalid", "The body is not JSON.")
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    throw new HoldfastError("input_invalid", "The body is not UTF-8.")
  }
}

function mediaType(request: Request): string {
  return (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? ""
}

function tooLarge(limitBytes: number): HoldfastError {
  return new HoldfastError("payload_too_large", `The body is longer than ${limitBytes} bytes (bodyLimitBytes).`)
}

/** Somebody read the body before we could. */
export function bodyTaken(): HoldfastError {
  return new HoldfastError(
    "config_invalid",
    "Something read the request body before Holdfast did, so the bytes that were signed are gone. Mount Holdfast before express.json() and other body parsers.",
  )
}
