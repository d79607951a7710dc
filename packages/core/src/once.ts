/** Makes a value when it is first asked for, and keeps it: importing core makes no schema, since the first one of a process costs 3 ms. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
