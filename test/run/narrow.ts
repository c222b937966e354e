/** Contracts that leave little to choose: few members, of few types, keys of one form, and dialects that rule much out. */
import fc from 'fast-check';
import type { JsonObject } from '../../contracts/contract.js';

const members = fc.constantFrom<JsonObject>(
  { type: 'integer', minimum: 1, maximum: 100_000 },
  { type: 'number' },
  { type: 'boolean' },
  { const: 'card' },
  { enum: ['EUR', 'USD'] },
  { type: 'string', pattern: '^[a-z]{8}$' },
  { type: 'string', format: 'uuid' },
  { type: 'string', maxLength: 10 },
  { type: 'string', minLength: 24, maxLength: 60 },
  { type: ['string', 'null'], maxLength: 60 },
  { type: 'array', items: { type: 'integer' }, maxItems: 1 },
  { type: 'array', items: { enum: ['a'] } },
  { type: 'object', required: ['cents'], properties: { cents: { type: 'integer' } } },
);

/** At most three members, of which some may be left out. */
const requestSchemas = fc.array(fc.tuple(members, fc.boolean()), { maxLength: 3 }).map((list) => ({
  type: 'object',
  required: list.flatMap(([, optional], n) => (optional ? [] : [`m${n}`])),
  properties: Object.fromEntries(list.map(([member], n) => [`m${n}`, member])),
  additionalProperties: false,
}));

const keys = fc
  .tuple(
    fc.constantFrom<JsonObject>(
      {},
      { pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
      { pattern: '^[0-9a-f]{64}$', minLength: 64, maxLength: 64 },
      { pattern: '^[a-z0-9:-]+$', maxLength: 40 },
    ),
    fc.constantFrom<JsonObject>(
      { required: true },
      { required: false, keyless: 'separate' },
      { keyless: 'joined' },
      {},
    ),
  )
  .map(([form, rest]) => ({ in: 'header', name: 'Idempotency-Key', ...form, ...rest }));

const conflicts = fc.constantFrom<JsonObject>(
  { fingerprint: 'value', conflict: { statuses: [409] } },
  { fingerprint: 'bytes', conflict: { statuses: [422] } },
  { fingerprint: 'none' },
);

const rest = fc.record({
  authentication: fc.constantFrom<JsonObject | null>(null, { header: 'Authorization', prefix: 'Bearer ' }),
  scope: fc.constantFrom('credential', 'account', null),
  stored: fc.constantFrom<string[] | null>(['success'], null),
  replay: fc.constantFrom<JsonObject>({ kind: 'success' }, { kind: 'refusal', statuses: [409] }),
  inFlight: fc.constantFrom<JsonObject | null>(null, { policy: 'wait', statuses: [425] }),
  get: fc.constantFrom<JsonObject | null>(null, { path: '/orders/{id}' }),
  effects: fc.constantFrom<JsonObject>({}, { list: { path: '/orders', items: '/items' } }),
});

/** A text that says whose a resource is: without it, those of lost answers cannot be attributed. */
const NOTE = { type: 'string', minLength: 24, maxLength: 60 };

export const narrowContracts: fc.Arbitrary<JsonObject> = fc
  .record({ requestSchema: requestSchemas, key: keys, conflict: conflicts, rest })
  .map(({ requestSchema: { required, properties, ...schema }, key, conflict, rest: others }) => ({
    resource: 'order',
    create: {
      path: '/orders',
      requestSchema:
        'list' in others.effects
          ? { ...schema, required: [...required, 'note'], properties: { ...properties, note: NOTE } }
          : { ...schema, required, properties },
      ...('list' in others.effects ? { nonce: '/note' } : {}),
    },
    key,
    errors: { validation: { statuses: [400] } },
    // Nothing is late here, and keys that are refused for good are waited for as long.
    visibleWithin: 0.2,
    finalWithin: 1,
    ...conflict,
    ...others,
  }));
