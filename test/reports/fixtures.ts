/** Results of real runs, kept as files; `npm run fixtures` makes them again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from '../../results/fingerprint.js';
import type { FindingRecord, RequirementRecord, Results } from '../../results/results.js';

export const folder = join(import.meta.dirname, 'fixtures');

export type FixtureName =
  | 'passing'
  | 'failing'
  | 'stopped'
  | 'obstacle'
  | 'blocked'
  | 'warned'
  | 'storm'
  | 'webhook'
  | 'upload'
  | 'effect'
  | 'conflict'
  | 'targets'
  | 'baseline'
  | 'shard'
  | 'merged'
  | 'wrapped'
  | 'hostile';

export const names: readonly FixtureName[] = [
  'passing',
  'failing',
  'stopped',
  'obstacle',
  'blocked',
  'warned',
  'storm',
  'webhook',
  'upload',
  'effect',
  'conflict',
  'targets',
  'baseline',
  'shard',
  'merged',
  'wrapped',
  'hostile',
];

/** A copy of its own, which a test may change. */
export function fixture(name: FixtureName): Results {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Results;
}

/** Everything that markup, a terminal or a runner could take for its own. */
export const nasty =
  '</script><script>alert(1)</script><img src=x onerror=alert(2)> ]]> | `x` **b** [l](javascript:1) @all \u0000\u001b[31m\u2028\u202e\ud800 \r\n# h "q" \'s\' & https://evil.example\n::error::x';

/** The first finding of results that have one, and its requirement. */
export function firstFinding({ requirements }: Results): { requirement: RequirementRecord; finding: FindingRecord } {
  const requirement = requirements.find(({ findings }) => findings.length > 0);
  const finding = requirement?.findings[0];
  if (requirement === undefined || finding === undefined) throw new Error('the results have no finding');
  return { requirement, finding };
}

/** The results with some requirements changed. */
export function withChanges(results: Results, changes: Record<string, Partial<RequirementRecord>>): Results {
  return { ...results, requirements: results.requirements.map((one) => ({ ...one, ...changes[one.id] })) };
}

/** The same results for two operations of one contract. */
export function twoOperations(results: Results): Results {
  const { requirements } = results;
  const operations = [...results.operations, { name: 'refund', title: 'POST /refunds' }];
  const of = (operation: string) => (one: RequirementRecord) => ({
    ...one,
    operation,
    findings: one.findings.map((found) => {
      const finding = { ...found, operation };
      return { ...finding, fingerprint: fingerprint(finding, operations) };
    }),
  });
  return {
    ...results,
    operations,
    requirements: ['create', 'refund'].flatMap((operation) => requirements.map(of(operation))),
  };
}

/** What a hostile server answered, and everything else that could come from outside made hostile, too. */
export function hostileEverywhere(): Results {
  const results = fixture('hostile');
  const { requirement, finding } = firstFinding(results);
  const smallest = {
    ...finding.smallest,
    steps: [nasty],
    exchanges: finding.smallest.exchanges.map((one) => ({ ...one, outcome: nasty, expected: nasty })),
    effects: [{ id: nasty, named: [nasty] }],
    deliveries: [{ atMs: 1, event: nasty, type: nasty, resource: nasty, answered: 500 }],
  };
  const said = { summary: nasty, argument: [nasty], expected: nasty, observed: nasty, commands: { rerun: nasty } };
  const sources = [{ name: nasty, url: `javascript:${nasty}` }];
  return {
    ...withChanges(results, {
      [requirement.id]: { reason: nasty, sources, findings: [{ ...finding, ...said, smallest }] },
    }),
    verdict: nasty,
    stop: { kind: 'stopped', message: nasty },
    contract: { name: nasty, version: nasty, title: nasty, resource: nasty, id: nasty },
    targets: [nasty],
    rerun: nasty,
    transport: nasty,
    notes: [nasty],
    observations: [{ operation: 'create', id: requirement.id, subject: nasty, seen: [{ value: nasty, count: 1 }] }],
    baseline: [{ id: requirement.id, reason: nasty, until: null, state: 'known' }],
  };
}
