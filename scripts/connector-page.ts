import { environmentName } from "../packages/core/src/apps/app-sources.js"
import type { AuthMethod, Connector } from "../packages/core/src/index.js"
import type { FoundConnector } from "./connector-facts.js"

/** The documentation page of one connector, made from nothing but its facts. */
export function connectorPage({ connector, package: name, factory }: FoundConnector): string {
  const sections = [
    `# ${connector.name}`,
    `<!-- Made by \`pnpm docs:connectors\` from \`${name}\`. Change the connector, not this page. -->`,
    `\`${factory}()\` of \`${name}\` · id \`${connector.id}\` · ${connector.category} · [API documentation](${connector.documentation})`,
    setUp(connector),
    connecting(connector),
    calling(connector),
    operations(connector),
    webhooks(connector),
  ]
  return `${sections.filter((section) => section !== undefined).join("\n\n")}\n`
}

/** The table of all connectors. */
export function connectorIndex(found: readonly FoundConnector[]): string {
  const rows = found.map(({ connector, package: name }) => [
    `[${connector.name}](./${connector.id}.md)`,
    code(name),
    connector.category,
    connector.methods.map(({ label }) => label).join(", "),
    String(Object.keys(connector.operations).length),
    connector.webhooks ? "yes" : "",
  ])
  return `# Connectors

<!-- Made by \`pnpm docs:connectors\`. -->

[What tests show of each](./compatibility.md), and the quirks of their providers.

${table(["Connector", "Package", "Category", "Ways to connect", "Operations", "Webhooks"], rows)}
`
}

function setUp(connector: Connector): string {
  const { app, id, setup, webhooks: hooks, vendor } = connector
  const redirectUri = `\`{url}/oauth/callback/${id}\``
  const webhookUrl = `\`{url}/webhooks/${id}/{${app?.identity ?? "clientId"}}\``
  const steps = setup.steps.map((step, index) => {
    const filled = step.replaceAll("{redirectUri}", redirectUri).replaceAll("{webhookUrl}", webhookUrl)
    return `${index + 1}. ${filled}`
  })
  const deliveries = [
    hooks?.verify && ` Deliveries go to ${webhookUrl}.`,
    hooks?.own && ` Deliveries for one connection go to \`{url}/webhooks/${id}/~…\`, an address of its own.`,
  ]
  const where = `\`{url}\` is the address at which the handler is mounted.${deliveries.filter(Boolean).join("")}`
  const prefix = environmentName(id)
  const shared =
    vendor === id
      ? ""
      : ` Without them, \`${environmentName(vendor)}_…\` is read, which all connectors of the vendor share.`
  const fields =
    app &&
    `${table(
      ["Field", "Environment", "Secret", "Optional"],
      app.fields.map(({ name, label, secret, required, help }) => [
        `${label}${help ? `: ${help}` : ""}`,
        code(`${prefix}_${environmentName(name)}`),
        secret ? "yes" : "",
        required === false ? "yes" : "",
      ]),
    )}\n\nOr in code, under the names ${list(app.fields.map(({ name }) => code(name)))}.${shared}`
  return ["## Set up", `At <${setup.url}>:`, steps.join("\n"), where, fields ?? "No app registration is needed."].join(
    "\n\n",
  )
}

function connecting({ methods }: Connector): string {
  return ["## Connect", ...methods.map(methodSection)].join("\n\n")
}

function methodSection(method: AuthMethod): string {
  const { id, label, facts, fields, slots, policy } = method
  const { authorizationEndpoint, requestTokenEndpoint, signatureMethod, tokenEndpoint, scopes = [] } = facts
  const lines = [
    `- method \`${id}\` (${method.kind}), ${first[facts.startsWith]}`,
    fields.length > 0 && `- asks for ${list(fields.map((field) => `${field.label} (\`${field.name}\`)`))}`,
    requestTokenEndpoint && `- request tokens from \`${requestTokenEndpoint}\``,
    authorizationEndpoint &&
      `- authorization at \`${authorizationEndpoint}\`${facts.pkce === "S256" ? " with PKCE" : ""}`,
    tokenEndpoint &&
      `- tokens from \`${tokenEndpoint}\`${facts.clientAuthentication ? `, client authentication ${facts.clientAuthentication}` : ""}`,
    signatureMethod && `- every request is signed: OAuth 1.0a, ${signatureMethod}`,
    scopes.length > 0 && `- scopes: ${scopes.map(code).join(" ")}`,
    slots.length > 1 && `- tokens of their own: ${list(slots.map(code))}`,
    `- ${lifeOf(method)}`,
    `- disconnecting ${method.revoke ? `revokes ${policy.revokes === "grant" ? "all that the account granted this app" : "the token"} at the provider` : "deletes the secret; the provider has no way to revoke it"}`,
  ]
  return [`### ${label}`, lines.filter((line) => typeof line === "string").join("\n")].join("\n\n")
}

