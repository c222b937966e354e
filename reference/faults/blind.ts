/** The forms of comparison faults: bodies that are taken for the same although they differ. */
import type { JsonObject } from '../../contracts/contract.js';
import type { LoadedContract } from '../../contracts/load.js';
import type { WriteRequest } from '../server/behaviour.js';
import { canonical } from '../server/canonical.js';
import type { World } from '../server/world.js';
import type { Fault } from './fault.js';
import { isList, somewhere } from './places.js';
import { all, refusesOtherBodies } from './where.js';

type Where = (loaded: LoadedContract) => boolean;

/** Which requirements do not fail by a comparison fault, because a contract has nothing for them. */
type Unless = Record<string, Where>;

export function not(condition: Where): Where {
  return (loaded) => !condition(loaded);
}

/** CONFLICT-4 is about arrays, so it fails only where there are some. */
const usual: Unless = { 'CONFLICT-4': not(somewhere(isList)) };

/** Takes bodies for the same whose fingerprints are equal; it shows where the contract is as `where` says. */
export function blind(
  name: string,
  sentence: string,
  breaks: string[],
  where: Where,
  fingerprintOf: (request: WriteRequest, world: World) => string,
  unless: Unless = {},
): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks,
    unless: { ...usual, ...unless },
    applies: all(refusesOtherBodies, where),
    deviation: (_correct, world) => ({ fingerprintOf: (request) => fingerprintOf(request, world) }),
  };
}

/** Takes a body for the first one by looking at both: which of them came first makes a difference. */
export function lenient(
  name: string,
  sentence: string,
  breaks: string[],
  where: Where,
  same: (first: JsonObject, second: JsonObject) => boolean,
): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks,
    applies: all(refusesOtherBodies, where),
    deviation: (correct) => ({
      fingerprintOf: ({ value }) => canonical(value),
      find: (records, request, resources) => {
        const entry = correct.find(records, request, resources);
        if (entry === null || !same(JSON.parse(entry.binding.fingerprint), request.value)) return entry;
        return { ...entry, binding: { ...entry.binding, fingerprint: request.fingerprint } };
      },
    }),
  };
}
