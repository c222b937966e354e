/** Ids in a header, or nowhere: correct servers pass, and what is wrong with a repeat is found all the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { genericContract } from '../../contracts/generic.js';
import { library } from '../../run/options/usage.js';
import { connectionOf, type RunOptions } from '../../run/options.js';
import { probe } from '../../run/probe.js';
import { check, idsWith } from './check.js';
import { type Habits, serveNameless } from './nameless.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-nameless-'));
afterAll(() => rmSync(folder, { recursive: true }));

const body = join(folder, 'body.json');
writeFileSync(body, JSON.stringify({ note: 'two of them' }));

const JUDGED = ['CREATE-3', 'CREATE-4', 'REPLAY-1', 'REPLAY-2', 'REPLAY-3', 'REPLAY-11', 'LOST-11', 'CONFLICT-1'];

/** What a run comes to: all ids that failed or were left open, and the rule and the reason of the first. */
async function outcome(habits: Habits, said: object, more: RunOptions = {}) {
  const { url, close } = await serveNameless(habits);
  const contract = join(folder, `${Math.random()}.json`);
  writeFileSync(
    contract,
    JSON.stringify({
      name: 'nameless',
      key: { required: true },
      replay: { kind: 'success' },
      fingerprint: 'bytes',
      conflict: { statuses: [422] },
      visibleWithin: 0.3,
      effects: { list: { path: '/orders', pages: { kind: 'none' } } },
      ...said,
    }),
  );
  try {
    const results = await check({ targets: [url], contract, profile: 'smoke', seed: 3, only: JUDGED, ...more });
    const failed = results.requirements.filter(({ status }) => status === 'failed');
    return {
      stop: results.stop?.message ?? null,
      passed: idsWith(results, 'passed').filter((id) => JUDGED.includes(id)),
      failed: failed.map(({ id, findings }) => `${id} ${findings[0]?.rule}`),
      open: results.requirements
        .filter(({ id, status }) => JUDGED.includes(id) && !['passed', 'failed', 'skipped'].includes(status))
        .map(({ id, reason }) => `${id}: ${reason}`),
    };
  } finally {
    await close();
  }
}

const create = { path: '/orders', example: { note: 'two of them' } };
const location: Habits = { names: (id) => ['Location', `/orders/${encodeURIComponent(id)}`] };
const byLocation = { create: { ...create, id: { header: 'Location' } }, get: { path: '/orders/{id}' } };
const nowhere = { create: { ...create, id: null } };

describe.concurrent('a correct server', () => {
  test.each<[string, Habits, object, string[]]>([
    ['names its orders in Location', location, byLocation, ['REPLAY-11']],
    [
      'has ids beyond 2^53 that need escapes',
      { ...location, ids: (number) => `9007199254740993/${number}` },
      byLocation,
      ['REPLAY-11'],
    ],
    [
      'names them in a part of a header',
      { names: (id) => ['X-Made', `order=${id}; kind=new`] },
      { create: { ...create, id: { header: 'X-Made', pattern: 'order=([^;]+)' } } },
      [],
    ],
    ['answers 204, by PUT', { ...location, status: 204 }, { create: { ...byLocation.create, method: 'PUT' } }, []],
    [
      'answers 204, by DELETE',
      { ...location, status: 204 },
      { create: { ...byLocation.create, method: 'DELETE' } },
      [],
    ],
    ['names nothing', {}, nowhere, []],
    ['names nothing, by PATCH', { status: 204 }, { create: { ...nowhere.create, method: 'PATCH' } }, []],
  ])('%s', { timeout: 60_000 }, async (_, habits, said, more) => {
    const usual = JUDGED.filter((id) => id !== 'REPLAY-11');
    const { passed: came, ...rest } = await outcome(habits, said);
    expect(came.toSorted()).toEqual([...usual, ...more].toSorted());
    expect(rest).toEqual({ stop: null, failed: [], open: [] });
  });
});

describe.concurrent('what is wrong with a repeat', () => {
  test.each<[string, Habits, object, string]>([
    ['a second execution under one id', { ...location, wrong: 'executes' }, byLocation, 'REPLAY-3 too-many-resources'],
    ['a second execution that nothing names', { wrong: 'executes' }, nowhere, 'REPLAY-3 too-many-resources'],
    ['a body where the first had none', { wrong: 'has a body' }, nowhere, 'REPLAY-2 immutable-member-changed'],
    ['another key that is joined', { wrong: 'joins bodies' }, nowhere, 'CREATE-3 fewer-resources'],
    ['writes that are lost', { wrong: 'loses every third' }, nowhere, 'LOST-11 fewer-resources'],
  ])('%s', { timeout: 90_000 }, async (_, habits, said, finding) => {
    const { stop, failed } = await outcome(habits, said);
    expect({ stop, failed }).toEqual({ stop: null, failed: expect.arrayContaining([finding]) });
  });
});

test('without ids and effects, what answers show is judged, and nothing that they do not show passes', async () => {
  const bare = { ...nowhere, effects: {} };
  const { passed, failed, open } = await outcome({ wrong: 'joins bodies' }, bare);
  expect({ passed, failed, open }).toEqual({
    passed: ['CREATE-4', 'REPLAY-1', 'REPLAY-2', 'CONFLICT-1'],
    failed: [],
    open: [],
  });
});

test('probes find the header', async () => {
  const { url, close } = await serveNameless(location);
  const loaded = genericContract(
    { endpoint: 'DELETE /orders', key: 'header:Idempotency-Key', body, authenticated: false },
    [],
  );
  try {
    const { conclusions } = await probe(loaded, connectionOf({ targets: [url] }), library.nameOf);
    const seen = conclusions.filter(({ member }) => ['/create/id', '/create/success'].includes(member));
    expect(seen.map(({ member, value }) => [member, value])).toEqual([
      ['/create/id', { header: 'Location', pattern: null }],
      ['/create/success', [201]],
    ]);
  } finally {
    await close();
  }
});

test('the preflight says where the id is, and flags describe it', { timeout: 60_000 }, async () => {
  const { url, close } = await serveNameless(location);
  const endpoint = { endpoint: 'POST /orders', key: 'header:Idempotency-Key', body, list: 'GET /orders' };
  const one = (id?: string) =>
    check({
      targets: [url],
      endpoint: { ...endpoint, ...(id === undefined ? {} : { id }) },
      only: ['REPLAY-1'],
      profile: 'smoke',
    });
  try {
    const [usual, header, none] = [await one(), await one('header:Location'), await one('none')];
    expect(usual).toMatchObject({ exitCode: 2, stop: { message: expect.stringContaining('header:Location') } });
    for (const { stop, exitCode } of [header, none]) expect({ stop, exitCode }).toEqual({ stop: null, exitCode: 0 });
    await expect(one('Location')).rejects.toThrow('header:Location, or none');
  } finally {
    await close();
  }
});
