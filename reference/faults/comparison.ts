/** Faults of comparing: what counts as the same body. */
import type { WriteRequest } from '../server/behaviour.js';
import { blind } from './blind.js';
import { canonical, without } from './canonical.js';
import { shapeFaults } from './comparison-shape.js';
import { valueFaults } from './comparison-values.js';
import type { Fault } from './fault.js';

export const comparisonFaults: Fault[] = [
  blind('compares-prompt-alone', 'Only the prompt is compared.', ['CONFLICT-3', 'CONFLICT-4'], ({ value }) =>
    canonical(value.prompt),
  ),
  blind(
    'compares-top-level-alone',
    'Only top-level values are compared: a member of a nested object counts only if its name also stands at the top.',
    ['CONFLICT-3', 'CONFLICT-4'],
    // A popular way to sort members; the list of names filters nested objects as well.
    ({ value }) => JSON.stringify(value, Object.keys(value).sort()),
  ),
  blind('ignores-attachments', 'Attachments are not compared.', ['CONFLICT-3', 'CONFLICT-4'], ({ value }) =>
    canonical(without(value, 'attachments')),
  ),
  blind('sorts-attachments', 'Attachments are sorted before they are compared.', ['CONFLICT-4'], ({ value }) => {
    const items = Array.isArray(value.attachments) ? value.attachments.map((item) => canonical(item)).sort() : null;
    return canonical({ ...value, attachments: items });
  }),
  blind('ignores-callback-url', 'The callback_url is not compared.', ['CONFLICT-3'], ({ value }) =>
    canonical(without(value, 'callback_url')),
  ),
  blind('compares-first-kilobyte', 'Only the first kilobyte of a body is compared.', ['CONFLICT-3'], ({ bytes }) =>
    bytes.subarray(0, 1024).toString('latin1'),
  ),
  blind('compares-length', 'Only the length of a body is compared.', ['CONFLICT-3', 'CONFLICT-4'], ({ bytes }) =>
    String(bytes.length),
  ),
  blind('compares-lower-case', 'Bodies are put in lower case before they are compared.', ['CONFLICT-3'], ({ bytes }) =>
    bytes.toString().toLowerCase(),
  ),
  blind('compares-trimmed', 'Strings are trimmed before they are compared.', ['CONFLICT-3'], ({ value }) =>
    canonical(value, (scalar) => (typeof scalar === 'string' ? scalar.trim() : scalar)),
  ),
  blind(
    'compares-normal-form',
    'Bodies are put in Unicode normal form before they are compared.',
    ['CONFLICT-3'],
    ({ bytes }) => bytes.toString().normalize('NFC'),
  ),
  blind(
    'compares-as-text',
    'Every value is compared as text: a number, a boolean or null is the same as its spelling in a string.',
    ['CONFLICT-3'],
    ({ value }) => canonical(value, String),
  ),
  ...valueFaults,
  ...shapeFaults,
  picky('compares-user-agent', 'The User-Agent is compared with the body.', ({ headers }) => headers['user-agent']),
  picky(
    'compares-framing',
    'Whether a body came in chunks is compared with it.',
    ({ headers }) => headers['transfer-encoding'],
  ),
];

/** Takes the same body for another, because of something around it. */
function picky(name: string, sentence: string, around: (request: WriteRequest) => string | undefined): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['REPLAY-7'],
    deviation: (correct) => ({
      fingerprintOf: (request) => `${correct.fingerprintOf(request)} ${around(request) ?? ''}`,
    }),
  };
}
