/** Patterns together with limits of length: whatever some match reaches is drawn, in bounded time. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringOf } from '../../generators/schema-values.js';

function drawn(pattern: string, minLength: number, maxLength?: number): string[] {
  const schema = { type: 'string', pattern, minLength, ...(maxLength === undefined ? {} : { maxLength }) };
  const texts = stringOf(schema, (why) => new Error(why));
  return texts === null ? [] : fc.sample(texts, { seed: 1, numRuns: 20 });
}

function expectFit(pattern: string, least: number, most = Number.POSITIVE_INFINITY): void {
  const texts = drawn(pattern, least, most === Number.POSITIVE_INFINITY ? undefined : most);
  expect(texts).toHaveLength(20);
  for (const text of texts) {
    expect(text).toMatch(new RegExp(pattern, 'u'));
    expect([...text].length).toBeGreaterThanOrEqual(least);
    expect([...text].length).toBeLessThanOrEqual(most);
  }
}

/** A piece of a pattern, and how it is repeated: `count` is a number that it allows. */
const piece = fc
  .record({
    one: fc.constantFrom('[0-9]', 'x', '\\w', '\\d', '[^{}*+]', '\\.', '[A-F\\]]'),
    quantifier: fc.constantFrom('+', '*', '{2,}', '{1,200}', '{3}', ''),
    more: fc.nat(60),
  })
  .map(({ one, quantifier, more }) => {
    const count = { '+': more + 1, '*': more, '{2,}': more + 2, '{1,200}': more + 1, '{3}': 3, '': 1 }[quantifier];
    return { source: one + quantifier, length: count as number };
  });

test('what is repeated in any way has a length that some match has', () => {
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.nat(5), (pieces, room) => {
      const least = pieces.reduce((sum, { length }) => sum + length, 0);
      expectFit(`^${pieces.map(({ source }) => source).join('')}$`, least, least + room);
    }),
    { numRuns: 40 },
  );
});

describe.concurrent('patterns of real schemas', () => {
  test.each<[pattern: string, least: number, most?: number]>([
    ['^[0-9]+$', 16],
    ['^[0-9]+$', 16, 16],
    ['^(\\d{4}-)*\\d{4}$', 19, 19],
    ['^[A-Z]{2}[0-9A-Z]*$', 34, 34],
    ['^([a-z]+-)*[a-z]+$', 50, 50],
    ['^[a-z]+@[a-z]+\\.com$', 21, 21],
    ['^a$|^b{30,}$', 40, 40],
    ['[0-9]{4}', 30, 40],
    ['^sk_', 50, 60],
    ['^(([a-z]+ )+\\. )+$', 3_000],
  ])('%s from %d to %s characters', (...limits) => expectFit(...limits));
});

test('lengths that no match has, or that are too long for it, end in bounded time', () => {
  expect(drawn('^a$', 2)[0]).toBe('a');
  expect(drawn('^[0-9]+$', 50_000)[0]).toMatch(/^[0-9]+$/);
});
