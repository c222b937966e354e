import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Mint } from '../../client/mint.js';
import type { KeyRule } from '../../contracts/contract.js';
import { keyShapes } from '../../generators/keys.js';
import { moda, sources } from './sources.js';

const rule: KeyRule = { ...moda.contract.key, required: true };

/** The templates that a rule allows. */
function shapesOf(of: KeyRule): string[] {
  return [...new Set(fc.sample(keyShapes(of), { seed: 1, numRuns: 200 }))].sort();
}

/** What the client makes of a template. */
function keyOf(template: string): string {
  return new Mint().execution().key(0, template);
}

test('every documented shape is drawn where the contract sets no limit', () => {
  expect(shapesOf(rule)).toMatchInlineSnapshot(`
    [
      "myapp:{unique}",
      "prospect:{unique}:2026-04-weekly",
      "slack:T01234:{unique}.789",
      "weekly-deck-{unique}:2026-W17",
      "{sha256}",
      "{uuid}",
    ]
  `);
});

test('the same seed gives the same shapes, and a path leads to exactly one of them', () => {
  const all = fc.sample(keyShapes(rule), { seed: 3, numRuns: 20 });
  expect(fc.sample(keyShapes(rule), { seed: 3, numRuns: 20 })).toEqual(all);
  expect(fc.sample(keyShapes(rule), { seed: 3, path: '17', numRuns: 1 })).toEqual([all[17]]);
});

describe('minted keys obey the contract', () => {
  const limits: Partial<KeyRule>[] = [
    { maxLength: 45 },
    { maxLength: 36 },
    { minLength: 40 },
    { minLength: 64, maxLength: 64 },
    { pattern: '^[0-9a-f-]{36}$' },
    { pattern: '^[A-Za-z0-9_-]+$' },
    { pattern: ':' },
  ];
  test.each(limits)('%j', (limit) => {
    const { minLength, maxLength, pattern } = { ...rule, ...limit };
    const shapes = shapesOf({ ...rule, ...limit });
    expect(shapes).not.toEqual(shapesOf(rule));
    for (const key of shapes.map(keyOf)) {
      expect(key.length).toBeGreaterThanOrEqual(minLength ?? 0);
      expect(key.length).toBeLessThanOrEqual(maxLength ?? Number.POSITIVE_INFINITY);
      if (pattern !== null) expect(key).toMatch(new RegExp(pattern, 'u'));
    }
  });

  test.each(sources)('of %s', (_, { contract: { key } }) => {
    for (const minted of shapesOf(key).map(keyOf)) {
      expect(minted.length).toBeLessThanOrEqual(key.maxLength ?? Number.POSITIVE_INFINITY);
      expect(minted).toMatch(/^[\x21-\x7e]+$/);
    }
  });
});

test('where no shape is legal, a short one of letters and digits is tried', () => {
  expect(shapesOf({ ...rule, maxLength: 3 })).toEqual(['{unique}']);
});

test('every shape is minted to another key by every execution and for every slot', () => {
  const mint = new Mint();
  const keys = Array.from({ length: 20 }, () => mint.execution()).flatMap((execution) =>
    shapesOf(rule).map((template, slot) => execution.key(slot, template)),
  );
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key).not.toMatch(/[{}]/);
});
