import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { expectedReports } from './expected.js';

test.each(expectedReports.map((one) => [basename(one.path), one] as const))(
  'as it is kept, or run npm run fixtures -- --expected and look at the difference: %s',
  (_, { path, make }) => {
    expect(make()).toBe(readFileSync(path, 'utf8'));
  },
);
