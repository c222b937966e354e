/** What a contract promises of answers: each row mutates members, and holds the same server to each value of them. */
import { type Mutated, refusedOnce } from './members.js';

const twoOperations = `extends: ietf
key: { operations: separate }
otherEndpoints: [{ path: /refunds, bodies: [{ reason: late }, { reason: twice }], id: /refund/id }]`;

const refusesRepeats = `extends: ietf
replay: { kind: refusal, statuses: [410], pointer: /existing }`;

const refusal = (statuses: string, pointer: string, value: string, not = false) =>
  `{ statuses: [${statuses}], code: { pointer: ${pointer}, values: [${value}], not: ${not} } }`;

const marked = (header: string, value: string) => `replay: { marker: { header: ${header}, value: ${value} } }`;

export const promised: Mutated[] = [
  {
    member: 'key.required',
    id: 'KEY-7',
    served: 'extends: ietf\nlevels: { KEY-7: MUST }',
    fault: 'keyless-accepted',
    said: [
      ['key: { required: true }', 'failed'],
      ['key: { required: false }', 'skipped'],
    ],
  },
  {
    member: 'replay.marker',
    id: 'REPLAY-12',
    served: `extends: ietf\n${marked('Idempotency-Replayed', '"yes"')}`,
    said: [
      ['', 'passed'],
      [marked('X-Cache', '"yes"'), 'failed'],
      [marked('Idempotency-Replayed', '"no"'), 'failed'],
    ],
  },
  ...(
    [
      ['replay-without-marker', 'Idempotency-Replayed', '"yes"'],
      ['first-with-marker', 'Idempotency-Replayed', '"yes"'],
      ['first-with-marker', 'X-Cache', 'null'],
    ] as const
  ).map(
    ([fault, header, value]): Mutated => ({
      member: 'replay.marker',
      id: 'REPLAY-12',
      served: `extends: ietf\n${marked(header, value)}`,
      fault,
      said: [
        [marked(header, value), 'failed'],
        ['replay: { marker: null }', 'skipped'],
      ],
    }),
  ),
  ...(['refuse', 'wait'] as const).map(
    (policy): Mutated => ({
      member: 'inFlight.policy',
      id: 'STORM-11',
      served: `extends: ietf\ninFlight: { policy: ${policy} }`,
      fault: policy === 'refuse' ? 'in-flight-held-back' : 'in-flight-not-held-back',
      said: [
        [`inFlight: { policy: ${policy} }`, 'warned'],
        [`inFlight: { policy: ${policy === 'refuse' ? 'wait' : 'refuse'} }`, 'passed'],
        ['inFlight: { policy: either }', 'skipped'],
      ],
    }),
  ),
  {
    member: 'inFlight.statuses',
    id: 'STORM-3',
    served: 'extends: ietf',
    fault: 'in-flight-refused',
    said: [
      ['inFlight: { statuses: [409] }', 'passed'],
      ['inFlight: { statuses: [423] }', 'failed'],
    ],
  },
  {
    member: 'inFlight.code',
    id: 'STORM-3',
    served: 'extends: moda',
    fault: 'in-flight-refused',
    said: [
      ['', 'passed'],
      ['inFlight: { code: { pointer: /error/other } }', 'failed'],
      ['inFlight: { code: { values: [request_in_progress] } }', 'failed'],
      ['inFlight: { code: { not: false } }', 'failed'],
    ],
  },
  {
    member: 'inFlight.header',
    id: 'STORM-3',
    served: 'extends: moda\ninFlight: { header: { name: X-Code, values: [busy] } }',
    fault: 'in-flight-refused',
    said: [
      ['', 'passed'],
      ['inFlight: { header: { name: X-Other } }', 'failed'],
      ['inFlight: { header: { values: [other] } }', 'failed'],
    ],
  },
  {
    member: 'inFlight.graceMs',
    id: 'REPLAY-1',
    served: 'extends: ietf',
    front: refusedOnce(2, { status: 409, headers: { 'retry-after': '0' } }),
    said: [
      ['inFlight: { graceMs: 60000 }', 'passed'],
      ['inFlight: { graceMs: 0 }', 'failed'],
    ],
  },
  {
    member: 'errors.rateLimited',
    id: 'REPLAY-1',
    served: 'extends: ietf',
    front: refusedOnce(1, { status: 420, headers: { 'retry-after': '0' }, body: { reason: 'too many' } }),
    said: [
      [`errors: { rateLimited: ${refusal('420', '/reason', 'too many')} }`, 'passed'],
      [`errors: { rateLimited: ${refusal('429', '/reason', 'too many')} }`, 'stopped'],
      [`errors: { rateLimited: ${refusal('420', '/other', 'too many')} }`, 'stopped'],
      [`errors: { rateLimited: ${refusal('420', '/reason', 'other')} }`, 'stopped'],
      [`errors: { rateLimited: ${refusal('420', '/reason', 'too many', true)} }`, 'stopped'],
    ],
  },
  {
    member: 'errors.rateLimited.header',
    id: 'REPLAY-1',
    served: 'extends: ietf\nerrors: { rateLimited: { statuses: [420], header: { name: X-Code, values: [slow] } } }',
    front: refusedOnce(1, { status: 420, headers: { 'retry-after': '0', 'x-code': 'slow' } }),
    said: [
      ['', 'passed'],
      ['errors: { rateLimited: { header: { name: X-Other } } }', 'stopped'],
      ['errors: { rateLimited: { header: { values: [other] } } }', 'stopped'],
    ],
  },
  {
    member: 'errors.retryAfterMs and finalWithin',
    id: 'REPLAY-1',
    served: 'extends: ietf',
    front: refusedOnce(1, { status: 503, body: { wait_ms: 100 } }),
    said: [
      ['errors: { retryAfterMs: /wait_ms }', 'passed'],
      ['errors: { retryAfterMs: /other }', 'stopped'],
      ['errors: { retryAfterMs: /wait_ms }\nfinalWithin: 0.05', 'stopped'],
    ],
  },
  {
    member: 'retention.atLeast',
    id: 'RETENTION-1',
    served: 'extends: moda',
    said: [
      ['retention: { atLeast: 3600 }', 'passed'],
      ['retention: { atLeast: 0 }', 'inconclusive'],
      ['retention: { atLeast: null }', 'skipped'],
    ],
  },
  {
    member: 'levels and judged',
    id: 'CONFLICT-1',
    served: 'extends: moda',
    fault: 'conflict-other-status',
    said: [
      ['', 'failed'],
      ['levels: { CONFLICT-1: SHOULD }', 'warned'],
      ['judged: [REPLAY-1]', 'noticed'],
    ],
  },
  ...(
    [
      ['CREATE-1', 'keyless-joined'],
      ['CREATE-1', 'keyless-joined-in-another-shape'],
      ['STORM-10', 'keyless-joined'],
    ] as const
  ).map(
    ([id, fault]): Mutated => ({
      member: 'key.keyless',
      id,
      served: 'extends: ietf\nkey: { required: false, keyless: separate }',
      fault,
      said: [
        ['key: { keyless: separate }', 'failed'],
        ['key: { keyless: null }', 'noticed'],
        ['key: { keyless: joined }', 'skipped'],
      ],
    }),
  ),
  ...(
    [
      ['REPLAY-13', 'equal', 'Location', 'replay-loses-location'],
      ['REPLAY-13', 'equal', 'Content-Type', 'replay-in-another-type'],
      ['REPLAY-14', 'fresh', 'Set-Cookie', 'replay-repeats-cookie'],
      ['REPLAY-14', 'fresh', 'X-Request-Id', 'replay-repeats-request-id'],
    ] as const
  ).map(
    ([id, member, header, fault]): Mutated => ({
      member: `replay.headers.${member}`,
      id,
      served: `extends: ietf\nreplay: { headers: { ${member}: [${header}] } }`,
      fault,
      said: [
        [`replay: { headers: { ${member}: [${header}] } }`, 'failed'],
        [`replay: { headers: { ${member}: [X-Other] } }`, 'passed'],
        ['replay: { headers: null }', 'noticed'],
        [`replay: { headers: { ${member}: [] } }`, 'skipped'],
      ],
    }),
  ),
  ...(
    [
      ['query', 'compares-query'],
      ['contentTypeParameters', 'compares-content-type'],
    ] as const
  ).map(
    ([part, fault]): Mutated => ({
      member: 'ignored',
      id: 'REPLAY-15',
      served: `extends: ietf\nignored: [${part}]`,
      fault,
      said: [
        [`ignored: [${part}]`, 'failed'],
        ['ignored: null', 'noticed'],
        ['ignored: [headerCase]', 'passed'],
        ['ignored: []', 'skipped'],
      ],
    }),
  ),
  {
    member: 'key.operations',
    id: 'SCOPE-5',
    served: twoOperations,
    fault: 'operations-answer-each-other',
    said: [
      ['key: { operations: separate }', 'failed'],
      ['key: { operations: null }', 'noticed'],
      ['key: { operations: shared }', 'skipped'],
    ],
  },
  {
    member: 'scope',
    id: 'SCOPE-1',
    served: 'extends: moda',
    fault: 'keys-global',
    said: [
      ['scope: credential', 'failed'],
      ['scope: account', 'skipped'],
    ],
  },
  {
    member: 'fingerprint',
    id: 'CONFLICT-1',
    served: 'extends: moda',
    said: [
      ['fingerprint: bytes', 'passed'],
      ['fingerprint: none', 'skipped'],
    ],
  },
  {
    member: 'create.success',
    id: 'CREATE-4',
    served: 'extends: ietf',
    said: [
      ['create: { success: [200] }', 'passed'],
      ['create: { success: [201] }', 'failed'],
    ],
  },
  {
    member: 'replay.statuses',
    id: 'CREATE-4',
    served: 'extends: ietf\ncreate: { success: [200] }\nreplay: { statuses: [203] }',
    said: [
      ['replay: { statuses: [203] }', 'passed'],
      ['replay: { statuses: [200] }', 'failed'],
    ],
  },
  {
    member: 'create.immutable',
    id: 'REPLAY-2',
    served: 'extends: moda',
    fault: 'replay-changes-immutable-member',
    said: [
      ['create: { immutable: [/id, /created_at] }', 'failed'],
      ['create: { immutable: [/id] }', 'passed'],
    ],
  },
  {
    member: 'create.echo',
    id: 'REPLAY-9',
    served: 'extends: moda',
    fault: 'replay-changes-echo',
    said: [
      ['create: { echo: /input }', 'warned'],
      ['create: { echo: null }', 'skipped'],
    ],
  },
  {
    member: 'replay.kind',
    id: 'REPLAY-1',
    served: refusesRepeats,
    said: [
      ['replay: { kind: refusal }', 'passed'],
      ['replay: { kind: success }', 'failed'],
    ],
  },
  {
    member: 'replay.pointer',
    id: 'REPLAY-1',
    served: refusesRepeats,
    said: [
      ['replay: { pointer: /existing }', 'passed'],
      ['replay: { pointer: /title }', 'failed'],
    ],
  },
  {
    member: 'conflict',
    id: 'CONFLICT-1',
    served: 'extends: moda',
    said: [
      ['conflict: { statuses: [409] }', 'passed'],
      ['conflict: { statuses: [422] }', 'failed'],
      ['conflict: null', 'observed'],
    ],
  },
  {
    member: 'conflict.code',
    id: 'CONFLICT-1',
    served: 'extends: moda',
    said: [
      ['conflict: { code: { pointer: /error/code } }', 'passed'],
      ['conflict: { code: { pointer: /error/other } }', 'failed'],
      ['conflict: { code: { values: [other] } }', 'failed'],
      ['conflict: { code: { not: true } }', 'failed'],
    ],
  },
  {
    member: 'conflict.header',
    id: 'CONFLICT-1',
    served: 'extends: moda\nconflict: { header: { name: X-Code, values: [used] } }',
    said: [
      ['', 'passed'],
      ['conflict: { header: { name: X-Other } }', 'failed'],
      ['conflict: { header: { values: [other] } }', 'failed'],
    ],
  },
  {
    member: 'errors.mediaType',
    id: 'ENVELOPE-1',
    served: 'extends: ietf',
    said: [
      ['errors: { mediaType: application/problem+json }', 'passed'],
      ['errors: { mediaType: application/json }', 'warned'],
    ],
  },
  {
    member: 'errors.requestId',
    id: 'CONFLICT-9',
    served: 'extends: moda',
    said: [
      ['errors: { requestId: { pointer: /error/request_id, header: X-Request-ID } }', 'passed'],
      ['errors: { requestId: null }', 'skipped'],
      ['errors: { requestId: { pointer: /error/type } }', 'warned'],
      ['errors: { requestId: { header: X-Other } }', 'warned'],
    ],
  },
  {
    member: 'errors.authentication',
    id: 'REJECT-4',
    served: 'extends: moda',
    said: [
      ['errors: { authentication: { statuses: [401] } }', 'passed'],
      ['errors: { authentication: { statuses: [403] } }', 'failed'],
      ['errors: { authentication: { code: { pointer: /error/other } } }', 'failed'],
      ['errors: { authentication: { code: { values: [other] } } }', 'failed'],
      ['errors: { authentication: { code: { not: true } } }', 'failed'],
    ],
  },
  {
    member: 'errors.authentication.header',
    id: 'REJECT-4',
    served: 'extends: moda\nerrors: { authentication: { header: { name: X-Code, values: [who] } } }',
    said: [
      ['', 'passed'],
      ['errors: { authentication: { header: { name: X-Other } } }', 'failed'],
      ['errors: { authentication: { header: { values: [other] } } }', 'failed'],
    ],
  },
  {
    member: 'errors.validation.header',
    id: 'REJECT-1',
    served: 'extends: moda\nerrors: { validation: { statuses: [200], header: { name: X-Code, values: [wrong] } } }',
    said: [
      ['', 'passed'],
      ['errors: { validation: { header: { name: X-Other } } }', 'failed'],
      ['errors: { validation: { header: { values: [other] } } }', 'failed'],
    ],
  },
  {
    member: 'errors.schema',
    id: 'ENVELOPE-1',
    served: 'extends: ietf',
    said: [
      ['', 'passed'],
      ['errors: { schema: { type: object, required: [other], properties: { other: {} } } }', 'warned'],
    ],
  },
  {
    member: 'errors.validation',
    id: 'SERVER-1',
    served: 'extends: moda',
    fault: 'four-byte-character-crashes',
    said: [
      [`errors: { validation: ${refusal('422, 500', '/error/code', 'internal_error')} }`, 'passed'],
      [`errors: { validation: ${refusal('422', '/error/code', 'internal_error')} }`, 'failed'],
      [`errors: { validation: ${refusal('422, 500', '/error/other', 'internal_error')} }`, 'failed'],
      [`errors: { validation: ${refusal('422, 500', '/error/code', 'other')} }`, 'failed'],
      [`errors: { validation: ${refusal('422, 500', '/error/code', 'internal_error', true)} }`, 'failed'],
    ],
  },
  {
    member: 'status',
    id: 'REPLAY-8',
    served: 'extends: moda',
    said: [
      ['status: { pointer: /status }', 'passed'],
      ['status: null', 'skipped'],
      ['status: { pointer: /other }', 'inconclusive'],
      ['status: { terminal: [other] }', 'inconclusive'],
    ],
  },
  {
    member: 'get.path',
    id: 'REPLAY-11',
    served: 'extends: moda\nvisibleWithin: 0.2',
    said: [
      ['get: { path: "/tasks/{id}" }', 'passed'],
      ['get: { path: "/tasks/{id}/other" }', 'failed'],
    ],
  },
  {
    member: 'get',
    id: 'REPLAY-11',
    served: 'extends: moda\nvisibleWithin: 0.2',
    fault: 'acknowledged-not-found',
    said: [
      ['get: { path: "/tasks/{id}" }', 'failed'],
      ['get: null', 'skipped'],
    ],
  },
];
