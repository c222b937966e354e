/** A storm of 64, which no fixture has. */
import type { Results } from '../../results/results.js';
import { exchange } from '../reports/exchange.js';
import { firstFinding, fixture } from '../reports/fixtures.js';

const outcomes = ['created', 'replayed', 'in flight', 'conflict', 'refused'];

/** Every outcome, all at once, with webhooks; a known failure. */
export function denseStorm(): Results {
  const exchanges = Array.from({ length: 64 }, (_, index) => {
    const outcome = index % 17 === 5 ? 'unknown' : (outcomes[index % outcomes.length] ?? 'created');
    const doneMs = outcome === 'unknown' ? null : 105 + ((index * 37) % 64) / 6;
    return exchange(`${letter(index)}`, 100 + index / 200, doneMs, { outcome, proof: index < 2 });
  });
  const deliveries = [
    { atMs: 120, event: 'evt_1', type: 'order.completed', resource: 'order_A', answered: 500 },
    { atMs: 140, event: null, type: null, resource: null, answered: 200 },
  ];
  const results = fixture('storm');
  const { requirement, finding } = firstFinding(results);
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
  return {
    ...results,
    baseline,
    requirements: [{ ...requirement, findings: [{ ...finding, smallest, illegal: 'B' }] }],
  };
}

function letter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : `${String.fromCharCode(64 + Math.floor(index / 26))}${last}`;
}
