import { HoldfastError } from "../errors.js"
import type { Holdfast } from "../holdfast.js"
import { type Owner, parseOwner } from "../owner.js"

export interface OAuthFlowOptions {
  readonly holdfast?: Holdfast
  readonly owner?: Owner
}

let configured: Required<OAuthFlowOptions> | undefined

/**
 * Connects in process with two calls: where to send the person, and what came back. No handler needs to be mounted; the redirect URI is the
 * host's own page, and must be an entry of `redirectUris`.
 *
 * **`state` is the only thing that binds the answer to who asked.** Where the browser has a session, prefer `holdfast.for(owner).connect()`,
 * which binds the browser too; else keep `state` in the session and compare it before {@link OAuthFlow.handleOAuthCallback}.
 */
export class OAuthFlow {
  readonly #options: OAuthFlowOptions

  constructor(options: OAuthFlowOptions = {}) {
    this.#options = options
  }

  /** What `new OAuthFlow()` without arguments uses, in this process. */
  static configure(holdfast: Holdfast, options: { owner: Owner }): void {
    configured = { holdfast, owner: parseOwner(options.owner) }
  }

  /**
   * Begins connecting. Answers where to send the person, and the attempt's id, which stays with the connection.
   * @throws HoldfastError `connector_unknown` `app_not_configured` `redirect_uri_mismatch` `input_invalid`
   */
  async initiateOAuthFlow(
    connectorId: string,
    redirectUri: string,
    values?: Readonly<Record<string, string>>,
  ): Promise<{ oauthUrl: string; credentialId: string }> {
    const { holdfast, owner } = this.#resolve()
    const begun = await holdfast.attempts.begin(owner, {
      connector: connectorId,
      redirectUri,
      binding: "state",
      ...(values && { values }),
    })
    if (begun.step.kind === "redirect") return { oauthUrl: begun.step.url, credentialId: begun.id }
    throw new HoldfastError(
      "input_invalid",
      `${connectorId} asks for more before it redirects: give its fields as the third argument.`,
      {
        details: {
          connector: connectorId,
          ...(begun.step.kind === "form" && { fields: begun.step.fields.map((field) => field.name) }),
        },
      },
    )
  }

  /**
   * Trades the code for a connection. The same callback again answers the same connection.
   * @throws HoldfastError `state_mismatch` `attempt_expired` `access_denied` `provider_rejected` and what else connecting can end with
   */
  async handleOAuthCallback(
    connectorId: string,
    code: string,
    state: string,
  ): Promise<{ connectionId: string; credentialId: string; status: "connected" }> {
    const { holdfast, owner } = this.#resolve()
    if (!state)
      throw new HoldfastError(
        "state_mismatch",
        "handleOAuthCallback needs the `state` of the callback: it is what binds the answer to who asked.",
      )
    const url = new URL("http://callback.invalid/")
    url.searchParams.set("code", code ?? "")
    url.searchParams.set("state", state)
    const arrival = {
      state,
      connector: holdfast.connectorOf(connectorId).id,
      url: url.href,
      method: "GET",
      headers: new Headers(),
      body: "",
    }
    const view = await holdfast.attempts.callback(arrival, { owner })
    if (view.status === "connected" && view.connectionId)
      return { connectionId: view.connectionId, credentialId: view.id, status: "connected" }
    throw new HoldfastError(view.error?.code ?? "attempt_interrupted", undefined, {
      details: { connector: connectorId },
    })
  }

  #resolve(): Required<OAuthFlowOptions> {
    const holdfast = this.#options.holdfast ?? configured?.holdfast
    const owner = this.#options.owner ?? configured?.owner
    if (holdfast && owner) return { holdfast, owner: parseOwner(owner) }
    throw new HoldfastError(
      "config_invalid",
      "Call OAuthFlow.configure(holdfast, { owner }) once, or pass { holdfast, owner } to the constructor.",
    )
  }
}
