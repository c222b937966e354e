/** The statement of a requirement in the words of a contract. */
import type { Requirement } from './requirement.js';

/** With the contract's noun for its resource: 'an order', 'two orders', 'two entries'. */
export function statementOf({ statement }: Pick<Requirement, 'statement'>, noun: string): string {
  return statement
    .replaceAll(
      /\b([Aa]) \{resource\}/g,
      (_, article: string) => `${article}${/^[aeiou]/i.test(noun) ? 'n' : ''} {resource}`,
    )
    .replaceAll('{resource}s', pluralOf(noun))
    .replaceAll('{resource}', noun);
}

function pluralOf(noun: string): string {
  if (/[^aeiou]y$/i.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/i.test(noun) ? `${noun}es` : `${noun}s`;
}
