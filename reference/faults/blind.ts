/** The forms of comparison faults: bodies that are taken for the same although they differ. */
import type { JsonObject } from '../../contracts/contract.js';
import type { WriteRequest } from '../server/behaviour.js';
import { canonical } from './canonical.js';
import type { Fault } from './fault.js';

/** Takes bodies for the same whose fingerprints are equal. */
export function blind(
  name: string,
  sentence: string,
  breaks: string[],
  fingerprintOf: (request: WriteRequest) => string,
): Fault {
  return { name, sentence, kind: 'fault', breaks, deviation: () => ({ fingerprintOf }) };
}

/** Takes a body for the first one by looking at both: which of them came first makes a difference. */
export function lenient(
  name: string,
  sentence: string,
  breaks: string[],
  same: (first: JsonObject, second: JsonObject) => boolean,
): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks,
    deviation: (correct) => ({
      fingerprintOf: ({ value }) => canonical(value),
      find: (records, request, tasks) => {
        const entry = correct.find(records, request, tasks);
        if (entry === null || !same(JSON.parse(entry.binding.fingerprint), request.value)) return entry;
        return { ...entry, binding: { ...entry.binding, fingerprint: request.fingerprint } };
      },
    }),
  };
}