const first: Readonly<Record<AuthMethod["facts"]["startsWith"], string>> = {
  redirect: "begins at the provider's page",
  form: "begins with a form",
  qr: "begins with a QR code",
  grant: "needs nobody at a browser",
}

function lifeOf({ policy, refresh }: AuthMethod): string {
  const { rotation, accessTokenSeconds, refreshIdleDays, refreshInvalidatesAccessToken, reconsent } = policy
  const lifetime = () => {
    if (typeof accessTokenSeconds === "number") return `access tokens live ${accessTokenSeconds} s`
    if (accessTokenSeconds === "never") return "the secret does not expire by itself"
    return refresh ? "lifetimes are read from the provider's answers" : "lasts until it is withdrawn"
  }
  const renewal = {
    "single-use": "each refresh token works once",
    reusable: "the refresh token is kept",
    none: undefined,
  }
  return [
    lifetime(),
    renewal[rotation],
    refreshIdleDays && `an unused refresh token ends after ${refreshIdleDays} days`,
    refreshInvalidatesAccessToken && "a refresh ends the access token before it",
    reconsent === "kills" && "authorising again ends what was granted before",
  ]
    .filter((part) => typeof part === "string")
    .join("; ")
}

/** What is peculiar to calls: places of one grant, and limits that its answers tell. */
function calling({ api, targets }: Connector): string | undefined {
  const { rateLimit } = api ?? {}
  const lines = [
    targets &&
      "- one grant reaches several places: `connection.targets()` lists them, and `{ target }` names one for a call",
    rateLimit &&
      `- what is left of a limit is read from ${list([rateLimit.remaining, rateLimit.reset].map(code))}: calls wait before it is hit`,
  ].filter((line) => typeof line === "string")
  return lines.length === 0 ? undefined : `## Call\n\n${lines.join("\n")}`
}

function operations(connector: Connector): string | undefined {
  const rows = Object.entries(connector.operations).map(([name, operation]) => [
    code(name),
    operation.pages ? `${operation.summary} (in pages: \`paginate\` walks them)` : operation.summary,
    operation.effect,
    parametersOf(operation.input).map(code).join(", "),
    // Any one of alternatives does.
    operation.scopes.map((scope) => scope.split("|").map(code).join(" or ")).join(", "),
  ])
  if (rows.length === 0) return undefined
  return `## Operations\n\n${table(["Operation", "What it does", "Effect", "Parameters", "Scopes"], rows)}`
}

/** Names of an object schema's fields, those that may be left out with a `?`. */
function parametersOf(schema: unknown): string[] {
  const { shape } = schema as { shape?: Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>> }
  return Object.entries(shape ?? {}).map(([name, field]) => (field.safeParse(undefined).success ? `${name}?` : name))
}

function webhooks({ webhooks: hooks }: Connector): string | undefined {
  if (!hooks) return undefined
  const rows = Object.entries(hooks.events).map(([name, { summary }]) => [code(name), summary])
  const life = hooks.subscribe
    ? "They are asked for on connecting and removed on disconnecting."
    : "They are switched on where the app is registered."
  const own = hooks.own?.scheme ?? hooks.scheme
  const proof =
    hooks.own && hooks.verify && own !== hooks.scheme
      ? `Proved by ${hooks.scheme}; at a connection's own address by ${own}.`
      : `Proved by ${hooks.verify ? hooks.scheme : own}.`
  return ["## Webhooks", `${proof} ${life}`, table(["Event", "When"], rows)].join("\n\n")
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")
}

function list(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`
}

function code(text: string): string {
  return `\`${text}\``
}
