import { makeBadge } from 'badge-maker';
import { describe, expect, test } from 'vitest';
import { badge } from '../../reports/badge.js';
import type { Results } from '../../results/results.js';
import { fixture, hostileEverywhere } from './fixtures.js';

function badgeOf(results: Results): { label: string; message: string; color: string } {
  const { schemaVersion, ...rest } = JSON.parse(badge(results));
  expect(schemaVersion).toBe(1);
  return rest;
}

/** The MUSTs of the results that passed, and all. */
function musts({ requirements }: Results): string {
  const all = requirements.filter(({ level }) => level === 'MUST');
  return `${all.filter(({ status }) => status === 'passed').length} of ${all.length} MUSTs`;
}

const passing = fixture('passing');
const decided = { ...passing, requirements: passing.requirements.filter(({ status }) => status !== 'skipped') };
const failing = fixture('failing');
const warned = fixture('warned');
const stopped = fixture('stopped');
const undecided = stopped.requirements.find(({ status }) => status === 'inconclusive')?.id as string;

describe('badge.json', () => {
  test.each<[string, Results, string, string]>([
    ['green when every MUST holds', decided, '', 'green'],
    ['yellow when a MUST was not checked', passing, '', 'yellow'],
    ['red when one is violated', failing, ', 1 violated', 'red'],
    ['red when a SHOULD is violated and counts', { ...warned, strict: true }, ', 1 violated', 'red'],
    ['yellow when the run was stopped', stopped, '', 'yellow'],
    ['red when something required was not checked', { ...stopped, required: [undecided] }, '', 'red'],
    ['yellow when the suite failed', { ...decided, exitCode: 4 }, '', 'yellow'],
    ['red when the run failed for another reason', { ...decided, exitCode: 1 }, '', 'red'],
    ['red when it is past its date in the baseline', fixture('baseline'), ', 2 violated', 'red'],
    ['and says nothing of hostile text', hostileEverywhere(), ', 1 violated', 'red'],
  ])('%s', (_, results, violated, color) => {
    expect(badgeOf(results)).toEqual({ label: 'idempotency', message: `${musts(results)}${violated}`, color });
  });

  test('shields.io’s own library draws it', () => {
    expect(makeBadge(badgeOf(failing))).toContain(`aria-label="idempotency: ${musts(failing)}, 1 violated"`);
  });
});
