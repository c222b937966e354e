/** HEADER, ENDPOINT, UPLOAD and SCOPE-5 in whole runs: what is asked of the target, and what is left out. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { Results } from '../../results/results.js';
import { type RunOptions, settle } from '../../run/options.js';
import { skipped } from '../../run/skip.js';
import { requirementById, requirements } from '../../suites/index.js';
import { check, idsWith } from './check.js';
import { frontOf, type Passing, refusal } from './front.js';

const only = ['HEADER', 'ENDPOINT', 'UPLOAD', 'SCOPE-5'];
const ids = ['SCOPE-5', 'HEADER-1', 'HEADER-2', 'ENDPOINT-1', 'UPLOAD-1', 'UPLOAD-2', 'UPLOAD-3'];
const away = { targets: ['https://staging.example'], credentials: { first: 'sk_one', second: 'another' } };

function statusOf(results: Results, id: string): [status: string | undefined, reason: string | undefined] {
  const record = results.requirements.find((one) => one.id === id);
  return [record?.status, record?.reason];
}

describe('against the correct reference', () => {
  it.concurrent.each([1, 2, 3, 4, 5])('one round decides all, with seed %i', async (seed) => {
    const results = await check({ only, profile: 'smoke', seed });
    expect([results.exitCode, idsWith(results, 'passed')]).toEqual([0, ids]);
  });

  it.concurrent('in more rounds, too, and nothing else is broken by them', async () => {
    const results = await check({ only, profile: 'standard' });
    expect([results.exitCode, idsWith(results, 'passed'), idsWith(results, 'failed', 'warned')]).toEqual([0, ids, []]);
  });
});

describe('a violated SHOULD warns', () => {
  it.concurrent.each([
    ['other-endpoints-honour-keys', 'ENDPOINT-1', 'SCENARIO-8', 'passed'],
    ['header-honoured', 'HEADER-1', 'SCENARIO-5', 'blocked'],
    ['upload-race', 'UPLOAD-3', 'SCENARIO-8', 'passed'],
  ])('%s: %s, and leaves no MUST undecided', async (fault, id, scenario, status) => {
    const results = await check({ fault, only: [...only, scenario], profile: 'standard' });
    const seen = [results.exitCode, idsWith(results, 'warned'), idsWith(results, 'failed', 'inconclusive')];
    expect([...seen, statusOf(results, scenario)[0]]).toEqual([0, [id], [], status]);
    expect((await check({ fault, only: [id], profile: 'standard', strict: true })).exitCode).toBe(1);
  });
});

describe('why something is left out', () => {
  const due = (options: RunOptions) => {
    const settings = settle(options);
    return (id: string) => skipped(requirementById(id), settings)?.reason ?? null;
  };
  const sideEndpoint = requirements.filter((one) => one.needs?.includes('side-endpoint')).map(({ id }) => id);

  test('the requirements that write elsewhere', () => {
    expect([...sideEndpoint].sort()).toEqual(
      ['ENDPOINT-1', 'SCENARIO-8', 'SCOPE-5', 'UPLOAD-1', 'UPLOAD-2', 'UPLOAD-3'].sort(),
    );
  });

  test.each(sideEndpoint)('off loopback %s needs --side-endpoints', (id) => {
    expect(due(away)(id)).toBe('it writes to other endpoints, where what it makes may stay: sideEndpoints');
    expect(due({ ...away, sideEndpoints: true })(id)).toBe(null);
    expect(due({ ...away, targets: ['http://127.0.0.1:1'] })(id)).toBe(null);
    expect(due({})(id)).toBe(null);
    expect(due({ ...away, only: ['CREATE'] })(id)).toBe('not chosen by only');
  });

  test('HEADER sends to the endpoint under test alone: it is left out nowhere', () => {
    expect(['HEADER-1', 'HEADER-2'].map(due(away))).toEqual([null, null]);
  });

  test('a contract that names nothing of it', () => {
    const contract = fileURLToPath(new URL('../contracts/dialects/ietf-07.yaml', import.meta.url));
    const generic = due({ ...away, contract });
    expect(Object.fromEntries([...ids, 'WEBHOOK-1', 'WEBHOOK-5'].map((id) => [id, generic(id)]))).toEqual({
      'SCOPE-5': 'the contract names no other endpoints',
      'HEADER-1': 'the contract keeps its key in a header',
      'HEADER-2': 'the contract keeps its key in a header',
      'ENDPOINT-1': 'the contract names no other endpoint with two different bodies',
      'UPLOAD-1': 'the contract names no endpoint for uploads',
      'UPLOAD-2': 'the contract names no endpoint for uploads',
      'UPLOAD-3': 'the contract names no endpoint for uploads',
      'WEBHOOK-1': 'the contract names no webhooks',
      'WEBHOOK-5': 'the contract names no webhooks',
    });
  });
});

const isElsewhere = ({ method, path }: Passing) => method === 'POST' && !/^\/v1\/tasks(\/|$)/.test(path);

test('endpoints that refuse everything decide nothing', async () => {
  const front = await frontOf({ onTestFinished }, (passing) =>
    isElsewhere(passing) ? refusal(403, 'permission', 'scope') : undefined,
  );
  const results = await check({ ...front.options, only, profile: 'smoke' });
  const nothing = ['inconclusive', expect.stringMatching(/of \d+ requests .*\d+ (was|were) refused \(403\)$/)];
  expect(ids.map((id) => statusOf(results, id))).toEqual(
    ids.map((id) => (id.startsWith('HEADER') ? ['passed', ''] : nothing)),
  );
  expect(results.exitCode).toBe(3);
});

test('where resources are cancelled after use, only those of the endpoint under test are', async () => {
  // After a rate limit nothing is left running.
  const front = await frontOf({ onTestFinished }, (_, n) =>
    n === 0 ? { ...refusal(429, 'rate_limited', 'rate_limited'), headers: { 'retry-after': '0' } } : undefined,
  );
  const results = await check({ ...front.options, only, profile: 'smoke' });
  expect([results.exitCode, idsWith(results, 'passed')]).toEqual([0, ids]);
  const cancelled = front.requests.flatMap(({ path }) => /\/([^/]+)\/cancel$/.exec(path)?.[1] ?? []);
  expect(cancelled.length).toBeGreaterThan(5);
  expect(cancelled.filter((id) => !id.startsWith('task_'))).toEqual([]);
});
