/** How two requests of one key are related, in words that hold whichever way they stand in time. */
import type { Contract } from '../../contracts/contract.js';
import { withArticle } from '../../contracts/noun.js';
import { doneAt, type Reading } from '../../history/reading.js';
import { sameRegister } from '../../history/register.js';
import { overlapped } from '../times.js';
import { answerWords, keyWords, name } from '../words.js';

/** Earlier requests of a key that are listed. */
const MOST_LISTED = 4;

/** 'the same body', 'the same body in other bytes', 'different bodies'. */
export function bodiesWords(a: Reading, b: Reading): string {
  if (a.bytes === b.bytes) return 'the same body';
  return a.value === b.value ? 'the same body in other bytes' : 'different bodies';
}

/** 'A held the key "x" and was answered 201 with order_1', or that it ran at the same time. */
export function heldWords(holder: Reading, later: Reading): string {
  const answered = `was answered ${answerWords(holder)}`;
  if (overlapped(holder, later))
    return `${name(holder)} ran under ${keyWords(holder)} at the same time and ${answered}.`;
  return `${name(holder)} held ${keyWords(holder)} and ${answered}.`;
}

/** What else was sent under the key of a request before that was answered. */
export function othersOf(reading: Reading, readings: Reading[]): Reading[] {
  return readings.filter((x) => sameRegister(x, reading) && x.exchange.sent < doneAt(reading));
}

/** A sentence for each of these requests, with what became of it. */
export function listed(others: Reading[], reading: Reading): string[] {
  const shown = others.slice(0, MOST_LISTED).map((x) => {
    const when = overlapped(x, reading) ? 'at the same time' : 'before';
    return `${name(x)}, sent ${when} under the same key with ${bodiesWords(x, reading)}, was answered ${answerWords(x)}.`;
  });
  const left = others.length - shown.length;
  return left > 0 ? [...shown, `${left} more ${left === 1 ? 'request' : 'requests'} carried the key.`] : shown;
}

/** What another body under a used key has to get: where the contract documents no conflict, more than one answer is right. */
export function anotherBodyGets({ conflict, resource }: Contract, first: Reading): string {
  if (conflict !== null) return 'a conflict';
  return `a refusal, ${first.id}, or ${withArticle(resource)} of its own: the contract does not say`;
}
