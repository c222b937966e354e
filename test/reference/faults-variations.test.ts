import { describe, expect, it } from 'vitest';
import { loadContract } from '../../contracts/load.js';
import { appliesTo, faults } from '../../reference/faults/index.js';
import { baseline, bodies, inTurn, keys, type Probe, pause, post, sequence, storm, valid } from './faults-probes.js';
import { late, plainOnLoopback } from './faults-webhook-cases.js';
import { type Api, isTask, withReference } from './server-caller.js';
import { png, upload } from './server-forms.js';

const other = { ...valid, prompt: 'Coffee' };
const statuses: Probe = async (api) => [(await post(api, valid)).status, (await post(api, valid)).status];

const statusLater: Probe = async (api) => {
  await post(api, valid);
  await pause(70)(api);
  return (await post(api, valid)).body.status;
};

const members: Probe = async (api) => {
  const { body } = await post(api, valid);
  return isTask(body) && Object.keys(body).length;
};

const input: Probe = async (api) => (await post(api, valid)).body.input;
const listed: Probe = async (api) => [(await post(api, valid)).status, (await api.ids()).length];
const listStatus: Probe = async (api) => (await api.get('/v1/tasks')).status;
const teamList: Probe = async (api) => {
  await post(api, valid);
  return (await api.ids({ credential: 1 })).length;
};

const conflictType: Probe = async (api) => {
  await post(api, valid);
  return (await api.post(other)).body.error.type;
};

/** Whether every new task takes its time; a busy machine makes some slow, but not all. */
const slow: Probe = async (api) => {
  const took: number[] = [];
  for (let i = 0; i < 8; i++) {
    const from = performance.now();
    await post(api, { ...valid, idempotency_key: `slow-${i}` });
    took.push(performance.now() - from);
  }
  return Math.min(...took) >= 19;
};

const duplicate: Probe = async (api) => {
  const both = await Promise.all([1, 2].map(() => api.post(valid, { fresh: true })));
  const late = both.find(({ status }) => status !== 200) ?? both[1];
  return [late?.status, late?.body.error?.code, late?.headers['retry-after']];
};

const refusedOf = (count: number) => async (api: Api) => {
  const seen = new Set<number>();
  for (let i = 0; i < count; i++) {
    const { status, headers } = await api.get('/v1/tasks');
    seen.add(status);
    if (status !== 200) expect(headers['retry-after']).toBe('1');
  }
  return [...seen].sort();
};

/** Statuses of so many new tasks at once, and of a replay of the first. */
const crowd = (count: number) => async (api: Api) => {
  const all = await Promise.all(
    Array.from({ length: count }, (_, i) => api.post({ ...valid, idempotency_key: `c-${i}` })),
  );
  const refused = all.filter(({ status }) => status === 429);
  expect(refused.every(({ headers }) => headers['retry-after'] === '1')).toBe(true);
  return [refused.length, (await api.post({ ...valid, idempotency_key: 'c-0' })).status];
};

const uploaded: Probe = async (api) => (await upload(api, png('one'))).status;

const canceled: Probe = async (api) => {
  const { id } = (await post(api, valid)).body;
  const { status, body } = await api.call({ method: 'POST', path: `/v1/tasks/${id}/cancel` });
  return [status, body.status];
};

const canceledTwice: Probe = async (api) => {
  const { id } = (await post(api, valid)).body;
  const cancel = () => api.call({ method: 'POST', path: `/v1/tasks/${id}/cancel` });
  return [(await cancel()).status, (await cancel()).status];
};

const marked: Probe = async (api) => {
  const both = [await post(api, valid), await post(api, valid)];
  return both.map(({ headers }) => headers['idempotent-replayed']);
};

const nulls: Probe = async (api) => {
  const { body } = await post(api, valid);
  return isTask(body) && Object.values(body).filter((value) => value === null).length;
};

const wholeSeconds: Probe = async (api) => {
  const { body } = await post(api, valid);
  return isTask(body) && /T\d\d:\d\d:\d\dZ$/.test(body.created_at);
};

const lowerCase: Probe = async (api) => {
  const { body } = await post(api, valid);
  return isTask(body) && body.id === body.id.toLowerCase() && (await api.get(`/v1/tasks/${body.id}`)).status === 200;
};

const pageLength: Probe = async (api) => {
  for (let i = 0; i < 12; i++) await post(api, { ...valid, idempotency_key: `p-${i}` });
  return (await api.get('/v1/tasks')).body.data.length;
};

const listOrder: Probe = async (api) => {
  const made: string[] = [];
  for (let i = 0; i < 12; i++) made.push((await post(api, { ...valid, idempotency_key: `o-${i}` })).body.id);
  const shown = JSON.stringify(await api.ids());
  if (shown === JSON.stringify(made)) return 'oldest first';
  return shown === JSON.stringify(made.reverse()) ? 'newest first' : 'unordered';
};

const gotLater: Probe = async (api) => {
  const { id } = (await post(api, valid)).body;
  const early = (await api.get(`/v1/tasks/${id}`)).status;
  await pause(120)(api);
  return [early, (await api.get(`/v1/tasks/${id}`)).status];
};

/** Whether the slowest of some new tasks took much longer than a busy machine takes. */
const slowest: Probe = async (api) => {
  const took: number[] = [];
  for (let i = 0; i < 8; i++) {
    const from = performance.now();
    await post(api, { ...valid, idempotency_key: `slowest-${i}` });
    took.push(performance.now() - from);
  }
  return took.filter((ms) => ms > 25).length > 2;
};

