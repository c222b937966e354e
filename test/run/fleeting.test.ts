/** What was met and never again: it is tried again in what meets it next, and hides nothing that stands. */
import { expect, test } from 'vitest';
import type { Finding } from '../../judge/finding.js';
import { leastAgain } from '../../judge/standing.js';
import { CONFIRMATIONS, isFleeting, Ledger, type Made } from '../../run/ledger.js';

const plan = { keys: [], steps: [] };
const history = { plan, exchanges: [] };
const made: Made = { id: 'STORM-3', round: 0, seed: 1, path: '', plan, history, readings: [] };

function add(ledger: Ledger, rule: string, more: Partial<Finding> = {}) {
  const finding: Finding = { id: 'STORM-3', rule, data: {}, proof: [], ...more };
  return ledger.add(made, { history, readings: [], finding, effects: [] });
}

const never = { failed: 0, of: CONFIRMATIONS };

test.each<[rule: string, more: Partial<Finding>, confirmed: { failed: number; of: number }, fleeting: boolean]>([
  ['in-flight-without-competitor', {}, never, true],
  ['key-stuck', {}, never, true],
  ['second-event', {}, never, true],
  ['too-many-counted', {}, never, true],
  ['server-error', {}, never, true],
  ['in-flight-without-competitor', {}, { failed: 1, of: CONFIRMATIONS }, false],
  ['in-flight-without-competitor', {}, { failed: 0, of: CONFIRMATIONS - 1 }, false],
  ['in-flight-without-competitor', {}, { failed: 0, of: 0 }, false],
  ['second-resource', {}, never, false],
  ['unrelated-requests-joined', {}, never, false],
  ['unrelated-requests-joined', { mayBeChance: true }, never, true],
  ['another-body-replayed', {}, never, false],
  ['conflict-for-winner', {}, never, false],
  ['conflict-without-competitor', {}, never, false],
  ['too-many-resources', {}, never, false],
  ['acknowledged-write-lost', {}, never, false],
  ['foreign-resource-shown', {}, never, false],
])('%s %j, failed again %j: fleeting %j', (rule, more, confirmed, fleeting) => {
  const ledger = new Ledger();
  const found = add(ledger, rule, more);
  if (found !== null) found.confirmed = confirmed;
  expect([found && isFleeting(found), ledger.isBroken('STORM-3')]).toEqual([fleeting, !fleeting]);
});

test('what is met again is tried again, three times in all', () => {
  const ledger = new Ledger();
  const seen = [1, 2, 3, 4].map(() => {
    const found = add(ledger, 'in-flight-without-competitor');
    if (found !== null) found.confirmed = never;
    return found?.seen;
  });
  expect(seen).toEqual([1, 2, 3, undefined]);
  expect(ledger.findings.get('STORM-3')).toHaveLength(1);
});

test('what stands finds room beside what does not', () => {
  const ledger = new Ledger();
  for (const subject of ['a', 'b', 'c']) {
    const found = add(ledger, 'server-error', { data: { subject } });
    if (found !== null) found.confirmed = never;
  }
  expect(ledger.isBroken('STORM-3')).toBe(false);
  expect(add(ledger, 'second-resource')).not.toBeNull();
  expect(ledger.isBroken('STORM-3')).toBe(true);
  expect(leastAgain({ rule: 'second-resource' }, 10)).toBe(0);
});
