/** Whether a part of it looks so: of an address, a dotted name, a JWT. */
export function holdsRandom(text: string): boolean {
  return text.split(/[/.:]/).some(looksRandom)
}

// Ids that we make ourselves and that open nothing.
const ownIds = /^(?:conn|att|evt)_[\w-]+$/

/** Whether a run of characters looks made by a random generator: long, and of letters and digits mixed beyond words. */
export function looksRandom(run: string): boolean {
  if (run.length < 20 || ownIds.test(run)) return false
  const isMixed = /\d/.test(run) && /[A-Za-z]/.test(run)
  // Joined words with a number among them are not: `list-of-things-in-2026`.
  const longest = Math.max(...run.split(/[-_~=+]/).map((part) => part.length))
  return isMixed ? longest >= 12 && entropyOf(run) > 3 : longest >= 32 && entropyOf(run) > 3
}

/** Shannon entropy in bits for each character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
