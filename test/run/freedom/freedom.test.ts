/** Servers that are right in their own dialect are not accused, and their broken neighbours are found or noticed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunOptions } from '../../../run/options.js';
import { closeTargets } from '../../cli/targets.js';
import { check, idsWith } from '../check.js';
import { type Defect, type Dialect, serveNotes } from './notes.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-freedom-'));
afterAll(async () => {
  await closeTargets();
  rmSync(folder, { recursive: true });
});

const bodyFile = join(folder, 'body.json');
writeFileSync(bodyFile, JSON.stringify({ name: 'a note', size: 3 }));

/** What each contract says; with `null`, flags alone. */
type Said = Record<string, unknown> | null;

let files = 0;

function describedBy(said: Said): object {
  if (said === null)
    return { endpoint: { endpoint: 'POST /notes', key: 'header:Idempotency-Key', body: bodyFile, list: 'GET /notes' } };
  const { create = {}, ...rest } = said;
  const inBody = (rest.key as { in?: string } | undefined)?.in === 'body';
  files += 1;
  const file = join(folder, `contract-${files}.yaml`);
  const requestSchema = {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1 },
      size: { type: 'integer' },
      tags: { type: 'array', items: { type: 'string' } },
      ...(inBody ? { key: { type: 'string' } } : {}),
    },
    required: ['name'],
  };
  const contract = {
    name: 'notes',
    authentication: {},
    create: { path: '/notes', requestSchema, ...(create as object) },
    effects: { list: { path: '/notes', items: '/data' } },
    otherEndpoints: [{ path: '/tags', bodies: [{ name: 'a' }, { name: 'b' }] }],
    finalWithin: 2,
    ...rest,
  };
  writeFileSync(file, JSON.stringify(contract));
  return { contract: file };
}

/** What a run says but that it passed, was only seen or does not apply. */
async function said(dialect: Dialect, defect: Defect | undefined, by: Said, only: string[], more: RunOptions = {}) {
  const options: RunOptions = {
    ...describedBy(by),
    targets: [await serveNotes(dialect, defect)],
    credentials: { first: 'sk_one', second: 'sk_two' },
    profile: 'smoke',
    stormWidth: 4,
    sideEndpoints: true,
    only,
    ...more,
  };
  const results = await check(options);
  const open = idsWith(results, 'failed', 'warned', 'inconclusive', 'noticed');
  const of = (id: string) => results.requirements.find((one) => one.id === id)?.status;
  return { exitCode: results.exitCode, ...Object.fromEntries(open.map((id) => [id, of(id)])) };
}

const compared = { conflict: { statuses: [422] }, replay: { kind: 'success' } };
const refusing = { replay: { kind: 'refusal', statuses: [409] } };
const inFlight = { policy: 'refuse', statuses: [409], graceMs: 100 };
const pointing = { replay: { kind: 'refusal', statuses: [409], pointer: '/of' } };
/** What repeats come to, alone, in storms and after lost answers. */
const repeats = ['REPLAY-1', 'REPLAY-3', 'STORM-1', 'STORM-2', 'STORM-3', 'LOST-1', 'LOST-2', 'LOST-7'];
/** The same without lost answers, which flags let be asked again for 20 s. */
const soon = repeats.filter((id) => !id.startsWith('LOST'));
const names = ['CREATE-1', 'CREATE-3', 'KEY-1', 'KEY-2', 'KEY-5', 'REPLAY-1', 'REPLAY-3', 'REPLAY-4', 'CONFLICT-11'];
const elsewhere = ['SCOPE-5', 'ENDPOINT-1', 'SCENARIO-8'];

type Row = [name: string, dialect: Dialect, by: Said, only: string[], noticed: string[]];

