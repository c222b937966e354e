/** Where a contract says that answers name resources, in headers: each row mutates members, as in the files beside it. */
import type { Mutated } from './members.js';

const created = (id: object) => `create: { id: ${JSON.stringify(id)} }`;
const refused = (pointer: object) => `replay: { kind: refusal, statuses: [410], pointer: ${JSON.stringify(pointer)} }`;
/** Repeats and other bodies are refused with one status: what tells a repeat's refusal is said. */
const toldApart = (how: string) => `conflict: { statuses: [422], code: { pointer: /code, values: [used] } }
replay: { kind: refusal, statuses: [422], pointer: /existing, ${how} }`;
const refunds = (id: object) =>
  `otherEndpoints: [${JSON.stringify({ path: '/refunds', bodies: [{ reason: 'late' }, { reason: 'twice' }], id })}]`;

export const named: Mutated[] = [
  {
    member: 'create.id',
    id: 'CREATE-4',
    served: `extends: ietf\n${created({ header: 'Location' })}`,
    said: [
      ['', 'passed'],
      [created({ header: 'X-Other' }), 'failed'],
      [created({ header: 'Location', pattern: 'other-(.*)' }), 'failed'],
    ],
  },
  {
    member: 'replay.pointer',
    id: 'REPLAY-1',
    served: `extends: ietf\n${refused({ header: 'X-First', pattern: '([^/]+)$' })}`,
    said: [
      ['', 'passed'],
      [refused({ header: 'X-Request-Id' }), 'failed'],
      [refused({ header: 'X-First', pattern: '^/([^/]+)' }), 'failed'],
    ],
  },
  {
    member: 'replay.code',
    id: 'REPLAY-1',
    served: `extends: ietf\n${toldApart('code: { pointer: /code, values: [again] }')}`,
    said: [
      ['', 'passed'],
      [toldApart('code: { pointer: /code, values: [other] }'), 'failed'],
      [toldApart('code: { pointer: /reason, values: [again] }'), 'failed'],
      [toldApart('code: { pointer: /code, values: [again], not: true }'), 'failed'],
    ],
  },
  {
    member: 'replay.code',
    id: 'REPLAY-1',
    served: `extends: ietf\n${toldApart('code: { pointer: /code, values: [again] }')}`,
    fault: 'repeat-refused-as-conflict',
    said: [['', 'failed']],
  },
  {
    member: 'replay.header',
    id: 'REPLAY-1',
    served: `extends: ietf\n${toldApart('header: { name: X-Repeat, values: ["yes"] }')}`,
    said: [
      ['', 'passed'],
      [toldApart('header: { name: X-Repeat, values: ["no"] }'), 'failed'],
      [toldApart('header: { name: X-Other, values: ["yes"] }'), 'failed'],
    ],
  },
  {
    member: 'otherEndpoints.id',
    id: 'ENDPOINT-1',
    served: `extends: ietf\nkey: { operations: none }\n${refunds({ header: 'Location' })}`,
    said: [
      ['', 'passed'],
      [refunds({ header: 'X-Other' }), 'inconclusive'],
      [refunds({ header: 'Location', pattern: 'other-(.*)' }), 'inconclusive'],
    ],
  },
];
