/** Defines an element once, also where the package is there twice, and not at all where there are no elements: on a server. */
export function define(name: string, type: CustomElementConstructor): void {
  if (typeof customElements !== "undefined" && !customElements.get(name)) customElements.define(name, type)
}
