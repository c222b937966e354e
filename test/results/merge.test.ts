import { describe, expect, test } from 'vitest';
import type { RequirementRecord, Results, Status } from '../../results/results.js';
import { mergeShards as merge } from '../../run/merge-shards.js';
import { failing, passing } from './pair.js';

/** Shard `index` of two, with changed requirements. */
function shard(
  index: number,
  changes: Partial<Record<string, Partial<RequirementRecord>>> = {},
  base = passing,
): Results {
  const requirements = base.requirements.map((one) => ({ ...one, ...changes[one.id] }));
  return { ...base, requirements, shard: { index, of: 2 }, rounds: { planned: 10, done: 10 } };
}

function status(results: Results, id: string): Status | undefined {
  return results.requirements.find((one) => one.id === id)?.status;
}

const none = { plans: 0, exercised: 0, requests: 0 };

describe('the status of a requirement in two shards', () => {
  test.each<[string, Partial<RequirementRecord>, Status]>([
    ['passed and never exercised', { status: 'inconclusive', reason: 'silence', evidence: none }, 'passed'],
    ['passed and skipped', { status: 'skipped', reason: 'no key', evidence: none }, 'passed'],
    ['passed and undecided although it was exercised', { status: 'inconclusive', reason: 'foreign' }, 'inconclusive'],
    ['passed and an error of the suite', { status: 'error', reason: 'oh', evidence: none }, 'error'],
  ])('%s', (_, change, expected) => {
    expect(status(merge([shard(1), shard(2, { 'CREATE-1': change })]), 'CREATE-1')).toBe(expected);
    expect(status(merge([shard(1, { 'CREATE-1': change }), shard(2)]), 'CREATE-1')).toBe(expected);
  });

  test('a violation in one is a violation of the whole, with its findings', () => {
    const merged = merge([shard(1), shard(2, {}, failing)]);
    const violated = failing.requirements.filter((one) => one.status === 'failed');
    expect(violated.length).toBeGreaterThan(0);
    for (const { id, findings } of violated) {
      expect(merged.requirements.find((one) => one.id === id)).toMatchObject({ status: 'failed', findings });
    }
    expect(merged.exitCode).toBe(1);
    expect(merged.verdict).toMatch(/^Does not conform: /);
  });
});

test('counts are added, times span all shards, notes name theirs', () => {
  const [one, two] = [
    shard(1),
    { ...shard(2), notes: ['left behind'], durationMs: 99_000, startedAt: '2026-05-01T09:00:00.000Z' },
  ];
  const merged = merge([one, two]);
  expect(merged).toMatchObject({
    shard: null,
    rounds: { planned: 20, done: 20 },
    requests: { sent: 2 * passing.requests.sent },
    effects: { created: 2 * passing.effects.created },
    durationMs: 99_000,
    startedAt: '2026-05-01T09:00:00.000Z',
    notes: ['Shard 2: left behind'],
  });
  const { evidence } = passing.requirements[0] as RequirementRecord;
  expect(merged.requirements[0]?.evidence).toEqual({
    plans: 2 * evidence.plans,
    exercised: 2 * evidence.exercised,
    requests: 2 * evidence.requests,
  });
  const [seen] = passing.observations[0]?.seen ?? [];
  expect(merged.observations[0]?.seen[0]).toEqual({ value: seen?.value, count: 2 * (seen?.count as number) });
});

describe('a known failure that no shard saw', () => {
  const entry = { id: 'CREATE-1', reason: 'ticket 7', until: null, state: 'open' as const };
  const known = (index: number, change: Partial<Results> = {}) => ({ ...shard(index), baseline: [entry], ...change });

  test('is fixed where all came to their end, which fails the whole', () => {
    expect(merge([known(1), known(2)])).toMatchObject({ exitCode: 1, baseline: [{ ...entry, state: 'fixed' }] });
  });

  test.each<[string, Results[]]>([
    ['one is missing', [known(1)]],
    ['one has rounds left', [known(1), known(2, { rounds: { planned: 10, done: 9 } })]],
    ['one was stopped after its rounds', [known(1), known(2, { stop: { kind: 'stopped', message: 'interrupted' } })]],
  ])('stays open where %s', (_, shards) => {
    expect(merge(shards)).toMatchObject({ exitCode: 3, stop: { kind: 'stopped' }, baseline: [entry] });
  });
});

describe('a blank key that is taken in two ways by two shards', () => {
  const key5: RequirementRecord = { ...(passing.requirements[0] as RequirementRecord), id: 'KEY-5', chapter: 'KEY' };
  const seen = (index: number, value: string, level: RequirementRecord['level'] = 'MUST'): Results => {
    const base = shard(index);
    const observation = { operation: 'create', id: 'KEY-5', subject: 'blank key ""', seen: [{ value, count: 3 }] };
    return {
      ...base,
      rerun: "npx idem-conformance --contract './of mine.yaml'",
      decides: [...base.decides, 'KEY-5'],
      operations: [...base.operations, { name: 'refund', title: 'POST /refunds' }],
      requirements: [...base.requirements, { ...key5, level }, { ...key5, level, operation: 'refund' }],
      observations: [observation],
    };
  };
  const key5In = ({ requirements }: Results) => requirements.filter(({ id }) => id === 'KEY-5');

  test('is a violation that neither saw, of this operation alone', () => {
    expect(status(merge([seen(1, 'a key'), seen(2, 'a key')]), 'KEY-5')).toBe('passed');
    const split = merge([seen(1, 'a key'), seen(2, 'no key')]);
    expect(split.exitCode).toBe(1);
    expect(key5In(split)).toMatchObject([
      { operation: 'create', status: 'failed', findings: [{ operation: 'create', id: 'KEY-5' }] },
      { operation: 'refund', status: 'passed', findings: [] },
    ]);
  });

  test('is looked for again with all that the run was given', () => {
    const split = merge([seen(1, 'a key'), seen(2, 'no key')]);
    expect(key5In(split)[0]?.findings[0]?.commands.rerun).toBe(
      `npx idem-conformance --contract './of mine.yaml' --only KEY-5 --profile ${split.profile} --seed ${split.seed}`,
    );
  });

  test('warns where it is a SHOULD', () => {
    const split = merge([seen(1, 'a key', 'SHOULD'), seen(2, 'no key', 'SHOULD')]);
    expect({ status: status(split, 'KEY-5'), exitCode: split.exitCode }).toEqual({ status: 'warned', exitCode: 0 });
  });
});

test.each<[string, Results[], RegExp]>([
  ['nothing', [], /nothing to merge/],
  ['another seed', [shard(1), { ...shard(2), seed: 1 }], /seed 4 and 1/],
  [
    'another contract',
    [shard(1), { ...shard(2), contract: { name: 'x', version: '1', title: 'X', resource: 'x', id: '/id' } }],
    /contract "moda" and "x"/,
  ],
  ['a shard twice', [shard(1), shard(1)], /shard 1\/2 was given twice/],
  ['a whole run among shards', [shard(1), passing], /not all results are shards/],
])('%s cannot be merged', (_, shards, said) => {
  expect(() => merge(shards)).toThrow(said);
});

test('what is missing, or did not end, leaves the whole undecided', () => {
  expect(merge([shard(2)])).toMatchObject({ exitCode: 3, verdict: expect.stringContaining('missing: shard 1') });
  const short = { ...shard(2), rounds: { planned: 10, done: 4 } };
  expect(merge([shard(1), short])).toMatchObject({
    exitCode: 3,
    verdict: expect.stringContaining('shard 2 did 4 of 10 rounds'),
  });
});
