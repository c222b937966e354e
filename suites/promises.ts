/**
 * What an API may promise besides what its contract says, by name: each sets the members that the contract leaves
 * unknown, and turns on the requirements that hang on it.
 */
import type { Contract } from '../contracts/contract.js';

interface NamedPromise {
  name: string;
  /** What is promised, in one sentence. */
  sentence: string;
  /** The members that say it, where the contract does not. */
  says?(contract: Contract): Partial<Contract>;
  /** Requirements that are then judged. */
  ids: string[];
}

export const promises: readonly NamedPromise[] = [
  {
    name: 'repeat',
    sentence: 'A repeat is answered with the first resource, not with a refusal.',
    says: ({ replay }) => ({ replay: { ...replay, kind: replay.kind ?? 'success' } }),
    ids: ['REPLAY-1', 'STORM-6'],
  },
  {
    name: 'body',
    sentence: 'Another body under a used key is refused (400, 409 or 422) and makes nothing.',
    says: ({ conflict }) => ({ conflict: conflict ?? { statuses: [400, 409, 422], code: null, header: null } }),
    ids: ['CONFLICT-1', 'CONFLICT-3', 'CONFLICT-5', 'CONFLICT-6', 'CONFLICT-7', 'CONFLICT-11', 'STORM-4'],
  },
  {
    name: 'keyless',
    sentence: 'Equal requests without a key make a resource each.',
    says: ({ key }) => ({ key: { ...key, keyless: key.keyless ?? 'separate' } }),
    ids: ['CREATE-1', 'CREATE-2', 'STORM-10'],
  },
  {
    name: 'keys',
    sentence: 'Keys are compared exactly: another key makes another resource, however little it differs.',
    ids: ['CREATE-3', 'KEY-2', 'KEY-5'],
  },
  {
    name: 'scope',
    sentence: 'Keys belong to a credential: another one gets a resource of its own, and a wrong one gets none.',
    says: ({ scope }) => ({ scope: scope ?? 'credential' }),
    ids: ['SCOPE-1', 'SCOPE-2', 'SCOPE-4', 'SCOPE-6'],
  },
  {
    name: 'endpoints',
    sentence: 'At another endpoint the same key is another key.',
    says: ({ key }) => ({ key: { ...key, operations: key.operations ?? 'separate' } }),
    ids: ['SCOPE-5', 'SCENARIO-8'],
  },
  {
    name: 'inflight',
    sentence: 'A duplicate of a request in flight waits, or is refused (409, 422 or 425) until that has ended.',
    says: ({ inFlight }) => ({
      inFlight: inFlight ?? { policy: 'either', statuses: [409, 422, 425], code: null, header: null, graceMs: 1000 },
    }),
    ids: ['STORM-3', 'LOST-4'],
  },
  {
    name: 'errors',
    sentence: 'An error is not stored: a retry after it is carried out.',
    says: ({ stored }) => ({ stored: stored ?? ['success'] }),
    ids: ['REJECT-3', 'LOST-8', 'LOST-9', 'LOST-10'],
  },
  {
    name: 'headers',
    sentence: "A replay has the first answer's Location and media type, and a request id and cookies of its own.",
    ids: ['REPLAY-13', 'REPLAY-14'],
  },
  {
    name: 'framing',
    sentence: 'A repeat may differ in its query string, Content-Type parameters and the case of header names.',
    says: ({ ignored }) => ({ ignored: ignored ?? ['query', 'contentTypeParameters', 'headerCase'] }),
    ids: ['REPLAY-15'],
  },
];

export function promiseByName(name: string): NamedPromise | undefined {
  return promises.find((one) => one.name === name);
}

/** The promise that a requirement hangs on, by its name; without one, the requirement's own id. */
export function promiseOf(id: string): string {
  return promises.find(({ ids }) => ids.includes(id))?.name ?? id;
}

/** The contract with what these promises say of members that it leaves unknown. Other names say nothing. */
export function withPromises(contract: Contract, names: string[]): Contract {
  let said = contract;
  for (const name of names) said = { ...said, ...promiseByName(name)?.says?.(said) };
  return said;
}
