/** Rich text of Jira, as far as it is made here. @see https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ */
export interface JiraDocument {
  readonly type: "doc"
  readonly version: 1
  readonly content: readonly Paragraph[]
}

interface Paragraph {
  readonly type: "paragraph"
  readonly content: readonly ({ readonly type: "text"; readonly text: string } | { readonly type: "hardBreak" })[]
}

/** Plain text in the Atlassian Document Format: blank lines part paragraphs, and other line ends stay. */
export function toDocument(text: string): JiraDocument {
  const paragraphs = text
    .replace(/\r\n?/g, "\n")
    .split(/\n[ \t]*\n\s*/)
    .map((paragraph) => paragraph.replace(/^\n+|\n+$/g, ""))
    .filter((paragraph) => paragraph !== "")
  return { type: "doc", version: 1, content: paragraphs.map(toParagraph) }
}

function toParagraph(text: string): Paragraph {
  const content = text.split("\n").flatMap((line, index) => [
    ...(index > 0 ? [{ type: "hardBreak" } as const] : []),
    // A text without any character is not allowed.
    ...(line === "" ? [] : [{ type: "text", text: line } as const]),
  ])
  return { type: "paragraph", content }
}
