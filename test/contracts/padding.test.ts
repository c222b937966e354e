import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fill, NONCE_TOKEN } from '../../contracts/codec.js';
import { folded, padding, repadded, unfolded } from '../../contracts/padding.js';

/** Texts as bodies have them: words with the padding's letter in them, and runs of it of any length. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: fc.constantFrom(...'xxxyX "\\é🙂'), maxLength: 20 }),
      fc.integer({ min: 0, max: 5_000 }).map((length) => 'x'.repeat(length)),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));

test('a text that is folded comes back whole, is never longer, and is short where it was padded', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const kept = folded(text);
      expect(unfolded(kept)).toBe(text);
      expect(kept.length).toBeLessThanOrEqual(text.length);
      expect(kept).not.toMatch(/x{1000}/);
      // Folded again nothing changes, so that equal texts stay equal wherever they come from.
      expect(folded(unfolded(kept))).toBe(kept);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('texts that differ in one character stay different', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300_000 }), fc.nat(), (length, choice) => {
      const place = choice % length;
      const changed = `${padding(place)}y${padding(length - place - 1)}`;
      expect(unfolded(changed)).toHaveLength(length);
      expect(unfolded(changed).indexOf('y')).toBe(place);
      expect(folded(unfolded(changed))).not.toBe(padding(length));
    }),
    { numRuns: 100, seed: 2 },
  );
});

test('padding is put in at sending with the other tokens, and nothing that a key holds is', () => {
  const sent = fill(`{"a":"${NONCE_TOKEN} ${padding(2_000)}","b":"\uE000key\uE001"}`, {
    key: padding(3_000),
    nonce: 'idem-0123456789ab',
  });
  expect(sent).toBe(`{"a":"idem-0123456789ab ${'x'.repeat(2_000)}","b":"${padding(3_000)}"}`);
});

test('all padding of a text is made shorter together', () => {
  const text = `a${padding(4_000)}b${padding(4_000)}`;
  expect(repadded(text, (length) => length / 2)).toBe(`a${padding(2_000)}b${padding(2_000)}`);
  expect(repadded(text, () => 0)).toBe('ab');
});
