/** A dialect: a correct server, what its documentation says, and what is known of it by flags alone. */
import type { JsonObject } from '../../contracts/contract.js';
import type { ListForm } from '../../reference/server/list.js';
import type { Habits, Wrong } from './server.js';

export interface Dialect {
  /** In kebab-case: also the name of the file with its expected statuses. */
  name: string;
  /** What its documentation says: the members of a contract file. */
  contract: JsonObject;
  /** How the reference lists, where the contract leaves it open. */
  list?: Partial<ListForm>;
  /** Where the reference does not speak the dialect: what the server of orders does. */
  habits?: Habits;
  /** Both credentials are of one account, so that flags get only one. */
  oneAccount?: true;
  /** Which keys it takes, where its users must say so by flag as well. */
  keyFormat?: string;
  /** It takes minutes: only the score runs it. */
  slow?: true;
  /** Requirements that cannot be decided here, and why: all others must be. */
  undecided?: Partial<Record<Way, Record<string, string>>>;
  defects: Defect[];
}

/** By what a run knows the API. */
export type Way = 'contract' | 'flags';

export const WAYS: readonly Way[] = ['contract', 'flags'];

export interface Defect {
  /** A fault of the reference, or what the server of orders does wrong. */
  breaks: { fault: string } | { wrong: Wrong } | { habits: Habits };
  /** Requirements that fail by the contract. */
  contract: string[];
  /** By flags: those that fail where a safety rule is broken, or else are noticed. */
  flags: { failed: string[] } | { noticed: string[] };
}

const open = (ids: string[], why: string) => Object.fromEntries(ids.map((id) => [id, why]));

/** Whether a refused repeat is right, only `replay.kind` says. */
export const REFUSES_ALL = open(
  ['REPLAY-1', 'REPLAY-4', 'REPLAY-5', 'REPLAY-6', 'STORM-1', 'LOST-1', 'LOST-3', 'LOST-7'],
  'every repeat is refused, and flags do not say whether it may be',
);

/** Where the next page is, only `effects.list.pages` says. */
export const PAGES_UNKNOWN = open(
  ['REPLAY-3', 'STORM-2', 'LOST-1', 'LOST-2', 'LOST-11'],
  'the list shows 20 resources, and nothing in its answer leads to the others',
);

/** A server that keeps no promise of a kind is another server: what tells it from others in titles. */
export function nameOf({ breaks }: Defect): string {
  if ('fault' in breaks) return breaks.fault;
  return 'wrong' in breaks ? breaks.wrong : JSON.stringify(breaks.habits);
}

/** What most APIs say: a body, a list and a way to read one. */
export const USUAL: JsonObject = {
  authentication: {},
  create: { path: '/orders', example: { note: 'two of them, please', amount: 2 } },
  key: { keyless: 'separate' },
  scope: 'credential',
  fingerprint: 'bytes',
  replay: { kind: 'success' },
  stored: ['success'],
  conflict: { statuses: [422] },
  effects: { list: { path: '/orders' } },
  get: { path: '/orders/{id}' },
};
