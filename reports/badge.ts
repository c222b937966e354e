/** `badge.json`: what shields.io reads from an endpoint. */
import type { Results } from '../results/results.js';
import { fails, isUnchecked } from '../results/tally.js';
import { count } from './words.js';

interface Badge {
  schemaVersion: 1;
  label: string;
  message: string;
  color: 'red' | 'yellow' | 'green';
}

/** Red: violated. Yellow: not everything was decided. Green: every MUST was, and holds. */
export function badge(results: Results): string {
  return `${JSON.stringify(badgeOf(results), null, 2)}\n`;
}

function badgeOf(results: Results): Badge {
  const { requirements, strict } = results;
  const musts = requirements.filter(({ level }) => level === 'MUST');
  const passed = musts.filter(({ status }) => status === 'passed').length;
  const violated = requirements.filter(({ status }) => status === 'failed' || (status === 'warned' && strict)).length;
  return {
    schemaVersion: 1,
    label: 'idempotency',
    message: `${passed} of ${count(musts.length, 'MUST')}${violated > 0 ? `, ${violated} violated` : ''}`,
    color: colorOf(results, violated > 0 || musts.some(({ status }) => isUnchecked(status))),
  };
}

/** @param open something is violated, though known, or was not decided */
function colorOf(results: Results, open: boolean): Badge['color'] {
  const { exitCode } = results;
  if (exitCode === 1 || results.requirements.some((requirement) => fails(requirement, results))) return 'red';
  return exitCode !== 0 || open ? 'yellow' : 'green';
}
