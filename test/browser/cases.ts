/** What the samples lack: a storm of 64, and a run against the bundled reference. */
import type { FindingRecord, RequirementRecord, Results } from '../../results/results.js';
import { run } from '../../run/run.js';
import { exchange, failing } from '../reports/samples.js';

/** Races are found, so that there are findings with storms in them. */
export function realRun(): Promise<Results> {
  return run({ targets: [], credentials: {}, fault: 'race-5ms', profile: 'smoke', seed: 4 });
}

const outcomes = ['created', 'replayed', 'in flight', 'conflict', 'refused'];

/** Every outcome, all at once, with webhooks; a known failure. */
export function denseStorm(): Results {
  const exchanges = Array.from({ length: 64 }, (_, index) => {
    const outcome = index % 17 === 5 ? 'unknown' : (outcomes[index % outcomes.length] ?? 'created');
    const doneMs = outcome === 'unknown' ? null : 105 + ((index * 37) % 64) / 6;
    return exchange(`${letter(index)}`, 100 + index / 200, doneMs, { outcome, proof: index < 2 });
  });
  const deliveries = [
    { atMs: 120, event: 'evt_1', type: 'task.completed', resource: 'task_A', answered: 500 },
    { atMs: 140, event: null, type: null, resource: null, answered: 200 },
  ];
  const requirement = failing.requirements[3] as RequirementRecord;
  const finding = requirement.findings[0] as FindingRecord;
  const smallest = {
    plan: { keys: [], steps: [] },
    steps: ['64 at once'],
    attempts: 64,
    exchanges,
    effects: [],
    deliveries,
  };
  const baseline: Results['baseline'] = [
    { id: requirement.id, reason: 'the store is rewritten', until: '2027-01-31', state: 'known' },
    { id: requirement.id, reason: 'was repaired', until: null, state: 'fixed' },
  ];
  return { ...failing, baseline, requirements: [{ ...requirement, findings: [{ ...finding, smallest }] }] };
}

function letter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : `${String.fromCharCode(64 + Math.floor(index / 26))}${last}`;
}
