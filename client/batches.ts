/** Puts items into the batches that a contract asks for, and reads what was answered of each. */
import { batchText, itemAnswers } from '../contracts/batch.js';
import { fill, KEY_TOKEN, spell } from '../contracts/codec.js';
import type { Contract, Json } from '../contracts/contract.js';
import { folded } from '../contracts/padding.js';
import type { Exchange, Outcome } from '../history/history.js';
import { type Attempt, keyUseOf, writeOf } from '../history/plan.js';
import { exchangeOf, idOf, readsResource } from './attempts.js';
import type { ClientOptions } from './client-options.js';
import type { Sent, WireRequest } from './line.js';
import type { Mint } from './mint.js';
import type { Sending } from './plan-run.js';
import type { Prepared } from './preparation.js';
import type { Preparer } from './prepare.js';
import { keyOf, requestOf } from './wire.js';

/** One attempt as a request, which is an item where the contract has batches. */
export interface Item {
  sending: Sending;
  /** What it uses of set-up steps. */
  prepared: Prepared;
  key: Json;
  headerKey: Json;
  request: WireRequest;
}

/** A request for one item, or for several. */
export interface Packed {
  request: WireRequest;
  /** Keys of a batch, in the order of its items; `null` where the request is none. */
  keys: (string | null)[] | null;
  /** Where the items stand in it. */
  places: number[];
}

/** A request of a storm. */
interface Request {
  /** The attempt that says how it is sent. */
  first: Attempt;
  /** Indexes of all that are items of it. */
  indexes: number[];
}

/** Attempts of a storm by the requests that they go in, and how many resources these may make. */
export function requestsOf(attempts: readonly Attempt[], contract: Contract): { requests: Request[]; creates: number } {
  const requests: Request[] = [];
  for (const [index, attempt] of attempts.entries()) {
    const last = requests.at(-1);
    if (contract.batch !== null && writeOf(attempt)?.joins === true && last !== undefined) last.indexes.push(index);
    else requests.push({ first: attempt, indexes: [index] });
  }
  const counts = requests.map(({ first, indexes }) => makes(contract, first, indexes.length));
  return { requests, creates: counts.reduce((a, b) => a + b, 0) };
}

/** How many resources a request may make, by how many attempts it is. */
function makes({ batch }: Contract, attempt: Attempt, attempts = 1): number {
  if (readsResource(attempt)) return 0;
  return batch === null || attempt.operation !== 'create' ? attempts : Math.max(batch.size, attempts);
}

/** How many more resources a request may make when it is sent again: those beside its item are new. */
export function makesAgain(contract: Contract, attempt: Attempt): number {
  return Math.max(0, makes(contract, attempt) - 1);
}

/** The request of an attempt, alone. */
export function itemOf(
  sending: Sending,
  id: string | null,
  base: URL,
  options: ClientOptions,
  { mint, preparer }: { mint: Mint; preparer: Preparer },
): Item {
  const { attempt, run } = sending;
  const { execution } = run;
  const key = keyOf(keyUseOf(attempt), run.plan.keys, execution);
  const headerKey = keyOf(writeOf(attempt)?.headerKey, run.plan.keys, execution);
  const { prepared, contract } = preparer.of(id, sending);
  const companions = mint.companions(contract, typeof key === 'string' ? key : null, prepared.values);
  return {
    ...{ sending, prepared, key, headerKey },
    request: requestOf({ ...options, contract }, base, attempt, { id, key, headerKey, companions, execution }),
  };
}

export class Batches {
  readonly #options: Pick<ClientOptions, 'contract' | 'filler' | 'receiver'>;
  readonly #mint: Mint;
  #sent = 0;

  constructor(options: Pick<ClientOptions, 'contract' | 'filler' | 'receiver'>, mint: Mint) {
    this.#options = options;
    this.#mint = mint;
  }

  /** The request that carries these items: in a batch with new ones before and after them, in turn. */
  pack(items: [Item, ...Item[]]): Packed {
    const [{ request, sending, prepared }] = items;
    const { batch } = this.#options.contract;
    if (batch === null || sending.attempt.operation !== 'create') return { request, keys: null, places: [0] };
    const own = items.map((item) => ({
      text: (item.request.body ?? '').toString('utf8'),
      key: typeof item.key === 'string' ? item.key : null,
    }));
    const others = Array.from({ length: Math.max(0, batch.size - own.length) }, () => this.#filler(prepared));
    const before = this.#sent % (others.length + 1);
    this.#sent += 1;
    const all = [...others.slice(0, before), ...own, ...others.slice(before)];
    const body = Buffer.from(
      batchText(
        batch,
        all.map(({ text }) => text),
      ),
      'utf8',
    );
    return {
      request: { ...request, body },
      keys: all.map(({ key }) => key),
      places: own.map((_, n) => before + n),
    };
  }

  /** A write that nothing else of the run has to do with. */
  #filler({ values }: Prepared): { text: string; key: string } {
    const { contract, filler = { value: {}, key: '{unique}' }, receiver } = this.#options;
    const execution = this.#mint.execution();
    const key = execution.key(0, filler.key);
    const companions = this.#mint.companions(contract, key, values);
    const filled = { key, nonce: execution.nonce(0), receiver: receiver?.url, companions };
    return { text: fill(spell(contract, filler.value, KEY_TOKEN), filled), key };
  }
}

/** What became of the items of a request. */
export function exchangesOf(
  { request, keys, places }: Packed,
  items: readonly Item[],
  { target, origin }: { target: number; origin: string },
  sent: Sent,
  contract: Contract,
): Exchange[] {
  const { batch } = contract;
  const url = `${origin}${request.path}`;
  const { outcome } = sent;
  const all = keys === null || batch === null || outcome.kind !== 'answer' ? null : itemAnswers(batch, outcome, keys);
  const beside = (all ?? [])
    .filter((_, n) => !places.includes(n))
    .flatMap((one) => idOf(ownOutcome(outcome, one), contract) ?? []);
  return items.map((item, n) => {
    const place = places[n] as number;
    const own = all?.[place];
    const exchange = exchangeOf(
      item.sending,
      { key: item.key, headerKey: item.headerKey, target },
      { ...request, body: keys === null ? request.body : item.request.body, url },
      { ...sent, outcome: own === undefined ? outcome : ownOutcome(outcome, own) },
    );
    if (keys === null) return exchange;
    return {
      ...exchange,
      batch: {
        item: `${batch?.items ?? ''}/${place}`,
        request: folded((request.body ?? '').toString('utf8')),
        answer: outcome.kind === 'answer' ? { status: outcome.status, body: folded(outcome.body) } : null,
        result: own?.place ?? null,
        shared: items.length > 1,
        isSecond: n > 0,
        beside,
      },
    };
  });
}

/** An answer as it is for one item. */
function ownOutcome(outcome: Outcome, { status, body }: { status: number; body: string }): Outcome {
  return outcome.kind === 'answer' ? { ...outcome, status, body } : outcome;
}
