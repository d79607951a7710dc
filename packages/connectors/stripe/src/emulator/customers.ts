import type { EmulatorKit } from "@holdfast/emulator"
import { type endpoints, listed, page } from "./endpoint.js"
import type { ParameterSpec, Values } from "./parameters.js"
import { missing } from "./refusal.js"
import type { StripeMode, StripeObject } from "./world.js"

const address: ParameterSpec = {
  city: "string",
  country: "string",
  line1: "string",
  line2: "string",
  postal_code: "string",
  state: "string",
}
const created: ParameterSpec = { gt: "integer", gte: "integer", lt: "integer", lte: "integer" }

/** @see https://docs.stripe.com/api/customers */
export function customers(kit: EmulatorKit, endpoint: ReturnType<typeof endpoints>): void {
  endpoint("POST", "/v1/customers", {
    id: "customers.create",
    permission: "customer_write",
    parameters: {
      email: "string",
      name: "string",
      phone: "string",
      description: "string",
      address,
      metadata: "map",
      preferred_locales: "strings",
      shipping: { name: "string", phone: "string", address },
    },
    run: ({ caller, values }) => createCustomer(kit, caller.mode, values),
  })
  endpoint("GET", "/v1/customers", {
    id: "customers.list",
    permission: "customer_read",
    parameters: { ...page, email: "string", created },
    run({ caller, values }) {
      const all = [...caller.mode.customers.values()].filter(
        (customer) => (values.email === undefined || customer.email === values.email) && isWithin(customer, values),
      )
      return listed("/v1/customers", "customer", all, values)
    },
  })
  endpoint("GET", "/v1/customers/{id}", {
    id: "customers.retrieve",
    permission: "customer_read",
    parameters: {},
    run({ caller, id }) {
      const customer = caller.mode.customers.get(id)
      if (!customer) throw missing("customer", id, "id")
      return customer
    },
  })
}

/** Whether `created[gte]` and its likes let an object through. */
export function isWithin({ created: at }: StripeObject, { created: range }: Values): boolean {
  const { gt, gte, lt, lte } = (typeof range === "object" ? range : {}) as Record<string, number | undefined>
  return at > (gt ?? -1) && at >= (gte ?? 0) && at < (lt ?? Infinity) && at <= (lte ?? Infinity)
}

export function createCustomer(kit: EmulatorKit, mode: StripeMode, values: Values): StripeObject {
  const customer: StripeObject = {
    id: kit.random.id("cus_", 14),
    object: "customer",
    address: values.address ?? null,
    balance: 0,
    created: Math.floor(kit.clock.now() / 1000),
    currency: null,
    default_source: null,
    delinquent: false,
    description: values.description ?? null,
    email: values.email ?? null,
    livemode: mode.livemode,
    metadata: values.metadata ?? {},
    name: values.name ?? null,
    phone: values.phone ?? null,
    preferred_locales: values.preferred_locales ?? [],
    shipping: values.shipping ?? null,
    tax_exempt: "none",
    test_clock: null,
  }
  mode.customers.set(customer.id, customer)
  return customer
}
