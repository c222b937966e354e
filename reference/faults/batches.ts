/** Faults of batches: what items are to one another, and to the batch that they come in. */
import { createHash } from 'node:crypto';
import { itemTexts } from '../../contracts/batch.js';
import { isObject, parseJson } from '../../contracts/json.js';
import type { KeyedRequest, WriteRequest } from '../server/behaviour.js';
import type { Entry, Records } from '../server/records.js';
import type { World } from '../server/world.js';
import { not } from './blind.js';
import type { Fault } from './fault.js';
import { variation } from './variation.js';
import { all, answersRepeats, contractHas, refusesOtherBodies } from './where.js';

const hasBatches = contractHas(({ batch }) => batch !== null);
const batchesMany = contractHas(({ batch }) => batch !== null && batch.size > 1);
const resultsHaveKeys = contractHas(({ batch }) => batch !== null && batch.key !== null);

const showsIds = contractHas(({ create }) => create.id !== null);

function digestOf({ batch }: WriteRequest): string {
  return createHash('sha256')
    .update(batch?.bytes ?? '')
    .digest('base64');
}

/** Whether another item of the batch has a key that is known with another body. */
function isBesideConflict(
  request: KeyedRequest,
  records: Records,
  { contract, key }: World,
  fingerprintOf: (one: WriteRequest) => string,
): boolean {
  const texts = contract.batch === null ? [] : (itemTexts(contract.batch, String(request.batch?.bytes)) ?? []);
  return texts.some((text) => {
    const value = parseJson(text);
    if (!isObject(value)) return false;
    const other = { ...request, bytes: Buffer.from(text), value };
    const known = records.get(request.scope, key.of(other) ?? '');
    return known !== null && known.binding.fingerprint !== fingerprintOf(other);
  });
}

export const batchFaults: Fault[] = [
  {
    name: 'batch-keyed-as-whole',
    sentence: 'Keys are remembered for the batch that they came in, so that an item of another batch is new.',
    kind: 'fault',
    breaks: ['REPLAY-1'],
    unless: { 'REPLAY-1': not(answersRepeats) },
    applies: batchesMany,
    deviation: (correct) => ({ scopeOf: (request) => `${correct.scopeOf(request)} ${digestOf(request)}` }),
  },
  {
    name: 'batch-compared-as-whole',
    sentence: 'The whole batch is compared, so that an item that is repeated in another one is a conflict.',
    kind: 'fault',
    breaks: ['REPLAY-1'],
    applies: all(batchesMany, refusesOtherBodies),
    deviation: (correct) => ({ fingerprintOf: (request) => `${correct.fingerprintOf(request)} ${digestOf(request)}` }),
  },
  {
    name: 'twice-in-batch',
    sentence:
      'Keys are looked up before any item of a batch is carried out, so that one that stands in it twice is new twice.',
    kind: 'fault',
    breaks: ['BATCH-1'],
    applies: batchesMany,
    deviation: (correct) => {
      const seen = new WeakMap<object, Map<string, Entry | null>>();
      return {
        find: (records, request, resources) => {
          if (request.batch === undefined) return correct.find(records, request, resources);
          const before = seen.get(request.batch) ?? new Map<string, Entry | null>();
          seen.set(request.batch, before);
          const name = `${request.scope} ${request.key}`;
          const found = before.has(name) ? (before.get(name) ?? null) : correct.find(records, request, resources);
          before.set(name, found);
          return found;
        },
      };
    },
  },
  {
    name: 'conflict-repeats-neighbours',
    sentence: 'Where an item of a batch is a conflict, the others are carried out without a look at their keys.',
    kind: 'fault',
    breaks: ['BATCH-2'],
    applies: all(batchesMany, refusesOtherBodies),
    deviation: (correct, world) => ({
      find: (records, request, resources) => {
        const found = correct.find(records, request, resources);
        const isOwn = found !== null && found.binding.fingerprint === request.fingerprint;
        return isOwn && isBesideConflict(request, records, world, correct.fingerprintOf) ? null : found;
      },
    }),
  },
  {
    name: 'results-out-of-order',
    sentence: 'Results stand in another order than their items, though nothing else says whose they are.',
    kind: 'fault',
    breaks: ['REPLAY-1'],
    // Whose a result is does not show where it names nothing.
    applies: all(batchesMany, not(resultsHaveKeys), showsIds),
    deviation: () => ({ showsResults: (results) => results.toReversed() }),
  },
  {
    ...variation('results-by-key', 'Results stand in another order than their items, and have their keys.', () => ({
      showsResults: (results) => results.toReversed(),
    })),
    applies: all(hasBatches, resultsHaveKeys),
  },
];
