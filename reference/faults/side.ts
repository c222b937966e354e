/** Faults beside the body of a task: the Idempotency-Key header, brand kits and uploads. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour, Deviation, WriteRequest } from '../server/behaviour.js';
import { invalidRequest, Refusal } from '../server/problem.js';
import type { Register } from '../server/side-behaviour.js';
import type { Fault } from './fault.js';

export const sideFaults: Fault[] = [
  {
    ...fault('header-honoured', 'The Idempotency-Key header is taken for the key where the body has none.'),
    breaks: ['HEADER-1'],
    deviation: (correct) => ({ keyOf: (request) => correct.keyOf(request) ?? headerOf(request) }),
  },
  {
    ...fault('header-overrides-body', 'The Idempotency-Key header is taken instead of the body’s key.'),
    breaks: ['HEADER-2'],
    follows: ['HEADER-1'],
    deviation: (correct) => ({ keyOf: (request) => headerOf(request) ?? correct.keyOf(request) }),
  },
  {
    ...fault('header-part-of-scope', 'The same key with another Idempotency-Key header is another key.'),
    breaks: ['HEADER-2'],
    deviation: (correct) => ({
      scopeOf: (request) => `${correct.scopeOf(request)} ${headerOf(request) ?? ''}`,
    }),
  },
  {
    ...fault('header-refused', 'A request with an Idempotency-Key header is refused.'),
    breaks: ['HEADER-1', 'HEADER-2'],
    deviation: (correct) => ({
      keyOf: (request) => {
        if (headerOf(request) === null) return correct.keyOf(request);
        throw new Refusal(invalidRequest('The Idempotency-Key header is not supported.'));
      },
    }),
  },

  {
    ...fault('brand-kits-share-keys', 'Keys are shared between tasks and brand kits.'),
    breaks: ['SCOPE-5'],
    follows: ['ENDPOINT-1'],
    deviation: withRegister((scope) => ({ scope, compares: false, binds: false })),
  },
  {
    ...fault('brand-kits-conflict-with-tasks', 'A key that a task has bound is an idempotency_conflict at brand kits.'),
    breaks: ['SCOPE-5'],
    follows: ['ENDPOINT-1'],
    deviation: withRegister((scope) => ({ scope, compares: true, binds: false })),
  },
  {
    ...fault('brand-kits-honour-keys', 'A repeat of a key at brand kits gets the first answer, whatever its body.'),
    breaks: ['ENDPOINT-1'],
    deviation: withRegister((scope) => ({ scope: `brand kits ${scope}`, compares: false, binds: true })),
  },
  {
    ...fault('brand-kits-conflict', 'Another body under a key is an idempotency_conflict at brand kits, too.'),
    breaks: ['ENDPOINT-1'],
    follows: ['SCOPE-5'],
    deviation: withRegister((scope) => ({ scope: `brand kits ${scope}`, compares: true, binds: true })),
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
  return { ...fault(name, sentence), breaks, deviation };
}

function headerOf({ headers }: WriteRequest): string | null {
  const value = headers['idempotency-key'];
  return value === undefined ? null : String(value);
}

/** Keys do something at brand kits; the scope is the one they have at tasks. */
function withRegister(register: (scope: string) => Omit<Register, 'key'>): Deviation {
  return (correct: Behaviour) => ({
    registerAtBrandKits: (request) => {
      const key = correct.keyOf(request);
      return key === null ? null : { key, ...register(correct.scopeOf(request)) };
    },
  });
}
