import {
  type ComponentType,
  createElement as h,
  type ReactElement,
  StrictMode,
  useEffect,
  useRef,
  useState,
} from "react"
import { createRoot } from "react-dom/client"

/** One account, as `GET …/accounts` has it. */
interface Account {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly status: string
}

/** Undefined until they are loaded. */
type Accounts = readonly Account[] | undefined

/** What is shown of one provider, and what its buttons do. */
export interface CardProps {
  readonly heading: string
  /** State to show, by name. */
  readonly shown: Readonly<Record<string, unknown>>
  readonly inputs: readonly (readonly [label: string, value: string, set: (value: string) => void])[]
  readonly buttons: readonly (readonly [label: string, press: () => unknown])[]
  readonly accounts: Accounts
  readonly disconnect: (id: number) => unknown
}

/** The accounts of a channel, and the way to load them anew; they are loaded whenever `status` has changed. */
export function useAccounts(address: string, status: unknown): [Accounts, () => Promise<void>] {
  const [accounts, setAccounts] = useState<Accounts>()
  const asked = useRef(0)
  const load = async () => {
    const number = ++asked.current
    const answer = await fetch(`${address}/accounts`, { credentials: "include" })
    const { accounts: found } = await answer.json()
    // An answer that was overtaken says what was.
    if (number === asked.current) setAccounts(found)
  }
  useEffect(() => void load(), [status])
  return [accounts, load]
}

/** A provider on the host's page. */
export function Card({ heading, shown, inputs, buttons, accounts, disconnect }: CardProps): ReactElement {
  return h(
    "section",
    { "aria-label": heading },
    h("h2", null, heading),
    ...inputs.map(([label, value, set]) =>
      h("label", { key: label }, label, h("input", { value, onChange: ({ target }) => set(target.value) })),
    ),
    ...buttons.map(([label, press]) => h("button", { key: label, type: "button", onClick: () => press() }, label)),
    h(
      "dl",
      null,
      ...Object.entries(shown).flatMap(([name, value]) => [
        h("dt", { key: `${name} name` }, name),
        h("dd", { key: name, "data-shown": name }, String(value ?? "")),
      ]),
    ),
    h(
      "ul",
      { "data-count": accounts?.length },
      ...(accounts ?? []).map(({ id, email, status }) =>
        h(
          "li",
          { key: id },
          `${email} (${status})`,
          h("button", { type: "button", onClick: () => disconnect(id) }, "Disconnect"),
        ),
      ),
    ),
  )
}

/** Shows the cards, from top to bottom: React runs their effects in this order. */
export function mount(cards: readonly ComponentType[]): void {
  const place = document.querySelector("main")
  if (place) createRoot(place).render(h(StrictMode, null, ...cards.map((card) => h(card))))
}
