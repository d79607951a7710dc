/** A form of a page, as a browser without scripts would see it. */
export interface Form {
  /** As written; absent: the page's own address. */
  readonly action: string | undefined
  readonly method: "GET" | "POST"
  readonly controls: readonly Control[]
}

/** One named control. */
export interface Control {
  readonly name: string
  readonly type: string
  /** What it is sent with when left alone; absent where that is nothing. */
  readonly value: string | undefined
  readonly isRequired: boolean
}

/** The forms of a page. Knows the markup of our own pages and of the emulators', not all of HTML. */
export function formsOf(markup: string): readonly Form[] {
  return [...markup.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, opening = "", content = ""]) => {
    const { action, method = "get" } = attributesOf(opening)
    return { action, method: method.toLowerCase() === "post" ? "POST" : "GET", controls: controlsOf(content) }
  })
}

function controlsOf(content: string): Control[] {
  const found = content.matchAll(/<(input|button)\b([^>]*)>|<select\b([^>]*)>([\s\S]*?)<\/select>/g)
  return [...found].flatMap(([, tag, ofTag = "", ofSelect, options = ""]): Control[] => {
    if (ofSelect !== undefined) {
      const chosen = /<option\b([^>]*\bselected\b[^>]*)>/.exec(options) ?? /<option\b([^>]*)>/.exec(options)
      return named(attributesOf(ofSelect), "select", attributesOf(chosen?.[1] ?? "").value)
    }
    const attributes = attributesOf(ofTag)
    const type = attributes.type ?? (tag === "button" ? "submit" : "text")
    const isOff = (type === "checkbox" || type === "radio") && attributes.checked === undefined
    return named(attributes, type, isOff ? undefined : (attributes.value ?? ""))
  })
}

type Attributes = Readonly<Record<string, string | undefined>>

function named({ name, required }: Attributes, type: string, value: string | undefined): Control[] {
  return name === undefined ? [] : [{ name, type, value, isRequired: required !== undefined }]
}

function attributesOf(text: string): Attributes {
  const found = text.matchAll(/([\w-]+)(?:="([^"]*)")?/g)
  return Object.fromEntries([...found].map(([, name = "", value = ""]) => [name, unescapeHtml(value)]))
}

function unescapeHtml(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' }
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code: string | undefined, name: string | undefined) =>
    code === undefined ? (named[name ?? ""] ?? whole) : String.fromCodePoint(Number(code)),
  )
}
