import { isRecord } from "./site-route.js"

/** Whether it is rich text of paragraphs. @see https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ */
export function isDocument(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { type, version, content } = value
  return type === "doc" && version === 1 && Array.isArray(content) && content.every(isParagraph)
}

function isParagraph(value: unknown): boolean {
  if (!isRecord(value) || value.type !== "paragraph") return false
  const { content = [] } = value
  return Array.isArray(content) && content.every(isInline)
}

function isInline(value: unknown): boolean {
  if (!isRecord(value)) return false
  if (value.type === "hardBreak") return true
  return value.type === "text" && typeof value.text === "string" && value.text !== ""
}
