/** Histories for the judge, request by request: what is sent is made as the client makes it, what is answered is given. */
import { Mint } from '../../client/mint.js';
import { baseOf, keyOf, requestOf, shownBody } from '../../client/wire.js';
import type { Json } from '../../contracts/contract.js';
import { type LoadedContract, loadContract } from '../../contracts/load.js';
import { body, create, slot } from '../../generators/plans.js';
import type { Delivery, Exchange, History, Outcome } from '../../history/history.js';
import { type Attempt, type CreateAttempt, type KeyUse, keyUseOf, writeOf } from '../../history/plan.js';
import { NONCE_TOKEN } from '../../history/text.js';
import { judgeHistory } from '../../judge/judge-history.js';

export const moda = loadContract('moda');

/** A request and what became of it. */
export interface Asked {
  attempt: Attempt;
  answer: Outcome;
  /** When it was sent, and for how long it ran, in milliseconds: one after the other unless it is said. */
  at?: number;
  takes?: number;
  /** Headers of the answer besides its request id. */
  headers?: Record<string, string>;
}

/** Bodies with the same number are the same. */
export function write(key: KeyUse, number = 0, change: Partial<CreateAttempt> = {}): CreateAttempt {
  return { ...create(key, body({ prompt: `${NONCE_TOKEN} body ${number}` }, number)), ...change };
}

export { slot };

export function answer(status: number, json: Json): Outcome {
  return { kind: 'answer', status, headers: { 'x-request-id': 'req_1' }, body: JSON.stringify(json) };
}

/** An id that the schemas accept. */
export function idOf(prefix: string, number: number): string {
  return `${prefix}_${String(number).padStart(26, '0')}`;
}

export const task = (number: number): string => idOf('task', number);

export function made(number: number): Outcome {
  return answer(202, { id: task(number), kind: 'design', status: 'queued' });
}

export function refusal(status: number, type: string, code: string): Outcome {
  return answer(status, { error: { type, code, message: 'No.', request_id: 'req_1' } });
}

export const invalid = refusal(422, 'unprocessable', 'validation_failed');
export const conflict = refusal(409, 'conflict', 'idempotency_conflict');
export const missing = refusal(404, 'not_found', 'not_found');
export const limited = refusal(429, 'rate_limited', 'rate_limited');
export const broken = refusal(500, 'internal_error', 'internal_error');
export const lost: Outcome = { kind: 'unknown', reason: 'the connection was closed' };
export const unsent: Outcome = { kind: 'unsent', reason: 'the connection was closed' };

/** A request id is new in every answer. */
function withRequestId(outcome: Outcome, n: number, headers: Record<string, string>): Outcome {
  if (outcome.kind !== 'answer') return outcome;
  const fresh = (text: string) => text.replaceAll('req_1', `req_${n}_of_its_own`);
  return { ...outcome, headers: { 'x-request-id': fresh('req_1'), ...headers }, body: fresh(outcome.body) };
}

export function historyOf(
  asked: Asked[],
  received?: History['received'],
  { contract }: LoadedContract = moda,
): History {
  const keys = [0, 1, 2, 3].map((n) => `key-${n}-{unique}`);
  const execution = new Mint().execution();
  const base = baseOf('http://127.0.0.1:8080', contract.basePath);
  const options = { contract, credentials: { first: 'one', second: 'another' }, headers: [] };
  const exchanges = asked.map(({ attempt, answer: given, at, takes = 10, headers = {} }, n): Exchange => {
    const outcome = withRequestId(given, n, headers);
    const key = keyOf(keyUseOf(attempt), keys, execution);
    const headerKey = keyOf(writeOf(attempt)?.headerKey, keys, execution);
    const request = requestOf(options, base, attempt, { id: null, key, headerKey, execution });
    const sent = at ?? n * 1000;
    return {
      attempt: n,
      time: 0,
      retry: 0,
      step: n,
      operation: attempt.operation,
      ...(attempt.operation === 'other' ? { endpoint: attempt.endpoint } : {}),
      credential: attempt.credential,
      target: attempt.target ?? 0,
      key: typeof key === 'string' || key === null ? key : undefined,
      ...(typeof headerKey === 'string' ? { headerKey } : {}),
      request: {
        method: request.method,
        url: `${base.origin}${request.path}`,
        headers: request.headers,
        ...shownBody(request.body),
      },
      sent,
      done: outcome.kind === 'answer' ? sent + takes : null,
      outcome,
    };
  });
  const plan = { keys, steps: asked.map(({ attempt }) => ({ do: 'storm' as const, attempts: [attempt] })) };
  exchanges.sort((a, b) => a.sent - b.sent);
  return { plan, exchanges, ...(received === undefined ? {} : { received }) };
}

/** Everything that the whole judge finds: each id with the names of the requests that prove it. */
export function found(asked: Asked[], received?: History['received'], loaded = moda): string[] {
  const history = historyOf(asked, received, loaded);
  const letters = history.exchanges.map(({ attempt }) => String.fromCharCode(65 + attempt));
  const { findings } = judgeHistory(history, loaded);
  return findings.map(({ id, proof }) => `${id} ${proof.map((index) => letters[index]).join('')}`.trim()).sort();
}

/** A delivery of a finished task's event, acknowledged and rightly signed unless it is said. */
export function delivery(event: string | null, of: number, change: Partial<Delivery> = {}): Delivery {
  return {
    at: 5000,
    event,
    type: 'task.succeeded',
    resource: task(of),
    answered: 200,
    signature: 'right',
    age: 0,
    ...change,
  };
}
