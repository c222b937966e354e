import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullBodies } from '../../generators/bodies.js';
import { editKinds, editsOf, REORDERED } from '../../generators/edits.js';
import { moda } from './sources.js';

test('only edits that reorder an array are marked so', () => {
  fc.assert(
    fc.property(fullBodies(moda), (body) => {
      const marksOf = (name: string) => editsOf(name, body, moda).map(({ reorders }) => reorders);
      const reordered = marksOf(REORDERED);
      expect(reordered).toEqual(Array(reordered.length).fill(true));
      expect(reordered.length).toBeGreaterThan(0);
      const others = Object.keys(editKinds).flatMap(marksOf);
      expect(others).toEqual(Array(others.length).fill(undefined));
    }),
    { numRuns: 20, seed: 1 },
  );
});
