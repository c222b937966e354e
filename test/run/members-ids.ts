/** Where a contract says that answers name resources, in headers: each row mutates members, as in the files beside it. */
import type { Mutated } from './members.js';

const created = (id: object) => `create: { id: ${JSON.stringify(id)} }`;
const refused = (pointer: object) => `replay: { kind: refusal, statuses: [410], pointer: ${JSON.stringify(pointer)} }`;
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
