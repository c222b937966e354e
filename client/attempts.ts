/** What the client reads off attempts and their exchanges. */
import type { Contract, Json } from '../contracts/contract.js';
import { idIn } from '../contracts/ids.js';
import { parseJson } from '../contracts/json.js';
import { folded } from '../contracts/padding.js';
import { isRefusedAs2xx } from '../contracts/refusals.js';
import type { Exchange, Outcome } from '../history/history.js';
import type { Attempt } from '../history/plan.js';
import type { Sent, WireRequest } from './line.js';
import type { Sending } from './plan-run.js';
import { shownBody } from './wire.js';

/** The id of the resource that a success names. */
export function madeBy({ outcome }: Exchange, contract: Contract): string | null {
  return idOf(outcome, contract);
}

/** The id that an answer to the write names, where it is a success. */
export function idOf(outcome: Outcome, contract: Contract): string | null {
  if (outcome.kind !== 'answer' || outcome.status >= 300) return null;
  const json = parseJson(outcome.body);
  const { headers } = outcome;
  return isRefusedAs2xx(contract, outcome, json) ? null : idIn(contract.create.id, { headers, json });
}

/** Ids of all resources that successes name. */
export function idsMade(exchanges: Exchange[], contract: Contract): Set<string> {
  const made = exchanges.filter(({ operation }) => operation === 'create').map((one) => madeBy(one, contract));
  return new Set(made.filter((id) => id !== null));
}

/** The id that an attempt was answered; `null` where none was. */
export function resourceOf(exchanges: Exchange[], attempt: number, contract: Contract): string | null {
  for (const exchange of exchanges) {
    const id = exchange.attempt === attempt ? madeBy(exchange, contract) : null;
    if (id !== null) return id;
  }
  return null;
}

/** Whether an attempt asks for the resource of another. */
export function readsResource({ operation }: Attempt): boolean {
  return operation === 'get' || operation === 'cancel';
}

/** Whether an attempt is released with the others of its storm. */
export function isAligned({ atFraction }: Attempt): boolean {
  return atFraction === undefined;
}

/** Milliseconds that the last answered write took, or 0. */
export function lastDuration(exchanges: Exchange[]): number {
  const last = exchanges.findLast(({ operation, done }) => operation === 'create' && done !== null);
  return last === undefined ? 0 : (last.done as number) - last.sent;
}

/** What became of an attempt, as a history keeps it. */
export function exchangeOf(
  { attempt, run, number, time, retry }: Sending,
  { key, headerKey, target }: { key: Json; headerKey: Json; target: number },
  { method, url, headers, body }: WireRequest & { url: string },
  { sent, done, outcome }: Sent,
): Exchange {
  return {
    attempt: number,
    time,
    retry,
    step: run.step,
    operation: attempt.operation,
    ...(attempt.operation === 'other' ? { endpoint: attempt.endpoint } : {}),
    credential: attempt.credential,
    target,
    key: typeof key === 'string' || key === null ? key : undefined,
    ...(typeof headerKey === 'string' ? { headerKey } : {}),
    request: { method, url, headers, ...shownBody(body) },
    sent,
    done,
    outcome: outcome.kind === 'answer' ? { ...outcome, body: folded(outcome.body) } : outcome,
  };
}
