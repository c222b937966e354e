/** Known failures of several operations. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBaseline, writeBaseline } from '../../cli/baseline.js';
import { baselineStates } from '../../results/baseline.js';
import type { Results } from '../../results/results.js';
import { fixture, twoOperations } from '../reports/fixtures.js';
import { newFolder } from './command.js';

/** `CREATE-1` and `CREATE-2` violated in both operations. */
function violated(): Results {
  const results = fixture('passing');
  const requirements = results.requirements
    .filter(({ id }) => ['CREATE-1', 'CREATE-2', 'CREATE-3'].includes(id))
    .map((one) => ({ ...one, ...(one.id === 'CREATE-3' ? {} : { status: 'failed' as const, reason: 'Seen.' }) }));
  return twoOperations({ ...results, requirements });
}

test('entries are read, and written back, for the operation that they name', () => {
  const file = join(newFolder(), 'known.yaml');
  const before =
    '- id: CREATE-1\n  reason: in both\n- operation: refund\n  id: CREATE-2\n  reason: ticket 7\n  until: 2999-01-31\n';
  writeFileSync(file, before);
  const earlier = readBaseline(file, false);
  expect(earlier).toEqual([
    { id: 'CREATE-1', reason: 'in both', until: null },
    { operation: 'refund', id: 'CREATE-2', reason: 'ticket 7', until: '2999-01-31' },
  ]);
  const results = violated();
  const baseline = baselineStates(earlier, results.requirements, '2026-01-01', true);
  expect(writeBaseline(file, earlier, { ...results, baseline })).toBe(3);
  expect(readBaseline(file, false)).toEqual([
    { id: 'CREATE-1', reason: 'in both', until: null },
    { operation: 'create', id: 'CREATE-2', reason: 'To be explained: Seen.', until: null },
    { operation: 'refund', id: 'CREATE-2', reason: 'ticket 7', until: '2999-01-31' },
  ]);
  expect(readFileSync(file, 'utf8')).toContain(before.slice(before.indexOf('- operation')));
});

test('one requirement may stand there once for each operation', () => {
  const file = join(newFolder(), 'known.yaml');
  const entry = (operation: string) => `- { operation: ${operation}, id: KEY-1, reason: why }\n`;
  writeFileSync(file, entry('create') + entry('refund'));
  expect(readBaseline(file, false).map(({ operation }) => operation)).toEqual(['create', 'refund']);
  writeFileSync(file, entry('create') + entry('create'));
  expect(() => readBaseline(file, false)).toThrow('entry 2: KEY-1 stands there twice.');
  writeFileSync(file, entry('[]'));
  expect(() => readBaseline(file, false)).toThrow('entry 1: operation must be the name of one, not [].');
});