const hinted: Probe = async (api) => {
  const both = await Promise.all([1, 2].map(() => api.post(valid, { fresh: true })));
  const late = both.find(({ status }) => status !== 200);
  return [late?.headers['retry-after'], late?.body.error.retry_after_ms];
};

/** What four answers in a row say of their connection. */
const connections: Probe = async (api) => {
  const said = new Set<string>();
  for (let i = 0; i < 4; i++) said.add(String((await api.get('/v1/tasks')).headers.connection));
  return [...said].sort().join(' ');
};

const connection: Probe = async (api) => (await api.get('/v1/tasks')).headers.connection;

/** [probe, as by default, as in the variation, what else differs] */
const cases: Record<string, [Probe, unknown, unknown, string[]?]> = {
  'success-201': [statuses, [200, 200], [201, 201]],
  'success-202': [statuses, [200, 200], [202, 202]],
  'success-201-then-200': [statuses, [200, 200], [201, 200]],
  'success-202-then-200': [statuses, [200, 200], [202, 200]],
  'replay-marked': [marked, [undefined, undefined], [undefined, 'true']],
  'replay-snapshot': [statusLater, 'running', 'queued'],
  'replay-live': [statusLater, 'running', 'running'],
  'optional-left-out': [members, 15, 3],
  'extra-members': [members, 15, 17],
  'optional-null': [nulls, 4, 12],
  'timestamps-in-seconds': [wholeSeconds, false, true],
  'ids-in-lower-case': [lowerCase, false, true],
  'input-empty': [input, { prompt: 'Tea', canvas_name: 'Deck' }, {}],
  'no-list': [listStatus, 200, 405, ['list', 'effects']],
  'team-list': [teamList, 0, 1],
  'list-50ms-late': [inTurn(listed, pause(60), listed), '200,1; 200,1', '200,0; 200,1'],
  'list-pages-of-10': [pageLength, 12, 10],
  'list-oldest-first': [listOrder, 'newest first', 'oldest first'],
  'list-unordered': [listOrder, 'newest first', 'unordered'],
  'list-shows-twice': [pageLength, 12, 24, ['effects']],
  'get-100ms-late': [gotLater, [200, 200], [404, 200], ['get']],
  'compares-values': [sequence(valid, JSON.stringify(valid, null, 2)), 'a x', 'a a'],
  'compares-typed-model': [bodies({}, { format: null, skip_brand_kit: false, colour: 'red' }), 'a 422', 'a a'],
  'blank-key-absent': [keys('', '', ' ', ' ', 'k', 'k'), 'a a b b c c', 'a b c d e e'],
  'blank-key-refused': [keys('', ' ', null, 'k'), 'a b c d', '422 422 a b'],
  'keys-up-to-255': [keys('k'.repeat(256), 'k'.repeat(255)), 'a b', '422 a'],
  'conflict-in-first-form': [conflictType, 'conflict', 'conflict'],
  'conflict-in-last-form': [conflictType, 'conflict', 'idempotency_conflict'],
  'in-flight-waits': [inTurn(slow, storm(other, other)), 'false; a a, tasks: 9', 'true; a a, tasks: 9'],
  'in-flight-refused': [duplicate, [200, undefined, undefined], [409, 'request_in_progress', '1']],
  'in-flight-waits-long': [slowest, false, true],
  'in-flight-hint-in-body': [hinted, [undefined, undefined], [undefined, 100]],
  'latency-30ms': [slow, false, true],
  'latency-with-jitter': [slow, false, true],
  'at-most-15-unfinished': [crowd(17), [0, 200], [2, 200]],
  'at-most-3-unfinished': [crowd(5), [0, 200], [2, 200]],
  'rate-limit-300': [refusedOf(700), [200], [200, 429]],
  'unavailable-2-percent': [refusedOf(700), [200], [200, 503]],
  'reads-unavailable-2-percent': [refusedOf(700), [200], [200, 503]],
  'rate-limit-by-credential': [refusedOf(700), [200], [200, 429]],
  'every-third-connection-close': [connections, 'keep-alive', 'close keep-alive'],
  'connection-close': [connection, 'keep-alive', 'close'],
  'webhooks-https-only': [plainOnLoopback, 200, 422],
  'webhook-late': [late, false, true],
  'upload-status-201': [uploaded, 200, 201],
  'cancel-409-once-terminal': [canceledTwice, [200, 200], [200, 409]],
  'cancel-202': [canceled, [200, 'canceled'], [202, 'canceled']],
};

const moda = loadContract('moda');

it('shows each variation in a test', () => {
  // What the default contract has nothing of is varied where another one has: test/run/batch.test.ts.
  const varying = faults.filter((one) => one.kind === 'variation' && appliesTo(one, moda));
  const names = varying.map(({ name }) => name);
  expect(Object.keys(cases).sort()).toEqual(names.sort());
});

/** What these do comes with time. */
const needsTime = new Set(['replay-snapshot', 'replay-live', 'list-50ms-late', 'get-100ms-late', 'webhook-late']);
/** A clock that stands: how long a probe takes decides nothing. */
const standing = { now: () => Date.UTC(2026, 0, 1) };

describe.each(Object.entries(cases))('%s', (fault, [probe, usual, varied, also = []]) => {
  it('differs from the default as its sentence says', async () => {
    const clock = needsTime.has(fault) ? {} : standing;
    expect(await withReference(clock, probe)).toEqual(usual);
    expect(await withReference({ fault, ...clock }, probe)).toEqual(varied);
  });

  it('keeps the contract', async () => {
    const seen = await withReference({ fault }, baseline);
    expect(Object.keys(seen).filter((name) => !seen[name])).toEqual(also);
  });
});