const right: Row[] = [
  ['not compared, by flags', { compares: 'nothing' }, null, ['LOST-7', 'KEY', 'CONFLICT'], ['CONFLICT-3']],
  ['not compared, not said', { compares: 'nothing' }, {}, ['LOST-7', 'KEY', 'STORM-4', 'SCENARIO-7'], ['CONFLICT-3']],
  ['not compared', { compares: 'nothing' }, { fingerprint: 'none' }, ['LOST', 'KEY', 'CONFLICT'], []],
  [
    'blank keys are keys, not compared',
    { compares: 'nothing', blankKeys: true },
    { fingerprint: 'none' },
    ['KEY-5'],
    ['CREATE-1'],
  ],
  [
    'blank keys in the body are keys, not compared',
    { compares: 'nothing', blankKeys: true, keyInBody: true },
    { fingerprint: 'none', key: { in: 'body', name: 'key' } },
    ['KEY-5'],
    [],
  ],
  [
    'null keys are refused',
    { keyInBody: true },
    { ...compared, key: { in: 'body', name: 'key', keyless: 'separate' } },
    ['CREATE', 'KEY-4'],
    [],
  ],
  ['repeats refused, by flags', { repeats: 'refused' }, null, soon, []],
  ['repeats refused, not said', { repeats: 'refused' }, {}, [...repeats, 'CREATE-4', 'REPLAY-10'], ['LOST-8']],
  ['repeats refused', { repeats: 'refused' }, refusing, repeats, []],
  [
    'repeats refused like conflicts, not said',
    { repeats: 'refused' },
    { conflict: { statuses: [409] } },
    repeats,
    ['LOST-8'],
  ],
  ['repeats refused like those in flight, not said', { repeats: 'refused' }, { inFlight }, repeats, ['LOST-8']],
  [
    'repeats refused like conflicts and those in flight',
    { compares: 'nothing', repeats: 'refused' },
    { ...refusing, conflict: { statuses: [409] }, inFlight },
    repeats,
    [],
  ],
  [
    'repeats refused and keyless joined, not said',
    { repeats: 'refused', joinsKeyless: true },
    {},
    ['CREATE-1', 'LOST', 'STORM-10'],
    ['CREATE-1', 'STORM-10', 'LOST-8'],
  ],
  ['repeats refused with the id, by flags', { repeats: 'pointed' }, null, soon, []],
  ['repeats refused with the id', { repeats: 'pointed' }, pointing, repeats, []],
  ['bodies alone are compared, not said', {}, compared, ['REPLAY-7', 'REPLAY-15', 'CONFLICT-10'], []],
  ['the query is compared, not said', { compares: 'query' }, compared, ['REPLAY-7', 'REPLAY-15'], ['REPLAY-15']],
  [
    'the query is compared',
    { compares: 'query' },
    { ...compared, ignored: ['contentTypeParameters', 'headerCase'] },
    ['REPLAY-7', 'REPLAY-15', 'CONFLICT-10'],
    [],
  ],
  [
    'parameters are compared, not said',
    { compares: 'contentType' },
    compared,
    ['REPLAY-7', 'REPLAY-15'],
    ['REPLAY-15'],
  ],
  [
    'keyless joined, by flags',
    { joinsKeyless: true },
    null,
    ['REPLAY-1', 'CREATE', 'STORM-10', 'KEY-5'],
    ['CREATE-1', 'STORM-10'],
  ],
  [
    'keyless joined',
    { joinsKeyless: true },
    { ...compared, key: { keyless: 'joined' } },
    ['CREATE', 'STORM-10', 'KEY-5'],
    [],
  ],
  ['other endpoints take keys, not said', { keysElsewhere: 'separate' }, compared, elsewhere, ['ENDPOINT-1']],
  [
    'other endpoints take keys',
    { keysElsewhere: 'separate' },
    { ...compared, key: { operations: 'separate' } },
    elsewhere,
    [],
  ],
  ['keys are global, not said', { keysElsewhere: 'shared' }, compared, elsewhere, ['SCOPE-5', 'ENDPOINT-1']],
  [
    'keys are global',
    { keysElsewhere: 'shared' },
    { ...compared, key: { operations: 'shared' } },
    [...elsewhere, 'REPLAY-1'],
    [],
  ],
  ['names are unique, by flags', { uniqueNames: true }, null, names, []],
  ['names are unique, not said', { uniqueNames: true }, { ...compared, conflict: { statuses: [409, 422] } }, names, []],
  ['names are unique', { uniqueNames: true }, { ...compared, create: { unique: ['/name'] } }, names, []],
  ['refusals are stored, not said', { storesRefusals: true }, compared, ['REJECT'], ['REJECT-3']],
  [
    'refusals are stored',
    { storesRefusals: true },
    { ...compared, stored: ['success', 'clientErrors'] },
    ['REJECT'],
    [],
  ],
];

