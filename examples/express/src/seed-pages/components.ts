import { snippetTextOf } from "../snippets.js"

/** How the host's page uses what the snippets of one provider declare. Expressions, in the scope of the snippets. */
interface Use {
  /** State that the snippets write, and that the page holds for them. */
  readonly state: readonly string[]
  /** Label, value, setter. */
  readonly inputs?: readonly (readonly [label: string, value: string, set: string])[]
  readonly buttons: readonly (readonly [label: string, handler: string])[]
  /** What the snippets themselves declare and the page shows. */
  readonly shows?: readonly string[]
}

const telegramState = ["phoneNumber", "code", "password", "sessionId", "awaitingCode", "awaiting2FA"]

const uses: Readonly<Record<string, Use>> = {
  Calendly: { state: ["status", "loading"], buttons: [["Connect", "handleCalendlyAuth"]] },
  PayPal: { state: ["status", "loading"], buttons: [["Connect", "handlePayPalAuth"]] },
  Shopify: {
    state: ["status", "loading", "error"],
    inputs: [["Shop domain", "shopDomain", "setShopDomain"]],
    buttons: [["Connect", "handleShopifyAuth"]],
  },
  Stripe: { state: ["status", "loading"], buttons: [["Connect", "handleStripeAuth"]] },
  Zoom: { state: ["status", "loading"], buttons: [["Connect", "handleZoomAuth"]], shows: ["error"] },
  Telegram: {
    state: [...telegramState, "qrUrl", "qrSessionId"],
    inputs: [
      ["Phone number", "phoneNumber", "setPhoneNumber"],
      ["Code", "code", "setCode"],
      ["Password", "password", "setPassword"],
    ],
    buttons: [
      ["Send code", "handlePhoneAuth"],
      ["Verify code", "handleVerifyCode"],
      ["Verify password", "handleVerify2FA"],
      ["Show QR code", "handleQRAuth"],
    ],
  },
}

/** The source of a React component around the snippets of one heading, which stand in it as they were written. */
export function componentAround(document: string, heading: string): string {
  const use = uses[heading]
  if (!use) throw new Error(`nothing is known of ${heading}`)
  const { state, inputs = [], buttons, shows = [] } = use
  const status = state.includes("status") ? "status" : "undefined"
  return `
function ${heading}() {
const API_BASE = \`\${apiOrigin}/api/v1/channels/${heading.toLowerCase()}\`
${state.map((name) => `const [${name}, ${setterOf(name)}] = useState("")`).join("\n")}
const [connectedAccounts, loadConnectedAccounts] = useAccounts(API_BASE, ${status})
${snippetTextOf(document, heading)}
return createElement(Card, {
  heading: "${heading}",
  shown: { ${[...state, ...shows].join(", ")} },
  inputs: [${inputs.map(([label, ...names]) => `["${label}", ${names.join(", ")}]`).join(", ")}],
  buttons: [${buttons.map(([label, handler]) => `["${label}", ${handler}]`).join(", ")}],
  accounts: connectedAccounts,
  disconnect: async (id) => {
    await handleDisconnect(id)
    await loadConnectedAccounts()
  },
})
}`
}

function setterOf(name: string): string {
  return `set${name.charAt(0).toUpperCase()}${name.slice(1)}`
}
