/** Faults of what goes with a key: values that are new in every request, taken for more than that. */
import { companionsOf } from '../../contracts/companions.js';
import type { Json } from '../../contracts/contract.js';
import type { WriteRequest } from '../server/behaviour.js';
import { canonical } from '../server/canonical.js';
import type { World } from '../server/world.js';
import type { Fault } from './fault.js';
import { all, contractHas, refusesOtherBodies } from './where.js';

/** Seconds since 1970 may be the same in two requests. */
const sendsFresh = contractHas(({ companions }) =>
  companions.some(({ repeats, value }) => repeats === 'fresh' && ['uuid', 'text', 'signature'].includes(value)),
);

/** The values that are new in a request. */
function freshIn({ headers, query, value }: WriteRequest, { contract }: World): string {
  const companions = contract.companions.filter(({ repeats }) => repeats === 'fresh');
  const sent = Object.entries(headers).map(([name, text]): [string, string] => [name, String(text)]);
  return canonical(companionsOf({ companions }, { headers: sent, query, body: value }).map((one): Json => one ?? null));
}

export const companionFaults: Fault[] = [
  {
    name: 'signatures-compared',
    sentence: 'The headers that sign a request are compared with the body, so that each repeat is a conflict.',
    kind: 'fault',
    breaks: ['REPLAY-1'],
    applies: all(
      contractHas(({ sign }) => sign !== null),
      refusesOtherBodies,
    ),
    deviation: (correct) => ({
      fingerprintOf: (request) => `${correct.fingerprintOf(request)} ${canonical(request.signatures)}`,
    }),
  },
  {
    name: 'fresh-values-compared',
    sentence: 'What is new in every request is compared with the body, so that each repeat is a conflict.',
    kind: 'fault',
    breaks: ['REPLAY-1'],
    applies: all(sendsFresh, refusesOtherBodies),
    deviation: (correct, world) => ({
      fingerprintOf: (request) => `${correct.fingerprintOf(request)} ${freshIn(request, world)}`,
    }),
  },
  {
    name: 'fresh-values-as-keys',
    sentence: 'What is new in every request is taken for the key, so that each repeat makes another resource.',
    kind: 'fault',
    breaks: ['REPLAY-1'],
    applies: sendsFresh,
    deviation: (correct, world) => ({
      scopeOf: (request) => `${correct.scopeOf(request)} ${freshIn(request, world)}`,
    }),
  },
];
