import { connectors } from "../connectors.js"

const ids = connectors().map(({ id }) => id)
const middle = Math.ceil(ids.length / 2)

/** Every connector of the demo, in two parts: two workers are sooner done. */
export const halves = [ids.slice(0, middle), ids.slice(middle)] as const
