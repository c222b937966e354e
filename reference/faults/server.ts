/** Faults of a server that does not hold up. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.js';
import { contractHas } from './where.js';

/** Characters that UTF-8 writes with four bytes. */
const FOUR_BYTES = /[\u{10000}-\u{10ffff}]/u;

export const serverFaults: Fault[] = [
  {
    name: 'four-byte-character-crashes',
    sentence: 'A first body with a character of four bytes, such as an emoji, is answered with 500.',
    kind: 'fault',
    breaks: ['SERVER-1'],
    // What else a requirement speaks of is reported there.
    follows: [
      'CREATE-1',
      'CREATE-2',
      'KEY-1',
      'KEY-3',
      'STORM-3',
      'LOST-1',
      'LOST-2',
      'LOST-3',
      'LOST-6',
      'LOST-7',
      'HEADER-1',
      'HEADER-2',
    ],
    // Where text is free, there are emoji in it.
    applies: contractHas(({ create }) => create.nonce !== null),
    deviation: (correct) => ({
      echoOf: (value) => {
        if (FOUR_BYTES.test(JSON.stringify(value))) throw new Error('The column holds three bytes for each character.');
        return correct.echoOf(value);
      },
    }),
  },
  {
    name: 'hang-up-takes-server-down',
    sentence: 'When a client hangs up before its answer, the server ends, and is started again.',
    kind: 'fault',
    timing: true,
    breaks: ['SERVER-2'],
    deviation: () => ({ work: () => sleep(20), onHangUp: (_request, _records, goDown) => goDown() }),
  },
];
