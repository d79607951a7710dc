import type { Delivery } from "./webhook.js"

/** Takes deliveries in, proves them, and hands their events on. */
export interface WebhookReceiver {
  /** The address of an app, to give to the provider. Addresses of a connection's own are given by `subscribe` alone. */
  url(connector: string, appId: string): string
  /**
   * Verifies with the app's own secret; only connections of that app are candidates. `~` and a key is the address of one connection: its
   * subscriptions' secrets count then, and nobody else is a candidate. Answers what to send back, at once; handlers run behind it and
   * `settled` tells when they are done.
   * @throws HoldfastError `connector_unknown` `webhook_unverified`
   */
  receive(
    connector: string,
    appKey: string,
    delivery: Delivery,
  ): Promise<{ readonly response: Response; readonly settled: Promise<void> }>
}
