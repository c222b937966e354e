/** Faults that show when the client is gone before its answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contract } from '../../contracts/contract.js';
import type { Binding } from '../../history/model.js';
import type { KeyedRequest } from '../server/behaviour.js';
import type { Fault } from './fault.js';
import { all, contractHas, refusesOtherBodies, showsEffects } from './where.js';

const hasBody = contractHas(({ create }) => create.body !== 'none');

export const lostFaults: Fault[] = [
  {
    name: 'hang-up-forgets',
    sentence: 'When the client hangs up before its answer, its key is forgotten though the resource is made.',
    kind: 'fault',
    timing: true,
    breaks: ['LOST-1'],
    follows: ['LOST-3', 'LOST-6', 'LOST-7'],
    deviation: () => ({
      work: () => sleep(20),
      onHangUp: ({ scope, key }, records) => records.forget(scope, key),
    }),
  },
  {
    name: 'hang-up-locks',
    sentence: 'When the client hangs up before its answer, its key stays locked forever.',
    kind: 'fault',
    timing: true,
    breaks: ['LOST-4'],
    follows: ['LOST-1', 'LOST-3', 'LOST-6', 'LOST-7'],
    deviation: () => ({
      work: () => sleep(20),
      onHangUp: ({ scope, key }, records) => {
        const entry = records.get(scope, key);
        if (entry) entry.busy = new Promise(() => {});
      },
    }),
  },
  {
    name: 'cut-body-is-executed',
    sentence: 'A body that was cut off is closed, and carried out.',
    kind: 'fault',
    breaks: ['LOST-2'],
    // Only a server that compares bodies then refuses the whole one.
    applies: refusesOtherBodies,
    deviation: (_correct, { contract }) => ({ onCut: (received) => closed(received, contract) }),
  },
  {
    name: 'cut-body-makes-orphan',
    sentence: 'A body that was cut off makes a resource that no key leads to.',
    kind: 'fault',
    breaks: ['LOST-2'],
    applies: all(showsEffects, hasBody),
    deviation: (correct, { contract }) => {
      const cut = new WeakSet<Buffer>();
      return {
        onCut: (received) => {
          const body = closed(received, contract);
          if (body !== null) cut.add(body);
          return body;
        },
        keyOf: (request) => (cut.has(request.bytes) ? null : correct.keyOf(request)),
      };
    },
  },
  {
    name: 'hang-up-in-a-storm-forgets',
    sentence: 'When one of several that wait for a key hangs up, the key is forgotten.',
    kind: 'fault',
    timing: true,
    breaks: ['LOST-3'],
    follows: ['STORM-2', 'LOST-1'],
    deviation: () => ({
      work: () => sleep(20),
      onHangUp: ({ scope, key }, records) => {
        if ((records.get(scope, key)?.uses ?? 0) > 1) records.forget(scope, key);
      },
    }),
  },
  {
    name: 'hang-up-wins-late',
    sentence: 'A body whose client hung up lets another one in, once, and takes its key back.',
    kind: 'fault',
    timing: true,
    breaks: ['LOST-6'],
    follows: ['STORM-4', 'LOST-3'],
    applies: refusesOtherBodies,
    deviation: (correct) => {
      const left = new Map<string, { binding: Binding; passed: boolean }>();
      return {
        work: () => sleep(20),
        onHangUp: ({ scope, key }, records) => {
          const entry = records.get(scope, key);
          if (entry && !left.has(`${scope} ${key}`)) left.set(`${scope} ${key}`, { ...entry, passed: false });
        },
        find: (records, request, resources) => {
          const entry = correct.find(records, request, resources);
          const first = left.get(`${request.scope} ${request.key}`);
          if (entry === null || first === undefined) return entry;
          const { binding, passed } = first;
          if (passed || binding.fingerprint === request.fingerprint) return { ...entry, binding };
          first.passed = true;
          return null;
        },
      };
    },
  },
  {
    name: 'hang-up-on-replay-forgets',
    sentence: 'When the client hangs up on a replay, the key is forgotten.',
    kind: 'fault',
    timing: true,
    breaks: ['LOST-7'],
    follows: ['LOST-1', 'LOST-3'],
    deviation: () => {
      const repeats = new WeakSet<KeyedRequest>();
      return {
        beforeReply: (request) => {
          repeats.add(request);
          return sleep(20);
        },
        onHangUp: (request, records) => {
          const { scope, key, fingerprint } = request;
          const same = records.get(scope, key)?.binding.fingerprint === fingerprint;
          if (same && repeats.has(request)) records.forget(scope, key);
        },
      };
    },
  },
  {
    name: 'hang-up-on-conflict-overwrites',
    sentence: 'When the client hangs up on a conflict, the key belongs to its body from then on.',
    kind: 'fault',
    timing: true,
    breaks: ['LOST-7'],
    applies: refusesOtherBodies,
    deviation: () => ({
      beforeReply: () => sleep(20),
      onHangUp: ({ scope, key, fingerprint }, records) => {
        const entry = records.get(scope, key);
        if (entry) entry.binding = { ...entry.binding, fingerprint };
      },
    }),
  },
];

/** The JSON object that a string begins, with everything closed that it opened; a form is one wherever it ends. */
function closed(received: Buffer, { create }: Contract): Buffer | null {
  if (create.body === 'form') return received;
  const text = received.toString();
  if (create.body === 'multipart') return closedParts(text);
  for (let length = text.length; length > 0 && length > text.length - 400; length -= 1) {
    const start = text.slice(0, length);
    for (const end of ['}', '"}', ']}', '"]}', '}]}', '"}]}', '}}', '"}}']) {
      try {
        JSON.parse(start + end);
        return Buffer.from(start + end);
      } catch {}
    }
  }
  return null;
}

/** The parts that were complete: the one that was cut off is dropped. */
function closedParts(text: string): Buffer | null {
  const [delimiter] = /^--[^\r\n]+/.exec(text) ?? [];
  if (delimiter === undefined) return null;
  return Buffer.from(`${text.slice(0, text.lastIndexOf(`${delimiter}\r\n`))}${delimiter}--\r\n`);
}
