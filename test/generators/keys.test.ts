import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Mint } from '../../client/mint.js';
import type { KeyRule } from '../../contracts/contract.js';
import { keyProblem } from '../../contracts/key-grammar.js';
import { keyExamples, keyShapes } from '../../generators/keys.js';
import { nearKeys } from '../../generators/near/index.js';
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

test('where no shape is legal, letters and digits are as many as the contract allows', () => {
  expect(shapesOf({ ...rule, maxLength: 3 })).toEqual(['{[0-9a-z]:0-3}']);
});

describe('keys of a grammar', () => {
  const hex = '0123456789abcdef';
  const grammars: [Partial<KeyRule>, string][] = [
    [
      { format: 'uuid' },
      '{[0-9a-f]:0-8}-{[0-9a-f]:9-13}-4{[0-9a-f]:15-18}-{[89ab]:19-20}{[0-9a-f]:20-23}-{[0-9a-f]:24-36}',
    ],
    [
      { format: 'uuidv7' },
      '019{[0-9a-f]:3-8}-{[0-9a-f]:9-13}-7{[0-9a-f]:15-18}-{[89ab]:19-20}{[0-9a-f]:20-23}-{[0-9a-f]:24-36}',
    ],
    [{ format: 'ulid' }, '01J{[0-9A-HJKMNP-TV-Z]:3-26}'],
    [{ prefix: 'ord_', format: 'uuidv4' }, ''],
    [{ prefix: 'ord_', alphabet: hex, minLength: 16, maxLength: 16 }, 'ord_{[0-9a-f]:0-12}'],
    [{ alphabet: '-_~%1a' }, ''],
    [{ pattern: '^ord_[a-z0-9]{10}$' }, 'ord_{[0-9a-z]:4-14}'],
    [{ pattern: '^[A-Z]{3}-\\d{6,8}$' }, '{[A-Z]:0-3}-{[0-9]:4-12}'],
    [{ pattern: '^(aa|bb)[0-7]{9}$' }, ''],
    [{ pattern: '^([a-f]{12}|[0-9]{12})$' }, ''],
    [{ pattern: '[0-9]{9}', prefix: 'k' }, ''],
  ];

  test.each(grammars)('%j: every key is legal and new, and so is every near miss', (grammar, template) => {
    const narrow = { ...rule, minLength: null, maxLength: null, ...grammar };
    const shapes = keyExamples(narrow);
    if (template !== '') expect(shapes).toEqual([template]);
    const mint = new Mint();
    fc.assert(
      fc.property(nearKeys(narrow, 64, 0), (classes) => {
        const [open] = classes.filter(({ name }) => name === 'one character of those that a format leaves open');
        expect(open?.templates.length).toBeGreaterThan(1);
        const execution = mint.execution((slot) => classes[slot]?.templates.slice(1) ?? []);
        for (const [slot, { templates }] of classes.entries()) {
          const [first = '', ...others] = templates;
          const keys = [execution.key(slot, first), ...others.map((one) => execution.nearMiss(slot, one))];
          for (const key of keys) expect(keyProblem(narrow, key)).toBeNull();
          if (templates === open?.templates) expect(new Set(keys).size).toBe(keys.length);
        }
      }),
      { numRuns: 8 },
    );
  });

  test.each<Partial<KeyRule>>([
    { pattern: '^[0-9]{3}$' },
    { pattern: '^(?=nothing)[0-9]{20}$' },
    { format: 'ulid', maxLength: 20 },
    { alphabet: 'a', maxLength: 40 },
  ])('%j leaves no keys for a run', (grammar) => {
    expect(() => keyExamples({ ...rule, ...grammar })).toThrow('no key can be made');
  });

  test('a narrow grammar never gives a key twice', () => {
    const mint = new Mint();
    const keys = Array.from({ length: 3000 }, () => mint.execution().key(0, '{[0-9]:0-4}'));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

test('every shape is minted to another key by every execution and for every slot', () => {
  const mint = new Mint();
  const keys = Array.from({ length: 20 }, () => mint.execution()).flatMap((execution) =>
    shapesOf(rule).map((template, slot) => execution.key(slot, template)),
  );
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key).not.toMatch(/[{}]/);
});
