import { makeBadge } from 'badge-maker';
import { describe, expect, test } from 'vitest';
import { badge } from '../../reports/badge.js';
import type { Results } from '../../results/results.js';
import { failing, hostile, passing, undecided } from './samples.js';

function badgeOf(results: Results): { label: string; message: string; color: string } {
  const { schemaVersion, ...rest } = JSON.parse(badge(results));
  expect(schemaVersion).toBe(1);
  return rest;
}

describe('badge.json', () => {
  test.each<[string, Results, string, string]>([
    ['green when every MUST holds', passing, '8 of 8 MUSTs', 'green'],
    ['red when one is violated', failing, '4 of 8 MUSTs, 2 violated', 'red'],
    ['red when a SHOULD is violated and counts', { ...failing, strict: true }, '4 of 8 MUSTs, 3 violated', 'red'],
    ['red when something required was not checked', undecided, '3 of 8 MUSTs', 'red'],
    ['yellow when a MUST was not checked', { ...undecided, required: [] }, '3 of 8 MUSTs', 'yellow'],
    ['yellow when the run was stopped', { ...passing, exitCode: 3 }, '8 of 8 MUSTs', 'yellow'],
    ['yellow when the suite failed', { ...passing, exitCode: 4 }, '8 of 8 MUSTs', 'yellow'],
    ['red when the run failed for another reason', { ...passing, exitCode: 1 }, '8 of 8 MUSTs', 'red'],
    ['red, and nothing of hostile text', hostile, '6 of 8 MUSTs, 1 violated', 'red'],
  ])('%s', (_, results, message, color) => {
    expect(badgeOf(results)).toEqual({ label: 'idempotency', message, color });
  });

  test('shields.io’s own library draws it', () => {
    const svg = makeBadge(badgeOf(failing));
    expect(svg).toContain('aria-label="idempotency: 4 of 8 MUSTs, 2 violated"');
  });
});
