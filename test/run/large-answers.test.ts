/** Large answers where no file can be written: they stay where they are, and all are looked at. */
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { Exchange } from '../../history/history.js';
import { LargeAnswers } from '../../run/large-answers.js';

afterEach(() => vi.unstubAllEnvs());

test('what is not read is counted behind a large answer that cannot be put away, too', () => {
  vi.stubEnv('TMPDIR', join(import.meta.dirname, 'there-is-none'));
  const deep = `${'['.repeat(2_000)}${']'.repeat(2_000)}`;
  const bodies = ['x'.repeat(100_000), deep, 'y'.repeat(100_000), deep];
  const exchanges = bodies.map((body) => ({ outcome: { kind: 'answer', body } }) as Exchange);
  const answers = new LargeAnswers();
  answers.put(exchanges);
  expect(answers.unread).toBe(2);
  expect(exchanges.map(({ outcome }) => outcome)).toEqual(bodies.map((body) => ({ kind: 'answer', body })));
});