describe.concurrent('a correct server is not accused, and what its dialect can decide is decided', () => {
  test.each(right)('%s', async (_, dialect, by, only, noticed) => {
    const expected = { exitCode: 0, ...Object.fromEntries(noticed.map((id) => [id, 'noticed'])) };
    expect(await said(dialect, undefined, by, only)).toEqual(expected);
  });
});

test.concurrent.each<[string, Said, RegExp[]]>([
  [
    'not said',
    { ...compared, conflict: { statuses: [409, 422] } },
    [/^POST \/notes: .* 409, a conflict; .*`create\.unique`/],
  ],
  ['said', { ...compared, create: { unique: ['/name'] } }, []],
])('what a run takes for unique is in its notes, where it is %s', async (_, by, expected) => {
  const { notes } = await check({
    ...describedBy(by),
    targets: [await serveNotes({ uniqueNames: true })],
    credentials: { first: 'sk_one', second: 'sk_two' },
    profile: 'smoke',
    only: ['CREATE-1', 'CREATE-3'],
    seed: 1,
  });
  expect(notes).toEqual(expected.map((one) => expect.stringMatching(one)));
});

test.concurrent('a refusal that may be one in flight is not asked for until the run has waited its longest', async () => {
  const by = { ...refusing, conflict: { statuses: [409] }, inFlight };
  // As many as three plans take, and a few more.
  const few = { maxRequests: 120 };
  expect(await said({ compares: 'nothing', repeats: 'refused' }, undefined, by, ['LOST-1'], few)).toEqual({
    exitCode: 0,
  });
});

const wrong: [name: string, dialect: Dialect, by: Said, defect: Defect | undefined, broken: string][] = [
  ['not compared, by flags', { compares: 'nothing' }, null, 'orphans', 'LOST-7'],
  ['not compared', { compares: 'nothing' }, { fingerprint: 'none' }, 'foldsKeys', 'KEY-2'],
  ['not compared, another account', { compares: 'nothing' }, null, 'joinsAccounts', 'SCOPE-3'],
  ['not compared, but executed', { compares: 'nothing' }, { fingerprint: 'none' }, 'executes', 'LOST-7'],
  ['repeats refused, by flags', { repeats: 'refused' }, null, 'races', 'STORM-1'],
  ['repeats refused, not said', { repeats: 'refused' }, {}, 'orphans', 'REPLAY-3'],
  ['repeats refused', { repeats: 'refused' }, refusing, 'foldsKeys', 'KEY-2'],
  ['repeats refused like conflicts', { repeats: 'refused' }, { conflict: { statuses: [409] } }, 'orphans', 'REPLAY-3'],
  ['repeats refused like those in flight', { repeats: 'refused' }, { inFlight }, 'races', 'STORM-1'],
  ['repeats refused and keyless joined', { repeats: 'refused', joinsKeyless: true }, {}, 'orphans', 'REPLAY-3'],
  ['repeats refused with the id', { repeats: 'pointed' }, pointing, 'forgets', 'REPLAY-4'],
  ['the query is compared', { compares: 'query' }, { ...compared, ignored: ['query'] }, undefined, 'REPLAY-15'],
  ['keyless joined', { joinsKeyless: true }, { ...compared, key: { keyless: 'separate' } }, undefined, 'CREATE-1'],
  ['bodies joined', {}, compared, 'joinsBodies', 'CREATE-3'],
  ['keys are global', { keysElsewhere: 'shared' }, { ...compared, key: { operations: 'none' } }, undefined, 'SCOPE-5'],
  [
    'names are unique',
    { uniqueNames: true },
    // A conflict that could be the refusal of a key is none.
    { ...compared, errors: { validation: { statuses: [400] } }, create: { unique: ['/name'] } },
    'foldsKeys',
    'KEY-2',
  ],
  ['names are unique, by flags', { uniqueNames: true }, null, 'orphans', 'REPLAY-3'],
  [
    'names are said not to be',
    { uniqueNames: true },
    { conflict: { statuses: [409] }, create: { unique: [] } },
    'races',
    'CREATE-3',
  ],
];

describe.concurrent('its broken neighbour is found', () => {
  test.each(wrong)('%s', async (_, dialect, by, defect, broken) => {
    expect(await said(dialect, defect, by, [broken])).toMatchObject({ exitCode: 1, [broken]: 'failed' });
  });
});
