/** Whether a plan that comes from a file can be sent: what it refers to is there, and it asks for no more than a run would. */
import { createHash } from 'node:crypto';
import type { Contract } from '../contracts/contract.js';
import { MOST_NESTED, notPlain } from '../contracts/nesting.js';
import { PADDING } from '../contracts/padding.js';
import { filledLength, fillKey } from '../history/key-template.js';
import { type Attempt, attemptsOf, keyUseOf, nearMissesOf, type Plan, writeOf } from '../history/plan.js';

/** Requests of all repetitions together. */
const MOST_REQUESTS = 100_000;

/** Milliseconds that all repetitions wait on purpose. */
const MOST_WAITING_MS = 6 * 3_600_000;

/** Characters of all bodies and keys of one repetition. */
const MOST_CHARACTERS = 64 << 20;

const LONGEST_KEY = 1_000_000;

/** Keys that are drawn of a template to see whether it gives others each time. */
const DRAWN = 50;

/** Why a plan that follows the schema cannot be sent so many times, or `null`. */
export function unfit(plan: Plan, times: number, contract: Contract): string | null {
  const attempts = attemptsOf(plan);
  const requests = plan.steps.reduce(
    (sum, step) => sum + (step.do === 'storm' ? step.attempts.length * (step.times ?? 1) : 0),
    0,
  );
  if (requests * times > MOST_REQUESTS)
    return `it would send ${requests * times} requests; a replay sends at most ${MOST_REQUESTS}`;
  const waiting = plan.steps.reduce((sum, step) => sum + waitingIn(step), 0);
  if (waiting * times > MOST_WAITING_MS)
    return `it would wait ${Math.round((waiting * times) / 1000)} s; a replay waits at most ${MOST_WAITING_MS / 1000} s`;
  const sizes = plan.steps.flatMap((step) =>
    step.do === 'storm' ? step.attempts.map((one) => sizeOf(one) * (step.times ?? 1)) : [],
  );
  const templates = plan.keys.flatMap((key, slot) => [key, ...nearMissesOf(plan)(slot)]);
  const longest = Math.max(0, ...templates.map(filledLength));
  if (longest > LONGEST_KEY) return `a key of it has more than ${LONGEST_KEY} characters`;
  if (sizes.reduce((sum, size) => sum + size, 0) + longest * requests > MOST_CHARACTERS)
    return `its requests have more than ${MOST_CHARACTERS >> 20} MiB together`;
  const wrong = attempts.map((one) => wrongIn(one, plan, attempts.length, contract)).find((one) => one !== null);
  if (wrong !== undefined) return wrong;
  const used = new Set(attempts.flatMap((one) => slotOf(one) ?? []));
  const narrow = [...used].find((slot) => !givesOthers(plan.keys[slot] as string));
  if (narrow !== undefined) return `key ${narrow + 1} would not be another one each time`;
  return templates.every(isTemplate) ? null : 'a key of it cannot be made';
}

function waitingIn(step: Plan['steps'][number]): number {
  if (step.do === 'wait') return step.ms;
  if (step.do === 'settle') return step.within;
  if (step.do === 'delivery') return step.within + step.quiet;
  return (step.restartAfterMs ?? 0) * (step.times ?? 1);
}

function sizeOf(attempt: Attempt): number {
  const text = JSON.stringify(attempt);
  return [...text.matchAll(PADDING)].reduce((sum, [, length]) => sum + Number(length), text.length);
}

function slotOf(attempt: Attempt): number | undefined {
  const use = keyUseOf(attempt);
  return use?.kind === 'slot' ? use.slot : undefined;
}

function wrongIn(attempt: Attempt, { keys }: Plan, attempts: number, contract: Contract): string | null {
  const header = writeOf(attempt)?.headerKey;
  const slots = [slotOf(attempt), header?.kind === 'slot' ? header.slot : undefined].filter((one) => one !== undefined);
  if (slots.some((slot) => keys[slot] === undefined)) return 'it uses a key that it does not have';
  const value = writeOf(attempt)?.body.value;
  if (value !== undefined && notPlain(value, MOST_NESTED, true) !== null) return 'a body of it is nested too deep';
  const { operation } = attempt;
  if ((operation === 'get' || operation === 'cancel') && contract[operation] === null)
    return `the contract has no ${operation}`;
  if ((operation === 'get' || operation === 'cancel') && attempt.of >= attempts)
    return 'it refers to a request that it does not have';
  if (operation === 'upload' && contract.uploads === null) return 'the contract has no uploads';
  if (operation === 'other' && (contract.otherEndpoints[attempt.endpoint]?.bodies.length ?? 0) === 0)
    return 'it is for another endpoint that the contract does not have';
  return null;
}

/** Keys are made anew at each sending. */
function givesOthers(template: string): boolean {
  if (!isTemplate(template)) return true;
  const made = Array.from({ length: DRAWN }, (_, n) => fillKey(template, digest(n)));
  return new Set(made).size > DRAWN / 2;
}

function isTemplate(template: string): boolean {
  try {
    fillKey(template, digest(0));
    return true;
  } catch {
    return false;
  }
}

function digest(n: number): string {
  return createHash('sha256').update(String(n)).digest('hex');
}
