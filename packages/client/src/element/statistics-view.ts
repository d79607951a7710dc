import type { ConnectionStatistics } from "@holdfast/core"
import { css, html, nothing, type TemplateResult } from "lit"
import { language } from "./error-text.js"
import { fill, type Strings } from "./strings.js"

/** The provider's own figures, and how often the app has called. */
export function statisticsView(
  { provider, usage }: ConnectionStatistics,
  { connector, texts }: { readonly connector: string; readonly texts: Strings },
): TemplateResult {
  const count = new Intl.NumberFormat(language())
  const show = (value: string | number) => (typeof value === "number" ? count.format(value) : value)
  const operations = Object.entries(usage.byOperation).sort(([, one], [, other]) => other.calls - one.calls)
  return html`<div class="statistics">
    ${
      provider.length === 0
        ? nothing
        : figures(
            fill(texts.providerFigures, { connector }),
            provider.map(({ label, value }) => [label, show(value)]),
          )
    }
    ${figures(texts.ourFigures, [
      [texts.usageCalls, show(usage.calls)],
      [texts.usageErrors, show(usage.errors)],
      [texts.usageLast, usage.lastUsedAt === null ? texts.usageNever : when(usage.lastUsedAt)],
    ])}
    ${operations.length === 0 ? nothing : table(operations, texts, show)}
  </div>`
}

function figures(title: string, rows: readonly (readonly [string, string])[]) {
  return html`<div>
    <h4>${title}</h4>
    <dl>
      ${rows.map(
        ([label, value]) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </div>`
}

function table(
  operations: readonly (readonly [string, { readonly calls: number; readonly errors: number }])[],
  texts: Strings,
  show: (value: number) => string,
) {
  return html`<table>
    <caption>
      ${texts.usageByOperation}
    </caption>
    <thead>
      <tr>
        <th scope="col">${texts.usageOperation}</th>
        <th scope="col">${texts.usageCalls}</th>
        <th scope="col">${texts.usageErrors}</th>
      </tr>
    </thead>
    <tbody>
      ${operations.map(
        ([name, { calls, errors }]) =>
          html`<tr>
            <th scope="row"><code>${name}</code></th>
            <td>${show(calls)}</td>
            <td>${show(errors)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

export const statisticsStyles = css`
  .statistics {
    display: grid;
    gap: 1rem;
    padding: 0.9rem 1rem;
    border-radius: var(--hf-radius-small);
    background: var(--hf-subtle);
    font-size: 0.875rem;
  }
  .statistics h4,
  .statistics caption {
    margin-block-end: 0.4rem;
    color: var(--hf-muted);
    font-size: 0.8rem;
    font-weight: 600;
    text-align: start;
  }
  .statistics dl {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr));
    gap: 0.75rem;
  }
  .statistics dl > div {
    display: flex;
    flex-direction: column-reverse;
    justify-content: flex-end;
  }
  .statistics dt {
    color: var(--hf-muted);
    font-size: 0.8rem;
  }
  .statistics dd {
    font-size: 1.02rem;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .statistics table {
    inline-size: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  .statistics th,
  .statistics td {
    padding: 0.3rem 0;
    border-block-start: 1px solid var(--hf-line);
    font-weight: 400;
    text-align: end;
  }
  .statistics th:first-child {
    text-align: start;
  }
  .statistics thead th {
    border: 0;
    color: var(--hf-muted);
    font-size: 0.8rem;
  }
`

function when(at: number): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(at)
}
