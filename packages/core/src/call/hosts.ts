import type { Api } from "../connector.js"
import { HoldfastError } from "../errors.js"
import { encodeSegment, fillPath, holesOf } from "./path-template.js"
import { isLoopback } from "./reroute.js"

type Data = Readonly<Record<string, string>>

/** Where a connector's API is for one account, and where its credential may go. */
export interface ApiPlace {
  /** Without a trailing slash. */
  readonly baseUrl: string
  readonly origins: ReadonlySet<string>
}

/**
 * Fills an API's addresses with what is known of the account.
 * @throws HoldfastError `config_invalid` when the account lacks a value, `host_forbidden` when a value is no part of a host
 */
export function placeOf(api: Api, data: Data): ApiPlace {
  const baseUrl = fillUrl(api.baseUrl, data, api.plainHttp === "signed").replace(/\/+$/, "")
  const hosts = (api.hosts ?? []).filter((host) => holesOf(host).every((name) => Object.hasOwn(data, name)))
  return { baseUrl, origins: new Set([baseUrl, ...hosts.map((host) => fillUrl(host, data))].map(originOf)) }
}

/**
 * The URL of a path below the base, or an absolute one if it is on an origin of the place.
 * @throws HoldfastError `host_forbidden` `input_invalid`
 */
export function urlAt(place: ApiPlace, path: string, values?: Readonly<Record<string, string | number>>): URL {
  if (/^(?:https?:|[a-z][a-z\d+.-]*:\/\/)/i.test(path)) return allowed(place, values ? fillPath(path, values) : path)
  // `//other.example` is an address, not a path; browsers read backslashes alike.
  if (/^[/\\]{2}/.test(path)) throw forbidden("A path starts with one slash.")
  const filled = fillPath(path, values)
  return allowed(place, place.baseUrl + (/^[/?]/.test(filled) || filled === "" ? filled : `/${filled}`))
}

/** An absolute URL as it is, if a credential may go there. @throws HoldfastError `host_forbidden` */
export function allowed(place: ApiPlace, address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url) throw forbidden("This is not an address.")
  if (!place.origins.has(url.origin)) throw forbidden(`${url.host} is not a host of this connector for this account.`)
  if (url.username !== "" || url.password !== "") throw forbidden("An address must not carry a user or password.")
  return url
}

/**
 * Fills a URL template. A placeholder at the very start stands for a whole address (`{instanceUrl}/services`), one in the host for
 * labels of it, one behind for a path segment. No value can reach out of its place.
 * @throws HoldfastError `config_invalid` `host_forbidden`
 */
export function fillUrl(template: string, data: Data, mayBePlain = false): string {
  const missing = holesOf(template).filter((name) => !Object.hasOwn(data, name) || data[name] === "")
  if (missing.length > 0) {
    throw new HoldfastError(
      "config_invalid",
      `The account does not say what ${template} needs: ${missing.join(", ")}.`,
      {
        details: { fields: missing },
      },
    )
  }
  const whole = /^\{([A-Za-z_]\w*)\}(|\/.*)$/s.exec(template)
  if (whole) return wholeAddress(whole[1] ?? "", data, mayBePlain) + fillPath(whole[2] ?? "", data)
  const [, scheme = "", authority = "", path = ""] = /^(https?:\/\/)([^/?#]+)(.*)$/s.exec(template) ?? []
  if (scheme === "") throw new HoldfastError("config_invalid", `${template} is not an address of http or https.`)
  return scheme + fillAuthority(authority, data) + fillPath(path, data)
}

function wholeAddress(name: string, data: Data, mayBePlain: boolean): string {
  const url = URL.canParse(data[name] ?? "") ? new URL(data[name] ?? "") : undefined
  const isHttp = url?.protocol === "https:" || (url?.protocol === "http:" && (mayBePlain || isLoopback(url.hostname)))
  if (!url || !isHttp || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw forbidden(`${name} is not the https address of a host.`, name)
  }
  return url.href.replace(/\/+$/, "")
}

const label = "[a-z\\d](?:[a-z\\d-]*[a-z\\d])?"
const hostPart = new RegExp(`^${label}(?:\\.${label})*$`, "i")
const hostAndPort = new RegExp(`^${label}(?:\\.${label})*(?::\\d{1,5})?$`, "i")

function fillAuthority(authority: string, data: Data): string {
  const filled = authority.replace(/\{([A-Za-z_]\w*)\}/g, (matched, name: string, at: number) => {
    const value = data[name] ?? ""
    const isLast = at + matched.length === authority.length
    if (!(isLast ? hostAndPort : hostPart).test(value) || encodeSegment(value) === undefined) {
      throw forbidden(`${name} is not part of a host name.`, name)
    }
    return value
  })
  // Numbers and odd spellings are rewritten by URL parsers (`127.1`): what is meant must be what is written.
  const read = URL.canParse(`https://${filled}`) ? new URL(`https://${filled}`).host : ""
  if (read !== filled.toLowerCase().replace(/:443$/, ""))
    throw forbidden("The account's host is not written as hosts are.")
  return filled.toLowerCase()
}

function originOf(address: string): string {
  return new URL(address).origin
}

function forbidden(message: string, field?: string): HoldfastError {
  return new HoldfastError("host_forbidden", message, { details: field === undefined ? {} : { fields: [field] } })
}
