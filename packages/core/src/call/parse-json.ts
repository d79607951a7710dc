/** The text of an API's answer as JSON; the text itself where it is none. Nothing at all is an answer too. */
export function parseJson(text: string): { body: unknown; isUnderstood: boolean } {
  if (text.trim() === "") return { body: undefined, isUnderstood: true }
  try {
    return { body: JSON.parse(text), isUnderstood: true }
  } catch {
    return { body: text, isUnderstood: false }
  }
}
