/** What a contract says of the requests before a write: sent otherwise, the target refuses them, or the write. */
import type { Mutated } from './members.js';

/** What is said of a step, with one change. */
const step = (change: object) =>
  `setup: [${JSON.stringify({
    ...{ each: 'operation', method: 'POST', path: '/orders', headers: { 'X-Mode': 'test' } },
    ...{ body: { note: 'to be captured' }, bodyType: 'json', success: [201], save: { order: '/id' }, ...change },
  })}]`;

export const setUps: Mutated[] = [
  {
    member: 'a step before a write',
    id: 'REPLAY-1',
    served: `extends: ietf\ncreate: { path: '/orders/{order}/capture', body: none }\nget: null\neffects: { list: null }\n${step({})}`,
    said: [
      ['', 'passed'],
      [step({ each: 'run' }), 'inconclusive'],
      [step({ method: 'PUT' }), 'stopped'],
      [step({ path: '/others' }), 'stopped'],
      [step({ headers: { 'X-Mode': 'other' } }), 'stopped'],
      [step({ body: { note: 'other' } }), 'stopped'],
      [step({ bodyType: 'form' }), 'stopped'],
      [step({ success: [200] }), 'stopped'],
      [step({ save: { order: '/other' } }), 'stopped'],
    ],
  },
];
