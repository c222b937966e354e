/** Faults beside the write under test: the Idempotency-Key header, other endpoints and uploads. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contract } from '../../contracts/contract.js';
import type { Behaviour, Deviation, WriteRequest } from '../server/behaviour.js';
import { showsAlike } from '../server/id-header.js';
import { Refusal } from '../server/problem.js';
import type { Register } from '../server/side-behaviour.js';
import { not } from './blind.js';
import type { Fault } from './fault.js';
import { all, contractHas, keyInBody, keyIsOptional } from './where.js';

const refusesConflicts = contractHas(({ conflict }) => conflict !== null);
const isApart = ({ operations }: Contract['key']) => operations === 'none' || operations === 'separate';
/** An endpoint that shows its resources as the write under test does. */
const hasOtherEndpoint = contractHas(
  ({ create, key, otherEndpoints }) => isApart(key) && otherEndpoints.some(({ id }) => showsAlike(id, create.id)),
);
const separatesOperations = contractHas(({ key }) => isApart(key));
const takesNoKeyElsewhere = contractHas(({ key }) => key.operations === 'none');
/** An endpoint with bodies that lead to different resources. */
const hasEndpointWithChoice = contractHas(({ otherEndpoints }) =>
  otherEndpoints.some(({ bodies }) => bodies.length > 1),
);

export const sideFaults: Fault[] = [
  {
    ...fault('header-honoured', 'The Idempotency-Key header is taken for the key where the body has none.'),
    breaks: ['HEADER-1'],
    applies: all(keyInBody, keyIsOptional),
    deviation: (correct) => ({ keyOf: (request) => correct.keyOf(request) ?? headerOf(request) }),
  },
  {
    ...fault('header-overrides-body', 'The Idempotency-Key header is taken instead of the body’s key.'),
    breaks: ['HEADER-2'],
    follows: ['HEADER-1'],
    applies: keyInBody,
    deviation: (correct) => ({ keyOf: (request) => headerOf(request) ?? correct.keyOf(request) }),
  },
  {
    ...fault('header-part-of-scope', 'The same key with another Idempotency-Key header is another key.'),
    breaks: ['HEADER-2'],
    applies: keyInBody,
    deviation: (correct) => ({
      scopeOf: (request) => `${correct.scopeOf(request)} ${headerOf(request) ?? ''}`,
    }),
  },
  {
    ...fault('header-refused', 'A request with an Idempotency-Key header is refused.'),
    breaks: ['HEADER-1', 'HEADER-2'],
    unless: { 'HEADER-1': not(keyIsOptional) },
    applies: keyInBody,
    deviation: (correct, { problems }) => ({
      keyOf: (request) => {
        if (headerOf(request) === null) return correct.keyOf(request);
        throw new Refusal(problems.malformed('The Idempotency-Key header is not supported.'));
      },
    }),
  },

  {
    ...fault('other-endpoints-share-keys', 'Keys are shared with other endpoints.'),
    breaks: ['SCOPE-5'],
    follows: ['ENDPOINT-1'],
    applies: hasOtherEndpoint,
    deviation: withRegister((scope) => ({ scope, compares: false, binds: false })),
  },
  {
    ...fault('operations-answer-each-other', 'A key that one operation has bound gets its answer from all of them.'),
    breaks: ['SCOPE-5'],
    follows: ['ENDPOINT-1', 'SCENARIO-8'],
    applies: all(
      contractHas(({ otherEndpoints }) => otherEndpoints.length > 0),
      separatesOperations,
    ),
    deviation: (correct) => ({
      ...withRegister((scope) => ({ scope, compares: false, binds: true }))(correct),
      find: (records, request, resources) => {
        const entry = correct.find(records, request, resources);
        if (entry === null || resources.get(entry.binding.id)?.made === 'create') return entry;
        return { ...entry, binding: { ...entry.binding, fingerprint: request.fingerprint } };
      },
    }),
  },
  {
    ...fault(
      'other-endpoints-know-keys',
      'A key that the write under test has bound is a conflict at other endpoints.',
    ),
    breaks: ['SCOPE-5'],
    follows: ['ENDPOINT-1'],
    applies: all(hasOtherEndpoint, refusesConflicts),
    deviation: withRegister((scope) => ({ scope, compares: true, binds: false })),
  },
  {
    ...fault(
      'other-endpoints-honour-keys',
      'A repeat of a key at other endpoints gets the first answer, whatever its body.',
    ),
    breaks: ['ENDPOINT-1'],
    applies: all(hasEndpointWithChoice, takesNoKeyElsewhere),
    deviation: withRegister((scope) => ({ scope: `elsewhere ${scope}`, compares: false, binds: true })),
  },
  {
    ...fault('other-endpoints-conflict', 'Another body under a key is a conflict at other endpoints, too.'),
    breaks: ['ENDPOINT-1'],
    follows: ['SCOPE-5'],
    applies: all(hasEndpointWithChoice, takesNoKeyElsewhere, refusesConflicts),
    deviation: withRegister((scope) => ({ scope: `elsewhere ${scope}`, compares: true, binds: true })),
  },

  {
    ...upload('upload-dedupe-by-name', 'Files are recognised by their name.', ['UPLOAD-1', 'UPLOAD-2'], () => ({
      uploadIdentity: ({ name }) => name,
    })),
    follows: ['UPLOAD-3'],
  },
  {
    ...upload('upload-no-dedupe', 'Every upload is a file of its own.', ['UPLOAD-1'], () => ({
      uploadIdentity: () => randomUUID(),
    })),
    follows: ['UPLOAD-3'],
  },
  upload('upload-flag-never-set', 'A duplicate is not marked as one.', ['UPLOAD-1'], () => ({
    marksDuplicate: () => false,
  })),
  upload('upload-flag-always-set', 'Every file is marked as a duplicate.', ['UPLOAD-2'], () => ({
    marksDuplicate: () => true,
  })),
  upload('upload-dedupe-less-last-byte', 'The last byte of a file is not compared.', ['UPLOAD-2'], (correct) => ({
    uploadIdentity: (file) => correct.uploadIdentity({ ...file, bytes: file.bytes.subarray(0, -1) }),
  })),
  {
    ...upload(
      'upload-dedupe-name-and-content',
      'Files are the same only if their names are, too.',
      ['UPLOAD-1'],
      (correct) => ({ uploadIdentity: (file) => `${correct.uploadIdentity(file)} ${file.name}` }),
    ),
    follows: ['UPLOAD-3'],
  },
  {
    ...upload('upload-race', 'Look-up and insert of an upload are 5 ms apart.', ['UPLOAD-3'], () => ({
      beforeUpload: () => sleep(5),
    })),
    timing: true,
  },
];

function fault(name: string, sentence: string): Pick<Fault, 'name' | 'sentence' | 'kind'> {
  return { name, sentence, kind: 'fault' };
}

function upload(name: string, sentence: string, breaks: string[], deviation: Deviation): Fault {
  return { ...fault(name, sentence), breaks, applies: contractHas(({ uploads }) => uploads !== null), deviation };
}

function headerOf({ headers }: WriteRequest): string | null {
  const value = headers['idempotency-key'];
  return value === undefined ? null : String(value);
}

/** Keys do something at other endpoints; the scope is the one they have at the write under test. */
function withRegister(register: (scope: string) => Omit<Register, 'key'>): (correct: Behaviour) => Partial<Behaviour> {
  return (correct) => ({
    registerElsewhere: (request) => {
      const key = correct.keyOf(request);
      return key === null ? null : { key, ...register(correct.scopeOf(request)) };
    },
  });
}
