/** The statement of a requirement in the words of a contract. */
import { pluralOf, withArticle } from '../contracts/noun.js';
import type { Requirement } from './requirement.js';

/** With the contract's noun for its resource: 'an order', 'two orders', 'two entries'. */
export function statementOf({ statement }: Pick<Requirement, 'statement'>, noun: string): string {
  const withNoun = withArticle(noun);
  return statement
    .replaceAll('{resource}s', pluralOf(noun))
    .replaceAll(/\b([Aa]) \{resource\}/g, (_, article: string) => `${article}${withNoun.slice(1)}`)
    .replaceAll('{resource}', noun);
}
