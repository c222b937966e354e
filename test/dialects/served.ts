/** Dialects that the bundled reference speaks, from what their documentation says. */
import type { JsonObject } from '../../contracts/contract.js';
import { type Defect, type Dialect, PAGES_UNKNOWN, REFUSES_ALL, USUAL } from './dialect.js';

const create = (more: JsonObject): JsonObject => ({ ...(USUAL.create as JsonObject), ...more });
const list = (more: JsonObject): JsonObject => ({ effects: { list: { path: '/orders', ...more } } });

const ORPHANS: Defect = {
  breaks: { fault: 'replay-makes-orphan' },
  contract: ['REPLAY-3'],
  flags: { failed: ['REPLAY-3'] },
};
const NEVER: Defect = {
  breaks: { fault: 'never-replays' },
  contract: ['REPLAY-1'],
  flags: { failed: ['REPLAY-1'] },
};
const GLOBAL: Defect = { breaks: { fault: 'keys-global' }, contract: ['SCOPE-3'], flags: { failed: ['SCOPE-3'] } };
const KEYLESS: Defect = {
  breaks: { fault: 'keyless-joined' },
  contract: ['CREATE-1'],
  flags: { noticed: ['CREATE-1'] },
};
const BODY_IN_KEY: Defect = {
  breaks: { fault: 'body-part-of-key' },
  contract: ['CONFLICT-1'],
  flags: { noticed: ['CONFLICT-1'] },
};
const SHARED_BODIES: Defect = {
  breaks: { fault: 'same-body-joined-within-a-second' },
  contract: ['CREATE-3'],
  flags: { noticed: ['CREATE-3'] },
};
const COMMON = [ORPHANS, NEVER, GLOBAL, KEYLESS];

const of = (name: string, contract: JsonObject, more: Partial<Dialect> = {}): Dialect => ({
  name,
  contract: { ...USUAL, name, ...contract },
  defects: COMMON,
  ...more,
});

/** Lists with pages of 20, which flags find out from the answers. */
const paged = (kind: string, more: JsonObject = {}, pages: JsonObject = {}): Dialect =>
  of(`pages-${kind}`, list({ pages: { kind, ...pages }, ...more }), {
    list: { size: 20 },
    ...(['cursor', 'link', 'url'].includes(kind) ? {} : { undecided: { flags: PAGES_UNKNOWN } }),
    defects: [ORPHANS, NEVER, BODY_IN_KEY, GLOBAL],
  });

export const served: Dialect[] = [
  of(
    'refuses-and-points',
    {
      replay: { kind: 'refusal', statuses: [409], pointer: '/order' },
      conflict: null,
      fingerprint: 'none',
      // The same status: only the pointer says which of the two it is.
      inFlight: { policy: 'either', statuses: [409] },
    },
    {
      undecided: { flags: REFUSES_ALL },
      // That an equal request without a key is refused may mean that no two resources are equal, which flags permit.
      defects: [ORPHANS, NEVER, GLOBAL, { ...KEYLESS, flags: { noticed: [] } }],
    },
  ),
  of('duplicates-wait', { inFlight: { policy: 'wait' } }),
  of('integer-ids', {
    create: create({ resourceSchema: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } } }),
  }),
  of('only-200', {
    create: create({ success: [200] }),
    errors: { validation: { statuses: [400] } },
    conflict: { statuses: [400], code: { pointer: '/code', values: ['idempotency_key_reused'] } },
  }),
  of('oldest-first', {}, { list: { order: 'oldest first' } }),
  of('oldest-first-in-pages', list({ pages: { kind: 'offset' } }), {
    list: { order: 'oldest first', size: 20 },
    undecided: { flags: PAGES_UNKNOWN },
  }),
  paged('cursor'),
  paged('after', { items: '' }),
  paged('page', {}, { first: 1 }),
  paged('offset'),
  paged('link', { items: '' }),
  paged('url', {}, { next: '/links/next' }),
  of(
    'uuid-keys',
    {
      key: { keyless: 'separate', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' },
    },
    { keyFormat: 'uuidv4' },
  ),
  of(
    'key-in-body',
    { key: { in: 'body', name: 'request_ref', required: true } },
    { defects: [ORPHANS, NEVER, GLOBAL, SHARED_BODIES] },
  ),
  of('values-compared', { fingerprint: 'value' }, { defects: [ORPHANS, NEVER, BODY_IN_KEY, SHARED_BODIES] }),
  of('nested-without-arrays', {
    create: create({
      example: {
        note: 'two of them, please',
        shop: { city: 'Ulm', owner: { name: 'Jo' } },
        amount: { value: 2, unit: 'EUR' },
      },
    }),
  }),
];
