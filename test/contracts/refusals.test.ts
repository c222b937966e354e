/** When an answer asks to come again. */
import { expect, test } from 'vitest';
import { hintMs } from '../../contracts/refusals.js';
import { moda } from '../client/target.js';

const far = new Date(Date.now() + 86_400_000).toUTCString();

test.each<[header: string | undefined, least: number | null]>([
  ['0', 0],
  ['1', 1000],
  [' 2.5 ', 2500],
  ['86400', 86_400_000],
  ['Thu, 01 Jan 2015 00:00:00 GMT', 0],
  [far, 86_300_000],
  ['', null],
  ['-1', null],
  ['soon', null],
  ['soon 5', null],
  ['0x10', null],
  ['1e9', null],
  ['Infinity', null],
  ['99:99:99', null],
  [undefined, null],
])('%s', (header, least) => {
  const hint = hintMs(header, undefined, moda);
  expect(hint === null ? null : hint >= (least ?? Number.POSITIVE_INFINITY)).toBe(least === null ? null : true);
  // What the header does not say, the body may.
  if (least === null) expect(hintMs(header, { error: { retry_after_ms: 20 } }, moda)).toBe(20);
});
