import { css } from "lit"

/** The frame around the catalogue. */
export const integrationsStyles = css`
  :host {
    display: block;
    color-scheme: light dark;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem;
    margin-block-end: 1.25rem;
  }
  .title {
    font-size: 1.5rem;
    font-weight: 640;
    letter-spacing: -0.018em;
  }
  .said {
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    margin-block-end: 1.25rem;
  }
  .failed {
    display: grid;
    justify-items: center;
    gap: 0.75rem;
    padding: 3.5rem 1rem;
    border: 1px solid var(--hf-line);
    border-radius: var(--hf-radius);
    text-align: center;
  }
`
