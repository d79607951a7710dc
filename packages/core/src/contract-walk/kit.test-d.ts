import type { ZodType } from "zod"
import type { App, Context, GrantPolicy, Input, SlotClock } from "../index.js"

// What the bodies of the skeletons stand on.

export type Callback = Extract<Input, { from: "callback" }>

/** Keys and passwords: nothing rotates, nothing expires. */
export declare const lastingPolicy: GrantPolicy
export declare const lastingClock: SlotClock
export declare const values: (input: Input) => Readonly<Record<string, string>> | undefined
/** The callback's query as a record. */
export declare const query: (input: Callback) => Readonly<Record<string, string>>
export declare const post: <Out>(context: Context, url: string, body: unknown, output: ZodType<Out>) => Promise<Out>
export declare const hmac: (algorithm: "SHA-1" | "SHA-256", key: string, text: string) => Promise<string>
/** A field of the registration, which the connector's app schema says is there. */
export declare const field: (app: App | undefined, name: string) => string
export declare const unverified: (reason: string) => never
