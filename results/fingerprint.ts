/** What makes two findings of different runs the same. */
import { createHash } from 'node:crypto';
import type { FindingRecord } from './results.js';

// Shorter ones are likely to be words of the sentence.
const shortestValue = 6;

/** The summary without the keys and ids of its run. */
function stableSummary({ summary, smallest, original }: FindingRecord): string {
  const values = [smallest, original].flatMap(({ exchanges, effects }) => [
    ...exchanges.map(({ key }) => key ?? ''),
    ...effects.map(({ id }) => id),
  ]);
  return values
    .filter((value) => value.length >= shortestValue)
    .sort((a, b) => b.length - a.length)
    .reduce((text, value) => text.replaceAll(value, '…'), summary);
}

/** Equal for findings that break the same requirement in the same way. */
export function fingerprint(requirement: string, finding: FindingRecord): string {
  return createHash('sha256')
    .update(`${requirement}\n${stableSummary(finding)}`)
    .digest('hex')
    .slice(0, 32);
}
