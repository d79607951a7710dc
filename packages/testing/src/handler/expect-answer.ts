import { type ErrorCode, errorTable } from "@holdfast/core"
import { expect } from "vitest"
import type { HandlerUnderTest } from "./under-test.js"

/** One sentence of the handler's contract, and how it is tried. */
export interface HandlerCase {
  readonly title: string
  run(given: HandlerUnderTest): Promise<void>
}

/** The answer is this error: its status, its code, its fixed text, and nothing else but safe details. */
export async function expectFailure(answer: Response, code: ErrorCode): Promise<void> {
  const body = (await answer.clone().json()) as { error: string; message: string; details?: unknown }
  const { details: _details, ...said } = body
  expect({ status: answer.status, ...said }).toEqual({
    status: errorTable[code].status,
    error: code,
    message: errorTable[code].text,
  })
  expect(answer.headers.get("cache-control")).toBe("no-store")
}

/** A redirect that turns everything into a GET, to an address without the provider's answer in it. */
export function expectSeeOther(answer: Response): URL {
  expect(answer.status).toBe(303)
  const location = answer.headers.get("location")
  expect(location).not.toBeNull()
  const url = new URL(String(location))
  for (const name of ["code", "state", "key"]) expect(url.searchParams.has(name), `${name} in the address`).toBe(false)
  return url
}

/** A page: it may load nothing but our own files, and nobody may frame it. */
export async function expectPage(answer: Response, status = 200): Promise<string> {
  expect(answer.status).toBe(status)
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8")
  const policy = answer.headers.get("content-security-policy") ?? ""
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain("unsafe-inline")
  expect(answer.headers.get("cache-control")).toBe("no-store")
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
  const markup = await answer.clone().text()
  expect(markup).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|javascript:/i)
  // A form's POST says where it comes from only under this policy.
  expect(answer.headers.get("referrer-policy")).toBe(markup.includes("<form") ? "same-origin" : "no-referrer")
  return markup
}

/** The JSON of a success. */
export async function jsonOf<T = Record<string, unknown>>(answer: Response, status = 200): Promise<T> {
  expect(answer.status).toBe(status)
  return (await answer.clone().json()) as T
}
