/** Broken servers of each dialect: a defect of its kind is found by contract, and by flags found or noticed. */
import { describe, expect, test } from 'vitest';
import { nameOf, WAYS } from './dialect.js';
import { dialects, runDefect } from './runs.js';

/** One defect of each dialect, of another kind each time: the score runs all of them. */
const cases = dialects
  .filter(({ slow }) => slow !== true)
  .flatMap((dialect, index) => {
    const defect = dialect.defects[index % dialect.defects.length];
    return defect === undefined
      ? []
      : WAYS.map((way) => ({ dialect, defect, way, name: dialect.name, wrong: nameOf(defect) }));
  });

describe.concurrent('broken servers', () => {
  test.each(cases)('$name by $way: $wrong', async ({ dialect, defect, way }) => {
    expect(await runDefect(dialect, way, defect)).toEqual([]);
  });
});
