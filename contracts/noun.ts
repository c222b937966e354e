/** The contract's noun for a resource in English sentences. */

/** 'an order', 'a box', 'a user'. */
export function withArticle(noun: string): string {
  // 'user' and 'unit' begin with a consonant when spoken.
  return `${/^(?!u[^aeiou][aeiou]|eu|one\b)[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** 'orders', 'entries', 'boxes'. */
export function pluralOf(noun: string): string {
  if (/[^aeiou]y$/i.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/i.test(noun) ? `${noun}es` : `${noun}s`;
}
