/** Dialects that the bundled reference does not speak yet, served by habits. */
import type { JsonObject } from '../../contracts/contract.js';
import { type Defect, type Dialect, REFUSES_ALL, USUAL } from './dialect.js';
import type { Habits, Wrong } from './server.js';

const ORDERS: JsonObject = {
  ...USUAL,
  errors: { validation: { statuses: [400] } },
  effects: { list: { path: '/orders', items: '', pages: { kind: 'none' } } },
};

const failing = (wrong: Wrong, ...ids: string[]): Defect => ({
  breaks: { wrong },
  contract: ids,
  flags: { failed: ids },
});
const noticed = (wrong: Wrong, ...ids: string[]): Defect => ({
  breaks: { wrong },
  contract: ids,
  flags: { noticed: ids },
});

const ORPHANS = failing('orphans', 'REPLAY-3');
const FORGETS = failing('forgets', 'REPLAY-1');
const RACES = failing('races', 'STORM-1');
const LOSES = failing('loses', 'LOST-11');
const MIXES = failing('mixes', 'SCOPE-3');
const ANY_CASE = noticed('any case', 'KEY-2');
const KEYLESS = noticed('joins keyless', 'CREATE-1');

const of = (name: string, contract: JsonObject, habits: Habits, more: Partial<Dialect> = {}): Dialect => ({
  name,
  contract: { ...ORDERS, name, ...contract },
  habits,
  defects: [ORPHANS, FORGETS, MIXES, KEYLESS],
  ...more,
});

const REFUSED = { policy: 'refuse', statuses: [409] };
const refusing = (hint: string | null, status = 409): Habits => ({ workMs: 150, duplicates: { status, hint } });
/** By flags nothing says that the refusal is one as in flight: what was made is refused for good. */
const LOCKS: Defect = { ...noticed('hang-ups lock', 'LOST-4'), flags: { noticed: ['LOST-8'] } };
const STALLS = [LOCKS, RACES, FORGETS, KEYLESS];

export const handWritten: Dialect[] = [
  of(
    'not-compared',
    { fingerprint: 'none', conflict: null },
    { otherBody: 'replayed' },
    {
      defects: [ORPHANS, RACES, LOSES, KEYLESS],
    },
  ),
  of(
    'body-part-of-key',
    { fingerprint: 'bytes', conflict: null },
    { otherBody: 'executed' },
    {
      defects: [ORPHANS, FORGETS, RACES, LOSES],
    },
  ),
  of(
    'refuses-every-repeat',
    { replay: { kind: 'refusal', statuses: [409] }, conflict: null, fingerprint: 'none' },
    { repeats: 'refused', otherBody: 'replayed' },
    { undecided: { flags: REFUSES_ALL }, defects: [ORPHANS, FORGETS, RACES, LOSES] },
  ),
  of('slow-with-hint', { inFlight: REFUSED }, refusing('1'), { defects: STALLS }),
  of('slow-without-hint', { inFlight: REFUSED }, { ...refusing(null), workMs: 200 }, { defects: STALLS }),
  of('slow-with-hint-of-0', { inFlight: REFUSED }, { ...refusing('0'), workMs: 200 }, { defects: STALLS }),
  of(
    'very-slow-without-hint',
    { inFlight: REFUSED },
    { ...refusing(null), workMs: 1500 },
    { defects: STALLS, slow: true },
  ),
  of(
    'very-slow-with-hint-of-0',
    { inFlight: REFUSED },
    { ...refusing('0'), workMs: 600 },
    { defects: STALLS, slow: true },
  ),
  of('duplicates-limited', { inFlight: { policy: 'refuse', statuses: [429] } }, refusing('1', 429), {
    defects: STALLS,
  }),
  of('small-integer-ids', {}, { ids: 'small' }, { defects: [ORPHANS, FORGETS, MIXES, LOSES] }),
  of('64-bit-ids', {}, { ids: 'wide' }, { defects: [ORPHANS, FORGETS, MIXES, LOSES] }),
  of(
    'unique-notes',
    {},
    { uniqueNotes: true },
    {
      // To make an order with each repeat is to refuse all repeats here, which flags permit.
      defects: [ORPHANS, { ...FORGETS, flags: { noticed: [] } }, MIXES, LOSES],
    },
  ),
  {
    name: 'one-status-for-conflicts-and-wrong-bodies',
    contract: {
      name: 'one-status-for-conflicts-and-wrong-bodies',
      extends: 'ietf',
      authentication: {},
      scope: 'credential',
      create: USUAL.create as JsonObject,
      key: { required: false, keyless: 'separate', quoting: 'none' },
      errors: { mediaType: null, schema: null },
      inFlight: { policy: 'either', statuses: [409] },
      effects: ORDERS.effects as JsonObject,
      get: USUAL.get as JsonObject,
    },
    habits: { invalid: 422 },
    defects: [
      ORPHANS,
      { breaks: { habits: { otherBody: 'replayed' } }, contract: ['CONFLICT-3'], flags: { noticed: [] } },
      { breaks: { wrong: 'takes anything' }, contract: ['REJECT-1'], flags: { noticed: [] } },
      // Another body under the key of another account is refused by that status, too.
      { ...MIXES, contract: ['SCOPE-2', 'SCOPE-3'] },
    ],
  },
  of(
    'keyless-joined',
    { key: { keyless: 'joined' } },
    { joinsKeyless: true },
    {
      defects: [ORPHANS, FORGETS, MIXES, ANY_CASE],
    },
  ),
  of(
    'refusals-stored',
    { stored: ['success', 'clientErrors'] },
    { storesRefusals: true },
    {
      defects: [ORPHANS, FORGETS, MIXES, RACES],
    },
  ),
  of(
    'server-errors-stored',
    { stored: ['success', 'serverErrors'] },
    {},
    {
      defects: [ORPHANS, RACES, failing('crashes', 'SERVER-1'), failing('hang-ups forget', 'LOST-1')],
    },
  ),
  of(
    'account-keys',
    { scope: 'account' },
    { oneAccount: true },
    {
      oneAccount: true,
      defects: [ORPHANS, FORGETS, RACES, KEYLESS],
    },
  ),
  of(
    'keys-of-all-endpoints',
    {
      key: { keyless: 'separate', operations: 'shared' },
      otherEndpoints: [{ method: 'POST', path: '/notes', bodies: [{ note: 'a note', amount: 1 }], id: '/id' }],
    },
    { oneKeySpace: true },
    { defects: [ORPHANS, FORGETS, MIXES, LOSES] },
  ),
  of(
    'other-endpoints-with-keys',
    {
      key: { keyless: 'separate', operations: 'separate' },
      otherEndpoints: [
        {
          method: 'POST',
          path: '/notes',
          bodies: [
            { note: 'a note', amount: 1 },
            { note: 'another', amount: 2 },
          ],
          id: '/id',
        },
      ],
    },
    {},
    {
      defects: [
        ORPHANS,
        FORGETS,
        MIXES,
        { breaks: { habits: { oneKeySpace: true } }, contract: ['SCOPE-5'], flags: { noticed: [] } },
      ],
    },
  ),
  of(
    'request-compared',
    { ignored: ['headerCase'] },
    { comparesRequest: true },
    {
      defects: [ORPHANS, FORGETS, MIXES, LOSES],
    },
  ),
];
