// Served by the demo in place of public/notes.js: what to type at the emulators, and parameters to try.
export const notes = await (await fetch("/demo/notes.json")).json()
