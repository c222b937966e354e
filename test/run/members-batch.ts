/** What a contract says of batches: said otherwise, no item is sent, or its result is another one's. */
import { type Passing, refusal } from './front.js';
import type { Mutated } from './members.js';

const payments = (said: string) => `extends: ietf
key: { in: body, name: reference, quoting: none }
create: { path: /payments/batch, example: { note: two of them, amount: 2 } }
batch: { items: /payments, results: /results, status: /status, body: /payment, ${said} }
effects: { list: { path: /payments } }`;

/** Refuses batches of more than two items. */
const ofTwo = ({ method, body }: Passing) =>
  method === 'GET' || String(body).split('"note"').length <= 3 ? undefined : refusal(400, 'invalid_request', 'no');

export const batched: Mutated[] = [
  {
    member: 'batch',
    id: 'CREATE-4',
    served: payments('key: null'),
    said: [
      ['', 'passed'],
      ['batch: { items: /others }', 'stopped'],
      ['batch: { results: /others }', 'failed'],
      ['batch: { status: null }', 'failed'],
      ['batch: { body: /other }', 'failed'],
    ],
  },
  {
    member: 'batch.key',
    id: 'REPLAY-1',
    served: payments('key: /reference'),
    fault: 'results-by-key',
    said: [
      ['', 'passed'],
      ['batch: { key: null }', 'failed'],
      ['batch: { key: /other }', 'failed'],
    ],
  },
  {
    member: 'batch.size',
    id: 'REPLAY-1',
    served: payments('size: 2'),
    front: ofTwo,
    said: [
      ['', 'passed'],
      ['batch: { size: 3 }', 'stopped'],
    ],
  },
];
