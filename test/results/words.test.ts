/** No output but prose depends on a sentence: every sentence can be changed. */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { badge } from '../../reports/badge.js';
import { junitXml } from '../../reports/junit.js';
import { sarif } from '../../reports/sarif.js';
import { compare } from '../../results/compare.js';
import type { Results } from '../../results/results.js';
import { mergeShards } from '../../run/merge-shards.js';
import { run } from '../../run/run.js';

const scrambling = vi.hoisted(() => ({ on: false }));

/** The same shape, with random words in the place of every string. */
const scrambled = vi.hoisted(() => (value: unknown): unknown => {
  if (typeof value === 'string') return Math.random().toString(36).repeat(2);
  return Array.isArray(value) ? value.map(scrambled) : value;
});

vi.mock('../../judge/sentences/index.js', async (original) => {
  const real = await original<typeof import('../../judge/sentences/index.js')>();
  const worded = <T extends object>(words: T): T =>
    scrambling.on
      ? (Object.fromEntries(Object.entries(words).map(([name, one]) => [name, scrambled(one)])) as T)
      : words;
  return {
    ...real,
    sentencesOf: (...given: Parameters<typeof real.sentencesOf>) => worded(real.sentencesOf(...given)),
    sentencesOfShards: (...given: Parameters<typeof real.sentencesOfShards>) =>
      worded(real.sentencesOfShards(...given)),
    expectations: (...given: Parameters<typeof real.expectations>) => {
      const list = real.expectations(...given);
      return scrambling.on ? list.map((one) => scrambled(one) as string) : list;
    },
  };
});

vi.mock('../../run/reasons.js', async (original) => {
  const real = await original<typeof import('../../run/reasons.js')>();
  return {
    reasonOf: (...given: Parameters<typeof real.reasonOf>) =>
      scrambling.on ? (scrambled(real.reasonOf(...given)) as string) : real.reasonOf(...given),
  };
});

afterEach(() => {
  scrambling.on = false;
});

const FAULTS: [fault: string, only: string[]][] = [
  ['never-replays', ['CREATE', 'REPLAY-1', 'REPLAY-4', 'REPLAY-5']],
  ['conflict-overwrites', ['CONFLICT-1', 'CONFLICT-3', 'CONFLICT-6', 'REPLAY-1']],
  ['keys-global', ['SCOPE']],
  ['upload-dedupe-by-name', ['UPLOAD-1', 'UPLOAD-2']],
];

async function results(fault: string, only: string[], words: 'plain' | 'scrambled'): Promise<Results> {
  scrambling.on = words === 'scrambled';
  return run({ seed: 1, profile: 'smoke', fault, only }, { small: false });
}

/** Everything in results that is not prose, and what reports make of it. */
function dataOf(of: Results) {
  const log = JSON.parse(sarif(of)).runs[0];
  return {
    exitCode: of.exitCode,
    ids: of.verdict.match(/[A-Z]+-\d+/g),
    requirements: of.requirements.map(({ operation, id, level, status, because, findings }) => ({
      operation,
      id,
      level,
      status,
      because,
      findings: findings.map((one) => ({
        id: one.id,
        rule: one.rule,
        subject: one.data.subject ?? null,
        fingerprint: one.fingerprint,
        illegal: one.illegal,
        foundBy: one.foundBy,
      })),
    })),
    junit: junitXml(of).match(/<testcase name="[^"]*" classname="[^"]*"/g),
    sarif: {
      rules: log.tool.driver.rules.map(({ id }: { id: string }) => id),
      results: log.results.map((one: { ruleId: string; partialFingerprints: object }) => [
        one.ruleId,
        one.partialFingerprints,
      ]),
    },
    badge: JSON.parse(badge(of)).color,
  };
}

describe.each(FAULTS)('%s', (fault, only) => {
  let plain: Results;
  let other: Results;
  beforeAll(async () => {
    plain = await results(fault, only, 'plain');
    other = await results(fault, only, 'scrambled');
  });

  test('has findings, and all of their sentences differ', () => {
    const summaries = (of: Results) => of.requirements.flatMap((one) => one.findings.map(({ summary }) => summary));
    expect(summaries(plain).length).toBeGreaterThan(0);
    expect(summaries(plain).filter((one) => summaries(other).includes(one))).toEqual([]);
  });

  test('is the same in all that is not prose', () => {
    expect(dataOf(other)).toEqual(dataOf(plain));
  });

  test('compares as unchanged, and merges to the same', () => {
    expect(compare(plain, other, { strict: true })).toMatchObject({ changes: [], findings: [] });
    const shards = (one: Results, two: Results) =>
      [one, two].map((of, n) => ({ ...of, shard: { index: n + 1, of: 2 } }));
    expect(dataOf(mergeShards(shards(plain, other)))).toEqual(dataOf(mergeShards(shards(plain, plain))));
  });
});
