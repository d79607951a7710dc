/** A record of an org. */
export interface SalesforceRecord {
  readonly organizationId: string
  readonly type: string
  readonly fields: Record<string, unknown> & { Id: string }
}

/** The objects that the stand-in has, with the fields that may be written. */
export const objects: Readonly<Record<string, { readonly prefix: string; readonly fields: readonly string[] }>> = {
  Account: { prefix: "001", fields: ["Name", "Industry", "Phone", "Website"] },
  Contact: { prefix: "003", fields: ["FirstName", "LastName", "Email", "AccountId"] },
}

/** What cannot be done, with Salesforce's code for it. */
export interface Refusal {
  readonly errorCode: string
  readonly message: string
}

interface Query {
  readonly type: string
  readonly fields: readonly string[]
  readonly where?: { readonly field: string; readonly value: string }
  readonly limit: number
}

/** A small part of SOQL: fields of one object, one comparison of texts, a limit. */
export function parseSoql(text: string): Query | Refusal {
  const found =
    /^\s*SELECT\s+(?<fields>\w+(?:\s*,\s*\w+)*)\s+FROM\s+(?<type>\w+)(?:\s+WHERE\s+(?<field>\w+)\s*=\s*'(?<value>(?:[^'\\]|\\.)*)')?(?:\s+LIMIT\s+(?<limit>\d+))?\s*$/i.exec(
      text,
    )?.groups
  if (!found) return { errorCode: "MALFORMED_QUERY", message: `unexpected token: '${text.split(/\s/)[0]}'` }
  const { type = "", field, value } = found
  const object = objects[type]
  if (!object) return { errorCode: "INVALID_TYPE", message: `sObject type '${type}' is not supported.` }
  const fields = (found.fields ?? "").split(",").map((name) => name.trim())
  const unknown = [...fields, ...(field === undefined ? [] : [field])].find((name) => !isField(type, name))
  if (unknown !== undefined) {
    return { errorCode: "INVALID_FIELD", message: `No such column '${unknown}' on entity '${type}'.` }
  }
  return {
    type,
    fields,
    ...(field !== undefined && value !== undefined && { where: { field, value: value.replace(/\\(.)/g, "$1") } }),
    limit: found.limit === undefined ? Number.POSITIVE_INFINITY : Number(found.limit),
  }
}

export function isField(type: string, name: string): boolean {
  return name === "Id" || objects[type]?.fields.includes(name) === true
}

/** Three companies and a person in the org of the first user, one company in each other org. */
export function seeded(users: readonly { readonly organizationId: string }[]): SalesforceRecord[] {
  const organizations = [...new Set(users.map(({ organizationId }) => organizationId))]
  return organizations.flatMap((organizationId, index) => {
    const id = (prefix: string, number: number) => `${prefix}Hs0000000${index}0${number}IAC`
    const company = (number: number, Name: string) => ({
      organizationId,
      type: "Account",
      fields: { Id: id("001", number), Name, Industry: "Energy" },
    })
    if (index > 0) return [company(1, "Elsewhere")]
    return [
      company(1, "Acme"),
      company(2, "Globex"),
      company(3, "Umbra"),
      {
        organizationId,
        type: "Contact",
        fields: { Id: id("003", 1), FirstName: "Maria", LastName: "One", Email: "maria@customer.example" },
      },
    ]
  })
}
